"""Rules of the Auth0 stand-in's tenant, with a builder that needs no npm."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from sandbox.auth0 import state as state_module
from sandbox.auth0.builds import BuildFailure, Dependency
from sandbox.auth0.errors import ApiError
from sandbox.auth0.schemas import ActionCreate, ActionUpdate
from sandbox.auth0.state import State
from tests.toolkit.patience import eventually

UNDICI = {"name": "undici", "version": "7.30.2"}


class SlowBuilder:
    """Finishes a build when a test says so, and gives each its own folder."""

    def __init__(self) -> None:
        self.running: list[asyncio.Future[Path | BuildFailure]] = []

    async def build(self, dependencies: list[Dependency]) -> Path | BuildFailure:
        future = asyncio.get_running_loop().create_future()
        self.running.append(future)
        return await future


def creation(trigger: str = "post-login", **fields: Any) -> ActionCreate:
    named = {"name": "demo", "supported_triggers": [{"id": trigger}]}
    return ActionCreate.model_validate(named | fields)


def test_build_that_an_update_overtook_does_not_touch_the_new_draft():
    async def run() -> None:
        builder = SlowBuilder()
        state = State(builder)
        action = state.create_action(creation(dependencies=[UNDICI]))
        overtaken = action.build
        await eventually(lambda: overtaken.look() == "building")
        state.update_action(action, ActionUpdate(code="// newer"))
        await eventually(lambda: len(builder.running) == 2)

        builder.running[0].set_result(Path("older"))
        await eventually(lambda: overtaken.look() == "built")

        assert (action.status, action.modules) == ("building", None)

    asyncio.run(run())


def test_update_that_is_refused_changes_nothing():
    async def run() -> None:
        state = State(SlowBuilder())
        action = state.create_action(creation())
        await eventually(lambda: action.status == "built")
        version = action.deploy()

        with pytest.raises(ApiError, match="runtime is not supported"):
            state.update_action(action, ActionUpdate(code="// no", runtime="node4"))

        assert action.deployed_version is version
        assert action.all_changes_deployed
        assert action.code != "// no"

    asyncio.run(run())


def test_create_beyond_the_actions_of_the_tenant_is_refused(
    monkeypatch: pytest.MonkeyPatch,
):
    async def run() -> None:
        monkeypatch.setattr(state_module, "ACTIONS_PER_TENANT", 2)
        state = State(SlowBuilder())
        state.create_action(creation())
        state.create_action(creation("post-change-password"))

        with pytest.raises(ApiError, match="more than 2 actions"):
            state.create_action(creation("send-phone-message"))

    asyncio.run(run())
