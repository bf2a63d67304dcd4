"""Ten ways in which a sandbox can be wrong, each against one statement."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.auth0 import bindings, handlers_actions
from sandbox.auth0.actions import Action, Secret
from sandbox.auth0.clock import now
from sandbox.auth0.state import State
from sandbox.zuplo import handlers
from sandbox.zuplo.errors import UnauthorizedError
from sandbox.zuplo.records import Consumer

Patch = Callable[[pytest.MonkeyPatch], None]


def no_id(patch: pytest.MonkeyPatch) -> None:
    _change(
        patch, handlers, "created_consumer_reply", lambda reply: _without(reply, "id")
    )


def no_metadata(patch: pytest.MonkeyPatch) -> None:
    _change(
        patch, handlers, "consumer_reply", lambda reply: _without(reply, "metadata")
    )


def wrong_key_forbidden(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(UnauthorizedError, "status", 403)


def another_account(patch: pytest.MonkeyPatch) -> None:
    whose = SimpleNamespace(sub="auth0|1", account="another")
    patch.setattr(handlers, "credential_of", lambda _: whose)


def no_invitations(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Consumer, "has_manager", lambda *_: False)


def no_comment(patch: pytest.MonkeyPatch) -> None:
    def strip(view: dict[str, Any]) -> dict[str, Any]:
        return {**view, "code": view["code"].removeprefix("// contract\n")}

    _change(patch, handlers_actions, "action_view", strip)


def new_secret_times(patch: pytest.MonkeyPatch) -> None:
    changed = Action.changed

    def change(action: Action) -> None:
        changed(action)
        for name, secret in action.secrets.items():
            action.secrets[name] = Secret(secret.value, now())

    patch.setattr(Action, "changed", change)


def forced_deletion(patch: pytest.MonkeyPatch) -> None:
    delete = State.delete_action

    def forced(state: State, action_id: str, **_: object) -> None:
        delete(state, action_id, force=True)

    patch.setattr(State, "delete_action", forced)


def drafts_bound(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bindings, "check_bindable", lambda *_: None)


def old_runtime(patch: pytest.MonkeyPatch) -> None:
    _change(
        patch,
        handlers_actions,
        "written_view",
        lambda view: {**view, "runtime": "node18-actions"},
    )


WRONG: dict[str, Patch] = {
    "zuplo-created": no_id,
    "zuplo-metadata-read": no_metadata,
    "zuplo-wrong-key": wrong_key_forbidden,
    "zuplo-who-am-i": another_account,
    "zuplo-list-by-manager": no_invitations,
    "auth0-comment-kept": no_comment,
    "auth0-secret-time": new_secret_times,
    "auth0-delete-bound": forced_deletion,
    "auth0-bind-undeployed": drafts_bound,
    "auth0-runtime": old_runtime,
}
"""By the statement that each breaks."""


def _change(
    patch: pytest.MonkeyPatch, module: Any, name: str, change: Callable[[Any], Any]
) -> None:
    old = getattr(module, name)
    patch.setattr(module, name, lambda *given: change(old(*given)))


def _without(reply: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in reply.items() if key != name}
