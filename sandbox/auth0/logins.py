"""Logins in the STAND-IN: run the bound Actions in order, save metadata after all.

Rules: Auth0 documentation "post-login", except where said. What comes before and after
in a browser, password and tokens, is in `oidc`. Not imitated: the continuation of a
login that a redirect, a prompt or a factor interrupted (onContinuePostLogin); such a
login ends there, its metadata saved (inferred).
"""

import asyncio
import time
from copy import copy

from sandbox.auth0.actions import Action, Secret
from sandbox.auth0.clock import now_in_milliseconds
from sandbox.auth0.errors import bad_request, invalid_body
from sandbox.auth0.instances import InstancePool
from sandbox.auth0.login_event import LoginRequest, build_event
from sandbox.auth0.login_result import (
    ActionRun,
    LoginResult,
    action_run,
    denial,
    elapsed_ms,
    interruption,
    result,
)
from sandbox.auth0.node_process import Execution, Json, Program
from sandbox.auth0.profile_size import is_oversized
from sandbox.auth0.state import State
from sandbox.auth0.users import Metadata, User, merged

__all__ = ["LoginRequest", "LoginResult", "Logins", "UnknownUserError"]

POST_LOGIN = "post-login"
HANDLER = "onExecutePostLogin"
TIME_LIMIT_SECONDS = 20.0


class UnknownUserError(LookupError):
    """Nobody of this id can log in."""

    def __init__(self, user_id: str) -> None:
        super().__init__(f"no user {user_id!r}")


class Logins:
    """Logs users of a tenant in.

    Args:
        time_limit_seconds: For all Actions of one login together.
    """

    def __init__(
        self,
        state: State,
        instances: InstancePool,
        time_limit_seconds: float = TIME_LIMIT_SECONDS,
    ) -> None:
        self._state = state
        self._instances = instances
        self._time_limit_seconds = time_limit_seconds

    async def login(self, request: LoginRequest) -> LoginResult:
        """Log a user in, who counts as logged in whatever the Actions say (inferred).

        Raises:
            UnknownUserError: there is no such user.
        """
        user = self._state.users.get(request.user_id)
        if user is None:
            raise UnknownUserError(request.user_id)
        started = time.monotonic()
        if user.profile.get("blocked"):
            return result(user, [], "user is blocked", started)  # text inferred
        user.logins_count += 1
        user.last_login = now_in_milliseconds()
        runs: list[ActionRun] = []
        try:
            async with asyncio.timeout(self._time_limit_seconds):
                await self._run_actions(build_event(user, request), request, runs)
        except TimeoutError:
            return result(user, runs, self._too_slow, started)
        failed = [run.error for run in runs if run.error]
        if failed:
            # Auth0 support article: the application reads the error's message.
            # That nothing is saved then is inferred.
            return result(user, runs, failed[0].message, started)
        save_metadata(user, runs)
        return result(user, runs, denial(runs), started)

    async def test_action(self, action: Action, payload: Json) -> Json:
        """Run the draft once, in a process of its own.

        Error and stats: recording "test". The two durations that only a real runtime
        can tell are 0. `commands` is inferred: no recording of a success is public.
        """
        if action.supported_triggers[0].id != POST_LOGIN:
            message = "The sandbox can only test Actions of post-login."
            raise bad_request(message)
        event = payload.get("event")
        if not isinstance(event, dict):
            fault = "'The sandbox needs an object' on property payload.event"
            raise invalid_body(fault)
        program = Program(action.id, POST_LOGIN, action.code, action.modules)
        execution = Execution()
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._time_limit_seconds):
                await self._instances.run_once(
                    program, HANDLER, with_secrets(event, action.secrets), execution
                )
        except TimeoutError:
            execution.error = {"name": "Error", "message": self._too_slow}
        response = {"stats": stats(execution, elapsed_ms(started))}
        if execution.error:
            return {"error": execution.error, **response}
        return {"commands": execution.calls, **response}

    @property
    def _too_slow(self) -> str:
        return f"The actions took longer than {self._time_limit_seconds:g} s"

    async def _run_actions(
        self, event: Json, request: LoginRequest, runs: list[ActionRun]
    ) -> None:
        """Run Actions until one fails, denies or interrupts; add a run for each."""
        for binding in tuple(self._state.bindings[POST_LOGIN]):
            run = await self._run_action(binding.action, event, request.instance, runs)
            if run.error or denial([run]) is not None or interruption([run]):
                return

    async def _run_action(
        self, action: Action, event: Json, instance: str, runs: list[ActionRun]
    ) -> ActionRun:
        version = action.deployed_version
        if version is None:
            message = f"bound action {action.name!r} has no deployed version"
            raise RuntimeError(message)
        program = Program(version.id, POST_LOGIN, version.code, version.modules)
        execution = Execution()
        started = time.monotonic()
        try:
            await self._instances.run(
                program,
                instance,
                HANDLER,
                with_secrets(event, version.secrets),
                execution,
            )
        except asyncio.CancelledError:
            execution.error = {"name": "Error", "message": self._too_slow}
            raise
        finally:
            run = action_run(action, execution, elapsed_ms(started))
            runs.append(run)
        return run


def with_secrets(event: Json, secrets: dict[str, Secret]) -> Json:
    return {**event, "secrets": {name: each.value for name, each in secrets.items()}}


def save_metadata(user: User, runs: list[ActionRun]) -> None:
    """Merge all changes into what the user has by now, not by the login's start.

    If the profile has no room for them, all are lost and the login passes. Auth0 says
    that such a write may fail, and the login too; what a login ends with is inferred.
    """
    app: Metadata = {}
    own: Metadata = {}
    for run in runs:
        app.update(run.calls_of("user.setAppMetadata"))
        own.update(run.calls_of("user.setUserMetadata"))
    changed = copy(user)
    if app:
        changed.app_metadata = merged(user.app_metadata, app)
    if own:
        changed.user_metadata = merged(user.user_metadata, own)
    if (app or own) and not is_oversized(changed):
        changed.updated_at = now_in_milliseconds()
        vars(user).update(vars(changed))


def stats(execution: Execution, total: float) -> dict[str, int]:
    """Measure what can be measured; names: recording "test"."""
    running = round(execution.milliseconds)
    return {
        "total_request_duration_ms": round(total),
        "total_runtime_execution_duration_ms": round(total),
        "runtime_processing_duration_ms": running,
        "action_duration_ms": running,
        "runtime_external_call_duration_ms": 0,
        "boot_duration_ms": round(total) - running,
        "network_duration_ms": 0,
    }
