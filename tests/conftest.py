"""Fixtures of all tests: a sandbox, and an environment that misleads no client."""

import asyncio
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pulumi
import pytest
from pulumi.dynamic import Config, ConfigureRequest, ResourceProvider

from consumer_on_login.auth0.client import Auth0Client
from consumer_on_login.auth0.credentials import usable
from consumer_on_login.process_memory import MEMORY
from sandbox.commands.clouds import Auth0Tenant
from sandbox.host.servers import Sandbox
from sandbox.zuplo.manager_rules import ManagerRules
from tests.toolkit import programs
from tests.toolkit.tenant_operations import delete_actions
from tests.toolkit.zuplo_api import BucketApi

WORKER_GIBIBYTES = 1
"""What an engine with its plugins and a sandbox take, rounded up."""


def pytest_xdist_auto_num_workers() -> int:
    """As many workers as have memory, and one more than cores, since tests wait."""
    memory = psutil.virtual_memory().available // (WORKER_GIBIBYTES * 2**30)
    return max(1, min(memory, (os.cpu_count() or 1) + 1))


MARKED_FOLDERS = ("clients", "engine", "portal")
"""Whose tests are marked by the folder's name."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for folder in MARKED_FOLDERS:
            if item.path.is_relative_to(Path(__file__).parent / folder):
                item.add_marker(folder)


LEAKING_VARIABLES = (
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "AUTH0_DOMAIN",
    "AUTH0_CLIENT_ID",
    "AUTH0_CLIENT_SECRET",
    "AUTH0_API_TOKEN",
    "AUTH0_AUDIENCE",
    "AUTH0_CLI_LOGIN",
    "AUTH0_DYNAMIC_CREDENTIALS",
    "AUTH0_CLIENT_ASSERTION_PRIVATE_KEY",
)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def set_manager_rules(sandbox: Sandbox) -> Iterator[Callable[..., None]]:
    """Choose what Zuplo makes of managers, for one test."""
    yield lambda **rules: sandbox.control.set_manager_rules(ManagerRules(**rules))
    sandbox.control.set_manager_rules(ManagerRules())


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep proxies, CA bundles and tenants of the user's away from the tests."""
    for name in LEAKING_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    # The providers set it, for good, in what is their own process elsewhere.
    monkeypatch.setattr(sys, "tracebacklimit", 1000, raising=False)


@pytest.fixture(autouse=True)
def new_process() -> Iterator[None]:
    """Let the process remember nothing of another test, nor be in its preview."""
    yield
    MEMORY.forget()
    pulumi.runtime.reset_options()


# One for all tests: Pulumi's mocks make a loop per thread of this one's executor and
# close none, so that a loop per test would leave theirs behind each time.
LOOP = asyncio.new_event_loop()


@pytest.fixture(autouse=True)
def event_loop() -> None:
    """Pulumi's Outputs need a current loop, which asyncio.run() takes away."""
    asyncio.set_event_loop(LOOP)


@pytest.fixture
def zuplo(sandbox: Sandbox) -> Iterator[Sandbox]:
    """The sandbox without faults and with an empty request log."""
    sandbox.control.clear_faults()
    sandbox.control.clear_requests()
    yield sandbox
    sandbox.control.clear_faults()


@pytest.fixture
def bucket(zuplo: Sandbox) -> Iterator[BucketApi]:
    """A bucket of the test's own."""
    with (bucket := BucketApi(zuplo)).session:
        yield bucket


@pytest.fixture
def auth0(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """The sandbox with its CA trusted, no faults, no client and an empty log.

    The sandbox's CA alone: each connection reads all that it trusts.
    """
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca_certificate))
    sandbox.control.clear_faults()
    sandbox.control.clear_requests()
    yield sandbox
    sandbox.control.clear_faults()


@pytest.fixture
def auth0_credentials(auth0: Sandbox) -> dict[str, str]:
    """Those of the sandbox's own application, as an argument of the component."""
    return {
        "domain": auth0.auth0_domain,
        "client_id": auth0.auth0_client_id,
        "client_secret": auth0.auth0_client_secret,
    }


@pytest.fixture
def auth0_config(auth0: Sandbox) -> dict[str, str]:
    """The same, as a stack's configuration, which a test may still change."""
    return {
        "auth0:domain": auth0.auth0_domain,
        "auth0:clientId": auth0.auth0_client_id,
        "auth0:clientSecret": auth0.auth0_client_secret,
    }


@pytest.fixture
def client(auth0_credentials: dict[str, str], no_waiting: list[float]) -> Auth0Client:
    return Auth0Client(usable(auth0_credentials))


@pytest.fixture
def asked(auth0: Sandbox) -> Callable[[], list[str]]:
    """Give method and path of each request to Auth0 since the last call."""

    def asked() -> list[str]:
        logged = auth0.control.requests("auth0")
        auth0.control.clear_requests()
        return [f"{item.method} {item.path}" for item in logged]

    return asked


@pytest.fixture(scope="module")
def owner(sandbox: Sandbox) -> Iterator[Auth0Tenant]:
    with Auth0Tenant(sandbox) as owner:
        yield owner


@pytest.fixture
def tenant(auth0: Sandbox, owner: Auth0Tenant) -> Iterator[Auth0Tenant]:
    """What the tenant's owner sees and does; no Action is left behind."""
    yield owner
    auth0.control.clear_faults()
    delete_actions(owner)


@pytest.fixture
def declare() -> Callable[[Callable[[], object]], pulumi.runtime.MockResourceArgs]:
    """Run a program of one resource and give what it registers."""

    def declare(build: Callable[[], object]) -> pulumi.runtime.MockResourceArgs:
        mocks = programs.Mocks()
        pulumi.runtime.set_mocks(mocks)
        programs.declare(build)
        (found,) = mocks.registered
        return found

    return declare


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let no time pass in time.sleep; gives the seconds asked for."""
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    return slept


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of the loopback that refuses connections, and that nobody can take."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def configured(
    auth0_config: dict[str, str], no_waiting: list[float]
) -> Callable[[ResourceProvider], Any]:
    """Configure a dynamic provider, as the engine does once in a run."""

    def configured(provider: ResourceProvider) -> ResourceProvider:
        provider.configure(ConfigureRequest(Config(auth0_config, "project")))
        return provider

    return configured


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said through pulumi.log.warn."""
    heard: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda text, *_: heard.append(text))
    return heard
