"""Another program has the built package installed, and none of this repository."""

import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.auth0.logins import LoginRequest
from sandbox.commands.clouds import ZuploAccount
from sandbox.commands.try_ import PORTAL
from sandbox.engine.workspace import create_stack
from tests.toolkit.repository import REPOSITORY

from .environment import pulumi, text

PROGRAM = Path(__file__).parent / "programs" / "reuse" / "__main__.py"
DRIVER = Path(__file__).parent / "drive.py"
STACK = "dev"


def run(
    *command: object, cwd: Path = REPOSITORY, env: dict[str, str] | None = None
) -> str:
    """Run a program that must succeed and give what it printed."""
    arguments = [str(item) for item in command]
    done = subprocess.run(arguments, cwd=cwd, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def uv(*arguments: object) -> None:
    run(sys.executable, "-m", "uv", "--quiet", *arguments)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with the wheel and the source distribution of this checkout."""
    folder = tmp_path_factory.mktemp("built")
    run(sys.executable, "-m", "hatchling", "build", "-d", folder)
    return folder


@pytest.fixture(scope="module")
def wheel_of_sdist(built, tmp_path_factory):
    """The wheel that installers make of the source distribution."""
    folder = tmp_path_factory.mktemp("of-sdist")
    (sdist,) = built.glob("*.tar.gz")
    uv(
        *("build", "--wheel", "--no-build-isolation", "--python", sys.executable),
        *("--out-dir", folder, sdist),
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_sdist_makes_the_same_wheel_as_the_checkout(built, wheel_of_sdist):
    (wheel,) = built.glob("*.whl")
    assert contents(wheel_of_sdist) == contents(wheel)


@pytest.fixture
def folder(tmp_path, engine, sandbox, wheel_of_sdist):
    """The other program with an environment and a stack of its own."""
    folder = tmp_path / "shop"
    shutil.copytree(
        PROGRAM.parent, folder, ignore=shutil.ignore_patterns("Pulumi.yaml")
    )
    create_stack(
        folder,
        engine,
        PROGRAM,
        environment={},
        config={
            "shop:zuploAccount": sandbox.zuplo_account,
            "shop:zuploBucket": sandbox.zuplo_bucket,
            "shop:zuploApiUrl": sandbox.zuplo_url,
            "auth0:domain": sandbox.auth0_domain,
        },
        secret_config={"shop:zuploApiKey": sandbox.zuplo_api_key},
        name=STACK,
    )
    own = folder / ".venv"
    own.unlink()
    venv.create(own)
    uv(
        *("pip", "install", "--python", own / "bin" / "python"),
        *("--constraint", REPOSITORY / "constraints.txt", wheel_of_sdist),
    )
    return folder


@pytest.fixture
def drive(folder, engine, sandbox) -> Callable[..., str]:
    """Run one operation of the stack by the other environment's interpreter."""
    own = folder / ".venv" / "bin"
    environment = {
        **os.environ,
        **sandbox.environment(),
        "PATH": os.pathsep.join([str(own), engine.path()]),
        "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(folder / "passphrase"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }

    def drive(*operation: str) -> str:
        command = (own / "python", DRIVER, STACK, *operation)
        return run(*command, cwd=folder, env=environment)

    return drive


def test_other_program_deploys_what_it_has_installed(folder, drive, sandbox, tenant):
    up = drive("up")

    assert "shop:index:Storefront" in up
    (action_id,) = tenant.bound_actions()
    (installed,) = folder.glob(
        ".venv/lib/*/site-packages/consumer_on_login/action/create-consumer"
    )
    head, _ = (installed / "code.js").read_text().split("const settings = {")
    _owner, code = tenant.action(action_id)["code"].split("\n", 1)
    assert code.startswith(head)
    ada = tenant.add_user("ada")
    login = sandbox.control.log_in(LoginRequest(user_id=ada, client_id=PORTAL))
    assert login.outcome == "success"
    with ZuploAccount(sandbox) as account:
        assert len(account.consumers()) == 1
    drive("preview", "expect_no_changes")
    drive("destroy")
    assert tenant.actions() == []


def comparable(text: str) -> str:
    """Replace what Auth0 and Zuplo make up anew."""
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID", text)
    return re.sub(r"bckt_\w+", "BUCKET", text)


def test_documented_output_is_what_the_cli_prints(deploy):
    page = (REPOSITORY / "docs" / "previews.md").read_text()
    outputs, diff = re.findall(r"^```text\n(.*?)^```", page, re.M | re.S)
    deployment = deploy()
    assert deployment.up().succeeded

    assert comparable(outputs) in comparable(pulumi(deployment, "stack", "output"))

    deployment.configure("loginTimeoutMs", "1234")
    assert diff in text(deployment.preview(diff=True)) + "\n"
