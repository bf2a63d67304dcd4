"""Clients of Auth0 that others wrote, as they are, each in a process of its own."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.auth0.instances import find_node
from sandbox.commands.clouds import Auth0Tenant
from sandbox.host.servers import Sandbox

HERE = Path(__file__).parent
NODE_MODULES = HERE / "node_modules"
PYTHON = HERE.parents[1] / ".venv-clients" / "bin" / "python"


class Client:
    """A program that gets the sandbox's environment and nothing of the user's."""

    def __init__(self, sandbox: Sandbox, *command: Path) -> None:
        self._command = command
        self._environment = {"PATH": os.environ["PATH"], **sandbox.environment()}

    def run(self, *arguments: str, given: str = "", **environment: str) -> str:
        done = subprocess.run(
            [*self._command, *arguments],
            input=given,
            env={**self._environment, **environment},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def __call__(self, step: str, **given: Any) -> Any:
        """Run a step of sdk.js or sdk.py and give what it saw."""
        return json.loads(self.run(step, given=json.dumps(given)))


@pytest.fixture
def tenant(tenant: Auth0Tenant) -> Iterator[Auth0Tenant]:
    """No user is left behind either."""
    yield tenant
    for user in tenant.api("GET", "/users"):
        tenant.api("DELETE", f"/users/{user['user_id']}")


@pytest.fixture
def deploy_cli(sandbox: Sandbox) -> Client:
    program = NODE_MODULES / ".bin" / "a0deploy"
    assert program.exists(), "make test-clients installs it"
    return Client(sandbox, find_node(), program)


@pytest.fixture(params=["npm", "python"])
def sdk(request: pytest.FixtureRequest, sandbox: Sandbox) -> Client:
    if request.param == "npm":
        assert (NODE_MODULES / "auth0").exists(), "make test-clients installs it"
        return Client(sandbox, find_node(), HERE / "sdk.js")
    assert PYTHON.exists(), "make test-clients installs it"
    return Client(sandbox, PYTHON, HERE / "sdk.py")
