"""A fresh sandbox and stack for each test on the engine."""

import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from sandbox.commands.clouds import Auth0Tenant
from sandbox.commands.try_ import NAMESPACE, PROGRAM, stack_config
from sandbox.engine.binaries import Engine, find_or_build_engine
from sandbox.engine.deployment import Deployment
from sandbox.engine.workspace import create_stack, leave_user_settings
from sandbox.host.servers import Sandbox
from tests.toolkit.preloaded_plugin import open_preloaded_plugin
from tests.toolkit.vault import open_vault

from .invariants import Harness, open_harness

Deploy = Callable[..., Deployment]


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    leave_user_settings()
    # Engine and plugins live for seconds, too short to collect garbage.
    os.environ["GOGC"] = "off"
    with open_vault(), open_preloaded_plugin():
        yield find_or_build_engine(lambda _: nullcontext())


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path) as running:
        yield running


@pytest.fixture
def tenant(sandbox: Sandbox) -> Iterator[Auth0Tenant]:
    with Auth0Tenant(sandbox) as tenant:
        yield tenant


@pytest.fixture
def deploy(tmp_path: Path, engine: Engine, sandbox: Sandbox) -> Deploy:
    """Make a stack of this repository's program, or of another one."""

    def deploy(program: Path = PROGRAM, **settings: object) -> Deployment:
        own = {f"{NAMESPACE}:{key}": value for key, value in settings.items()}
        stack = create_stack(
            tmp_path / "stack",
            engine,
            program,
            environment=sandbox.environment(),
            config={**stack_config(sandbox), **own},
            secret_config={f"{NAMESPACE}:zuploApiKey": sandbox.zuplo_api_key},
        )
        return Deployment(stack)

    return deploy


@pytest.fixture(scope="module")
def harness(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Harness]:
    """One for the tests of a file, which take their turns on its stack."""
    with open_harness(engine, tmp_path_factory.mktemp("harness")) as harness:
        yield harness


@pytest.fixture
def deployed(harness: Harness) -> Harness:
    """The harness with a stack that is deployed as declared."""
    harness.deploy_as_desired()
    return harness
