"""Fixtures of all tests: a sandbox, and an environment that misleads no client."""

import asyncio
from collections.abc import Iterator

import pulumi
import pytest

from sandbox.hosting import Sandbox

LEAKING_VARIABLES = (
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep proxies and foreign CA bundles away from the tests' clients."""
    for name in LEAKING_VARIABLES:
        monkeypatch.delenv(name, raising=False)


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
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said through pulumi.log.warn."""
    heard: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda text, *_: heard.append(text))
    return heard
