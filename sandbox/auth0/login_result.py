"""What a login in the STAND-IN tells of itself. The shapes are ours."""

import time
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel

from sandbox.auth0.actions import Action
from sandbox.auth0.node_process import Execution
from sandbox.auth0.users import Metadata, User

INTERRUPTING = {
    "authentication.challengeWith",
    "authentication.challengeWithAny",
    "authentication.enrollWith",
    "authentication.enrollWithAny",
    "multifactor.enable",
    "prompt.render",
    "redirect.sendUserTo",
}


class Call(BaseModel):
    method: str
    """Without the leading `api.`"""
    arguments: list[Any]


class Log(BaseModel):
    level: str
    message: str


class ActionError(BaseModel):
    name: str
    message: str


class ActionRun(BaseModel):
    """What one Action did in a login."""

    action_id: str
    action_name: str
    calls: list[Call]
    logs: list[Log]
    error: ActionError | None
    milliseconds: float

    def calls_of(self, method: str) -> Iterable[tuple[Any, Any]]:
        """Give the first two arguments of each call, null where left out."""
        for call in self.calls:
            if call.method == method:
                first, second, *_ = *call.arguments, None, None
                yield first, second


class LoginResult(BaseModel):
    outcome: Literal["success", "denied"]
    reason: str | None
    """Why it was denied, as the application would read it."""
    interrupted: str | None
    """The method that stopped a login for the user to do something first."""
    milliseconds: float
    app_metadata: Metadata
    user_metadata: Metadata
    actions: list[ActionRun]


def action_run(action: Action, execution: Execution, milliseconds: float) -> ActionRun:
    return ActionRun.model_validate(
        {
            "action_id": action.id,
            "action_name": action.name,
            "calls": execution.calls,
            "logs": execution.logs,
            "error": execution.error,
            "milliseconds": milliseconds,
        }
    )


def denial(runs: list[ActionRun]) -> str | None:
    """Find the reason of the first denial; one without a reason has an empty one."""
    for run in runs:
        for reason, _ in run.calls_of("access.deny"):
            return str(reason or "")
    return None


def interruption(runs: list[ActionRun]) -> str | None:
    """Find the first method that hands the user something to do.

    `multifactor.enable('none')` only switches factors off.
    """
    for run in runs:
        for call in run.calls:
            switched_off = call.method == "multifactor.enable" and (
                call.arguments[:1] == ["none"]
            )
            if call.method in INTERRUPTING and not switched_off:
                return call.method
    return None


def result(
    user: User, runs: list[ActionRun], reason: str | None, started: float
) -> LoginResult:
    return LoginResult(
        outcome="success" if reason is None else "denied",
        reason=reason,
        interrupted=interruption(runs) if reason is None else None,
        milliseconds=elapsed_ms(started),
        app_metadata=user.app_metadata,
        user_metadata=user.user_metadata,
        actions=runs,
    )


def elapsed_ms(started: float) -> float:
    return (time.monotonic() - started) * 1000
