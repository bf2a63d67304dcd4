"""`make live` as a process, on a sandbox that it knows by public addresses alone."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contract.__main__ import AUTH0_REQUESTS, ZUPLO_REQUESTS
from contract.made import PREFIX
from sandbox.commands.clouds import Auth0Tenant, ZuploAccount
from sandbox.commands.serve import settings
from sandbox.host.servers import Sandbox
from tests.toolkit.patience import PATIENCE_SECONDS
from tests.toolkit.repository import REPOSITORY

from .wrong import WRONG

QUICK = ("--no-questions", "--requests-per-second", "1000")


def start(sandbox: Sandbox, *arguments: str, **changed: str) -> subprocess.Popen[str]:
    confirmed = ("--tenant", sandbox.auth0_domain)
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "contract", *QUICK, *confirmed, *arguments],
        cwd=REPOSITORY,
        env={**os.environ, **settings(sandbox), **changed},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(sandbox: Sandbox, *arguments: str, **changed: str) -> tuple[int, str]:
    """Run to the end; give exit code and output."""
    with start(sandbox, *arguments, **changed) as process:
        output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, output


@pytest.fixture
def own(tmp_path: Path) -> Any:
    """A sandbox that a test may change."""
    with Sandbox(tmp_path) as sandbox:
        yield sandbox


def left(sandbox: Sandbox) -> list[str]:
    """What a run has left in both clouds."""
    with Auth0Tenant(sandbox) as tenant, ZuploAccount(sandbox) as zuplo:
        names = [*tenant.actions(), *(it["name"] for it in zuplo.consumers())]
        return [it for it in names if it.startswith(PREFIX)] + tenant.bound_actions()


def test_everything_that_is_tried_holds_and_nothing_is_left(own, tmp_path):
    file = tmp_path / "exchanges.json"
    code, output = run(own, "--record", str(file))
    assert code == 0, output
    numbers = re.search(r"(\d+) held, 0 did not hold, (\d+) could not be tried", output)
    assert numbers, output
    assert int(numbers[2]) == 3
    assert left(own) == []
    asked = [it.service for it in own.control.requests()]
    assert asked.count("auth0") <= AUTH0_REQUESTS
    assert asked.count("zuplo") <= ZUPLO_REQUESTS
    recorded = file.read_text("utf-8")
    assert json.loads(recorded)["exchanges"]
    secrets = [own.zuplo_api_key, own.auth0_client_secret, *own.control.auth0_tokens()]
    names = [own.auth0_domain, own.auth0_client_id, own.zuplo_account, own.zuplo_bucket]
    assert [
        it for it in [*secrets, *names, "zpka_", "@example"] if it in recorded
    ] == []


def test_each_wrong_behaviour_is_found_and_named(own, monkeypatch):
    for wrong in WRONG.values():
        wrong(monkeypatch)
    code, output = run(own)
    assert code == 1, output
    found = set(re.findall(r"✗ (\S+)", output))
    assert found == WRONG.keys(), output
    assert len(WRONG) == 10


def test_interrupted_run_leaves_nothing(own):
    with start(own) as process:
        assert process.stdout
        for line in process.stdout:
            if "✓ auth0-bindings-list" in line:
                break
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130, output
    assert left(own) == []


def test_next_run_removes_what_a_killed_one_left(own):
    with start(own) as process:
        assert process.stdout
        for line in process.stdout:
            if "✓ auth0-bindings-list" in line:
                break
        process.kill()
        process.communicate()
    assert left(own)
    code, output = run(own)
    assert code == 0, output
    assert "Removed what another run has left: " in output
    assert left(own) == []


def test_tenant_that_nobody_confirmed_is_refused(own):
    code, output = run(own, "--tenant", "other.auth0.com")
    assert code == 2
    assert f"run again with: --tenant {own.auth0_domain}" in output
    assert "auth0" not in [it.service for it in own.control.requests()]


def test_missing_variables_are_all_named(own):
    code, output = run(own, AUTH0_DOMAIN="", ZUPLO_API_KEY="")
    assert code == 2
    assert "Variables are not set: AUTH0_DOMAIN, ZUPLO_API_KEY." in output
