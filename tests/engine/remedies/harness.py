"""A stack that is brought to each message, and does what the message says."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from pulumi.automation import Workspace

from consumer_on_login.auth0.origin import variable
from sandbox.commands.try_ import PORTAL
from sandbox.engine.deployment import Run
from sandbox.engine.workspace import set_secret
from sandbox.host.faults import Fault
from tests.toolkit.patience import PATIENCE_SECONDS

from ..environment import ZUPLO_KEY, action_of, obey, pulumi, text
from ..invariants import AGAIN, Harness

PLACEHOLDER = re.compile(r"<[^<>\n]+>")


class Remedies(Harness):
    """A stack in a tenant, and what people know who read its messages."""

    values: dict[str, str]
    """What to write for a placeholder, or for an example such as an address."""
    script: list[str]
    """What printed the message, if it was no run of the engine."""
    variables: dict[str, str]
    """Of the script."""
    is_reached: Callable[[], bool]
    """Whether what the invariants leave out is as the message says."""
    again: Callable[[], Run]
    """Do what the last run did."""
    _before: tuple[Workspace, dict[str, str], str, object]
    """At the beginning: the workspace with its variables, settings, what is wanted."""

    def begin(self) -> None:
        """Start from a stack that is deployed as declared."""
        self.deploy_as_desired()
        self.script, self.variables = [], {}
        self.is_reached = lambda: True
        workspace = self.deployment.stack.workspace
        self._before = (
            workspace,
            dict(workspace.env_vars),
            self._settings_file.read_text(),
            self._declared(),
        )
        self.values = {
            "<tenant>.eu.auth0.com": self.sandbox.auth0_domain,
            "https://dev.zuplo.com": self.sandbox.zuplo_url,
            "<client id>": PORTAL,
            "<client secret>": self.sandbox.auth0_client_secret,
            "<action id>": action_of(self.deployment),
        }

    def end(self) -> None:
        """Take back what brought the message about, unless another stack follows."""
        self.sandbox.control.clear_faults()
        workspace, variables, settings, declared = self._before
        workspace.env_vars = variables
        if self.other_settings:
            self.is_as_desired = False
        elif self._declared() == declared:
            self._settings_file.write_text(settings)

    def _declared(self) -> object:
        return self.deployment, self.key, self.timeout_ms

    def want(self, **settings: Any) -> None:
        """Declare other settings of the Action, which the remedy is to deploy."""
        self.other_settings = settings
        self.is_as_desired = False

    def set_variable(self, name: str, value: str) -> None:
        """Set a variable of the environment, for the engine and its plugins."""
        workspace = self.deployment.stack.workspace
        workspace.env_vars = {**workspace.env_vars, name: value}

    def configure(self, settings: dict[str, Any]) -> None:
        """Write settings as an editor does, those of the program by their keys."""
        for key, value in settings.items():
            self.deployment.configure(key, value)

    def unset(self, name: str) -> None:
        """Remove a setting, if it is there."""
        written = yaml.safe_load(self._settings_file.read_text())
        written["config"].pop(name, None)
        self._settings_file.write_text(yaml.safe_dump(written))

    @property
    def _settings_file(self) -> Path:
        return self.deployment.settings_file

    def use_key(self, key: str) -> None:
        """Set a key that is not to stay."""
        set_secret(self.deployment.stack, ZUPLO_KEY, key)

    def preview(self, **options: Any) -> Run:
        self.again = lambda: self.preview(**options)
        return self.deployment.preview(**options)

    def up(self, fault: Fault | None = None, **options: Any) -> Run:
        self.again = lambda: self.up(**options)
        return super().up(fault, **options)

    def destroy(self) -> Run:
        self.again = self.destroy
        self.is_as_desired = False
        return self.deployment.destroy()

    def follow(self, commands: list[str]) -> None:
        """Run commands as they are printed, and then what printed them."""
        for command in commands:
            self._run(self._filled(command))
        if self.script:
            done = self.run_script()
            assert done.returncode == 0, done.stderr
        elif not (self.is_as_desired or commands[-1].startswith((AGAIN, "pulumi up"))):
            self.require_up()

    def _filled(self, command: str) -> str:
        for placeholder, value in self.values.items():
            command = command.replace(placeholder, value)
        assert not PLACEHOLDER.search(command), command
        return command

    def _run(self, command: str) -> None:
        if setting := re.search(r"config set .*?auth0:(\w+)", command):
            self._require_no_variable(setting[1])
        if command.startswith("--"):
            self.script += command.split()
        elif command.startswith("export "):
            self._export(command)
        elif command == AGAIN:
            run = self.again()
            assert run.succeeded, text(run)
        elif command in ("pulumi up", "pulumi up --refresh"):
            self.require_up(refresh=command.endswith("--refresh"))
        elif secret := re.fullmatch(r"pulumi config set --secret (\S+)", command):
            typed = self._secrets()[secret[1]]
            pulumi(self.deployment, *command.split()[1:], typed=typed)
        else:
            obey(self, self.deployment, command)

    def _require_no_variable(self, key: str) -> None:
        """Refuse a setting that would win over a variable for ever."""
        is_set = f"auth0:{key}" in self._settings_file.read_text()
        value = self.deployment.stack.workspace.env_vars.get(variable(key))
        assert is_set or not value, f"auth0:{key} would hide {variable(key)}"

    def _secrets(self) -> dict[str, str]:
        return {
            "zuploApiKey": self.key,
            "auth0:clientSecret": self.sandbox.auth0_client_secret,
            "auth0:apiToken": self.sandbox.control.auth0_tokens()[-1],
        }

    def require_up(self, **options: Any) -> None:
        run = self.up(**options)
        assert run.succeeded, text(run)

    def _export(self, command: str) -> None:
        """Set a variable as a shell does in the stack's folder."""
        name = command.split()[1].partition("=")[0]
        workspace = self.deployment.stack.workspace
        done = subprocess.run(
            ["bash"],
            cwd=workspace.work_dir,
            env={**os.environ, **workspace.env_vars},
            # Arguments are visible to every process.
            input=f'{command}\nprintf %s "${name}"',
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )
        self.variables[name] = done.stdout
        self.set_variable(name, done.stdout)

    def print_by_script(self, script: list[str], variables: dict[str, str]) -> str:
        """Give what a script of the package prints when it fails."""
        self.script, self.variables = script, variables
        done = self.run_script()
        assert done.returncode == 1, done
        return done.stderr

    def run_script(self) -> "subprocess.CompletedProcess[str]":
        workspace = self.deployment.stack.workspace
        return subprocess.run(
            self.script,
            env={**os.environ, **workspace.env_vars, **self.variables},
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )
