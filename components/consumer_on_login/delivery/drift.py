"""What the tenant runs, compared with what was meant: pure functions."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..auth0.shapes import (
    Content,
    TenantAction,
    TenantBinding,
    Version,
    foreign_secrets,
)


@dataclass(frozen=True)
class Meant:
    """What the deployed Action must hold."""

    code_sha256: str
    runtime: str
    dependencies: Mapping[str, str]
    secret: str
    """Name of its one secret."""


def sha256(code: str) -> str:
    """Hash code as the inputs of the delivery hold it."""
    return hashlib.sha256(code.encode(errors="surrogatepass")).hexdigest()


def differences(content: Content, meant: Meant) -> list[str]:
    """Name what differs between a draft or a version and what was meant."""
    found = []
    if sha256(content.code) != meant.code_sha256:
        found.append("the code")
    if dict(content.dependencies) != dict(meant.dependencies):
        found.append("the dependencies")
    if _node(content.runtime) != _node(meant.runtime):
        found.append("the runtime")
    return found


def drift(
    action: TenantAction,
    flow: list[TenantBinding],
    meant: Meant,
    secrets_at: Mapping[str, str],
) -> list[str]:
    """Say in words what somebody changed since the last delivery.

    Args:
        flow: the bindings of the trigger.
        secrets_at: times of the secrets' last change in draft and deployed version,
            as secret_times gave them at the last delivery.
    """
    if action.deployed is None:
        return ["no version is deployed"]
    found = content_drift(action.draft, action.deployed, meant, secrets_at)
    return [*found, *binding_drift(action.id, flow)]


def content_drift(
    draft: Content, version: Version, meant: Meant, secrets_at: Mapping[str, str]
) -> list[str]:
    """Say in words what changed of code and secrets since the last delivery."""
    found = [
        f"{what} of the deployed version {version.number} differs"
        for what in differences(version.content, meant)
    ]
    contents = {"draft": draft, "deployed": version.content}
    for place, content in contents.items():
        found += _drift_of_secrets(content, meant.secret, place, secrets_at.get(place))
    return found


def tells_of_secret(found: Sequence[str], name: str) -> bool:
    """Tell whether somebody's secret is among what drift() has said."""
    return any(it.startswith(f"secret {name} was added") for it in found)


def tells_of_no_binding(found: Sequence[str]) -> bool:
    """Tell whether an Action without a binding is among what drift() has said."""
    return any(it in found for it in binding_drift("", []))


def has_secret_of(
    action: TenantAction, meant: Meant, secrets_at: Mapping[str, str]
) -> bool:
    """Tell whether the draft's secret is the one of the last delivery."""
    time = action.draft.secrets.get(meant.secret)
    return time is not None and time == secrets_at.get("draft")


def secret_times(action: TenantAction, meant: Meant) -> dict[str, str]:
    """Give the times of our secret's last change, which Auth0 alone sets."""
    deployed = action.deployed.content.secrets if action.deployed else {}
    return {
        "draft": action.draft.secrets.get(meant.secret, ""),
        "deployed": deployed.get(meant.secret, ""),
    }


def _drift_of_secrets(
    content: Content, own: str, place: str, known: str | None
) -> list[str]:
    found = [
        f"secret {name} was added ({place})" for name in foreign_secrets(content, own)
    ]
    if own not in content.secrets:
        found.append(f"secret {own} was removed ({place})")
    elif content.secrets[own] != known:
        found.append(f"secret {own} was changed ({place})")
    return found


def own_bindings(flow: list[TenantBinding], action_id: str) -> list[TenantBinding]:
    """Keep the bindings of one Action."""
    return [binding for binding in flow if binding.action_id == action_id]


def binding_drift(action_id: str, flow: list[TenantBinding]) -> list[str]:
    """Say in words that an Action is not bound just once."""
    count = len(own_bindings(flow, action_id))
    if count == 1:
        return []
    return [f"the Action is bound {count} times to the login flow"]


def _node(runtime: str) -> str:
    """Auth0 reports node18 as node18-actions."""
    return runtime.removesuffix("-actions")


def surely_has_key(
    action: TenantAction, meant: Meant, olds: dict[str, Any], news: dict[str, Any]
) -> bool:
    """Tell whether the draft's secret surely is the declared key.

    It is if this deployment created the Action with it, or if an earlier one delivered
    it and nobody has set another since. Such a one would be live without a trace: the
    provider deploys the draft, and sends no secret unless it declares another.
    """
    if news["is_new_action"]:
        return True
    if any(olds.get(name) != news[name] for name in ("action_id", "api_key")):
        return False
    return not olds.get("drift") and has_secret_of(action, meant, olds["secrets_at"])
