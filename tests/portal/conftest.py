"""Browsers at the portal of a tenant where the real engine has deployed the stack."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from sandbox.commands.clouds import Auth0Tenant, ZuploAccount
from sandbox.commands.portal import sandbox_with
from sandbox.commands.try_ import deployment_on
from sandbox.engine.binaries import find_or_build_engine
from sandbox.engine.deployment import Deployment
from sandbox.engine.workspace import leave_user_settings
from sandbox.host.servers import Sandbox
from sandbox.portal.build import Portal, find_or_build_portal
from tests.portal.visitor import Visitor
from tests.toolkit.deployed_action import LOGIN_TIMEOUT_MS
from tests.toolkit.patience import PATIENCE_SECONDS

PROGRAMS = ("chromium", "google-chrome")

Visit = Callable[..., Visitor]
Shoot = Callable[[Page, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--screenshots",
        type=Path,
        metavar="FOLDER",
        help="renew the documents' pictures of the portal in FOLDER",
    )


@pytest.fixture(scope="session")
def portal() -> Portal:
    return find_or_build_portal(lambda _: nullcontext())


@pytest.fixture(scope="session")
def deployed(
    tmp_path_factory: pytest.TempPathFactory, portal: Portal
) -> Iterator[tuple[Sandbox, Deployment]]:
    leave_user_settings()
    engine = find_or_build_engine(lambda _: nullcontext())
    folder = tmp_path_factory.mktemp("portal")
    with sandbox_with(portal, folder) as sandbox:
        deployment = deployment_on(
            sandbox, engine, folder / "stack", loginTimeoutMs=LOGIN_TIMEOUT_MS
        )
        up = deployment.up()
        assert up.succeeded, up.output
        yield sandbox, deployment


@pytest.fixture
def sandbox(deployed: tuple[Sandbox, Deployment]) -> Iterator[Sandbox]:
    yield deployed[0]
    deployed[0].control.clear_faults()


@pytest.fixture
def deployment(deployed: tuple[Sandbox, Deployment]) -> Deployment:
    return deployed[1]


@pytest.fixture
def tenant(sandbox: Sandbox) -> Iterator[Auth0Tenant]:
    with Auth0Tenant(sandbox) as tenant:
        yield tenant


@pytest.fixture
def account(sandbox: Sandbox) -> Iterator[ZuploAccount]:
    with ZuploAccount(sandbox) as account:
        yield account


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium: Playwright's are none of its registry packages."""
    found = [path for name in PROGRAMS if (path := shutil.which(name))]
    assert found, f"none of {', '.join(PROGRAMS)} is on PATH; make browser says more"
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_SECONDS * 1000)
        browser = playwright.chromium.launch(executable_path=found[0])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, sandbox: Sandbox) -> Iterator[Visit]:
    """Open a browser of its own at the portal: nobody's cookies and storage."""
    asked: set[str | None] = set()

    def visit(**options: object) -> Visitor:
        context = browser.new_context(
            # The sandbox's CA is made anew each time.
            ignore_https_errors=True,
            **{"viewport": {"width": 1280, "height": 720}, **options},  # type: ignore[arg-type]
        )
        contexts.callback(context.close)
        context.on("request", lambda it: asked.add(urlsplit(it.url).hostname))
        return Visitor(context.new_page(), sandbox.portal_url)

    with ExitStack() as contexts:
        yield visit
    assert asked <= {"127.0.0.1", None}, "a page asks for something from elsewhere"


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Shoot:
    """Take a picture for the documents, when it is asked for."""
    folder: Path | None = request.config.getoption("screenshots")

    def shoot(page: Page, name: str) -> None:
        if folder is not None:
            page.screenshot(path=folder / f"{name}.png", animations="disabled")

    return shoot
