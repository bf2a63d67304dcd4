"""Fixtures of all tests: a sandbox, and an environment that misleads no client."""

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
