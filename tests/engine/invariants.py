"""One stack in a tenant with actions of others, and what must hold after each run."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from consumer_on_login.action_code.rendering import manifest, render, with_owner
from consumer_on_login.settings.settings import SETTINGS, Settings
from sandbox.commands.clouds import Auth0Tenant
from sandbox.commands.try_ import NAMESPACE, PORTAL
from sandbox.engine.binaries import Engine
from sandbox.engine.deployment import Deployment, Run
from sandbox.engine.workspace import set_secret
from sandbox.host.faults import Fault
from sandbox.host.recorder import LoggedRequest
from sandbox.host.servers import Sandbox
from tests.toolkit.tenant_operations import delete

from .environment import ZUPLO_KEY, Environment, errors, keeping_main, obey

CREATE = "/api/v2/actions/actions"
ACTION = f"{CREATE}/[^/]+"
"""Path of one Action, as a pattern."""
COMMANDS = re.compile(r": ((?:pulumi |auth0 api |export |--\w).*)$")
"""How a remedy ends: `<case>, run: <command> && <command>`."""
AGAIN = "run again"
"""Such a remedy is to do once more what printed the message."""
ROUNDS = 3
"""So many more runs must end with the tenant as it was declared."""


class Harness(Environment):
    """A tenant, the stack of the moment, and what that stack wants of the tenant."""

    deployment: Deployment
    calls: list[LoggedRequest]
    """What the last up asked Auth0."""
    all_calls: list[LoggedRequest]
    """What it asked both clouds."""

    def __init__(
        self, engine: Engine, sandbox: Sandbox, tenant: Auth0Tenant, folder: Path
    ) -> None:
        super().__init__(engine, sandbox, tenant, folder)
        self._stacks = 0
        self.key = sandbox.zuplo_api_key
        self.timeout_ms = SETTINGS["login_timeout_ms"].default
        self.is_as_desired = False
        """Whether the stack of the moment ended as it was declared."""
        self.wrong: list[str] = []
        """What went wrong since the last look at the invariants."""
        self.other_settings: dict[str, Any] = {}
        """Of the Action, where the stack wants others than those of _code."""

    def new_stack(self) -> None:
        """Begin anew: no Action of ours, and a state that knows of none."""
        for action_id in self.own_actions():
            delete(self.tenant, action_id)
        self._stacks += 1
        self.key = self.sandbox.zuplo_api_key
        self.timeout_ms = SETTINGS["login_timeout_ms"].default
        self.other_settings = {}
        self.deployment = self.stack(f"stack-{self._stacks}")

    def deploy_as_desired(self) -> None:
        """Begin a change or a test with a stack that is deployed as declared."""
        if not self.is_as_desired:
            self.new_stack()
            up = self.up()
            assert up.succeeded, up.output
            assert self.wrong == []
            self.is_as_desired = True

    def lengthen(self) -> None:
        """Want another time limit in the code."""
        self.timeout_ms += 1
        self.deployment.configure("loginTimeoutMs", str(self.timeout_ms))

    def rotate(self) -> None:
        """Want another key, while the one before stays valid."""
        self.key = self.sandbox.control.add_zuplo_key(self.sandbox.zuplo_account)
        set_secret(self.deployment.stack, ZUPLO_KEY, self.key)

    def want_again(self, key: str, timeout_ms: int) -> None:
        """Want an earlier key and time limit; the key has stayed valid."""
        self.key, self.timeout_ms = key, timeout_ms
        set_secret(self.deployment.stack, ZUPLO_KEY, key)
        self.deployment.configure("loginTimeoutMs", str(timeout_ms))

    def up(self, fault: Fault | None = None, **options: Any) -> Run:
        """Deploy, and note it if the run is green and the tenant is not as wanted.

        Args:
            fault: for this run alone.
        """
        control = self.sandbox.control
        control.clear_requests()
        if fault:
            control.arm(fault)
        self.is_as_desired = False
        run = self.deployment.up(**options)
        self.all_calls = control.requests()
        self.calls = [it for it in self.all_calls if it.service == "auth0"]
        control.clear_faults()
        if run.succeeded and (wrong := self._wrong_version()):
            self.wrong.append(f"green while {wrong}")
        return run

    def own_actions(self) -> list[str]:
        """Ids of all Actions of our name."""
        listed = self.tenant.api("GET", "/actions/actions?per_page=100")["actions"]
        return [item["id"] for item in listed if item["name"] == Settings.action_name]

    def heal(self, run: Run) -> list[str]:
        """Run again until it is green, after the first time as the message says."""
        done: list[str] = []
        while not run.succeeded:
            commands = commands_of(said(run)) if done else ["pulumi up"]
            if len(done) == ROUNDS or not commands:
                self.wrong.append(f"never healed: {said(run)}")
                break
            done.append("; ".join(commands))
            run = self._follow(commands)
        return done

    def _follow(self, commands: list[str]) -> Run:
        """Do what a message says, and run again if it does not say how."""
        for command in commands:
            if command == AGAIN:
                return self.up()
            if command.startswith("pulumi up"):
                return self.up(refresh="--refresh" in command)
            obey(self, self.deployment, command)
        return self.up()

    def broken_invariants(self) -> list[str]:
        """Compare the tenant with what the stack wants, and ask for two previews."""
        bound = self.tenant.bound_actions()
        own = self.own_actions()
        found, self.wrong = self.wrong, []
        if len(own) != 1:
            found.append(f"{len(own)} Actions of our name")
        if [action for action in bound if action not in own] != self.third_party:
            found.append("third-party bindings changed")
        if len(bound) != len(self.third_party) + 1:
            found.append(f"{len(bound) - len(self.third_party)} bindings of ours")
        if wrong := self._wrong_version():
            found.append(wrong)
        for options in ({}, {"refresh": True}):
            preview = self.deployment.preview(expect_no_changes=True, **options)
            if not preview.succeeded:
                found.append(f"preview {options} finds {preview.changes}")
        self.is_as_desired = not found
        return found

    def _wrong_version(self) -> str:
        """Tell what the tenant runs at a login instead of what is wanted."""
        ours = [it for it in self.tenant.bound_actions() if it not in self.third_party]
        if not ours:
            return "no Action of ours is bound"
        deployed = self.sandbox.control.deployed_action(ours[0])
        wrong = []
        if deployed.code != self._code():
            wrong.append("another code")
        if deployed.secrets != {manifest().secret: self.key}:
            wrong.append("another key")
        return f"the tenant runs {' and '.join(wrong)}" if wrong else ""

    def _code(self) -> str:
        sandbox = self.sandbox
        settings = Settings(
            zuplo_api_url=sandbox.zuplo_url,
            zuplo_account=sandbox.zuplo_account,
            zuplo_bucket=sandbox.zuplo_bucket,
            zuplo_api_key=self.key,
            portal_client_ids=[PORTAL],
            login_timeout_ms=self.timeout_ms,
        )
        code = render(replace(settings, **self.other_settings))
        return with_owner(code, owner_of(self.deployment))


CHANGES: dict[str, Callable[[Harness], None]] = {
    "first up": Harness.new_stack,
    "rotation": Harness.rotate,
    "edit": Harness.lengthen,
    "again": lambda _: None,
}


def begin(harness: Harness, change: str) -> tuple[str, int]:
    """Declare a first change, and give the key and the time limit before it.

    All but the first up begin with a stack that is deployed as declared.
    """
    if CHANGES[change] is not Harness.new_stack:
        harness.deploy_as_desired()
    before = harness.key, harness.timeout_ms
    CHANGES[change](harness)
    return before


def log_in(harness: Harness, name: str) -> str:
    """Log a new user in, and say how it ended and how many consumers they have."""
    user = harness.tenant.add_user(name)
    login = harness.log_in(user)
    recorded = harness.tenant.user(user).get("app_metadata", {}).get("api_consumer")
    made = [it for it in harness.zuplo.consumers() if it["id"] == recorded]
    return f"{login.outcome}, {len(made)}"


def owner_of(deployment: Deployment) -> str:
    """The URN of the one component of this repository's program."""
    component = "zuplo-auth0:index:ConsumerOnLogin::consumer-on-login"
    return f"urn:pulumi:{deployment.stack.name}::{NAMESPACE}::{component}"


AnyHarness = TypeVar("AnyHarness", bound=Harness)


@contextmanager
def open_harness(engine: Engine, folder: Path) -> Iterator[Harness]:
    with open_harness_of(Harness, engine, folder) as harness:
        yield harness


@contextmanager
def open_harness_of(
    kind: type[AnyHarness], engine: Engine, folder: Path
) -> Iterator[AnyHarness]:
    with (
        Sandbox(folder) as sandbox,
        Auth0Tenant(sandbox) as tenant,
        keeping_main(),
    ):
        harness = kind(engine, sandbox, tenant, folder)
        yield harness
        harness.zuplo.__exit__()


def said(run: Run) -> str:
    """The last message of a failed run."""
    return errors(run)[-1] if errors(run) else "nothing"


def commands_of(message: str) -> list[str]:
    """Read the commands of a message's first remedy."""
    return next(iter(remedies_of(message)), [])


def remedies_of(message: str) -> list[list[str]]:
    """Read the remedies of a message, each as its commands in order."""
    found = map(_commands_in, message.splitlines())
    return [it for it in found if it]


def _commands_in(part: str) -> list[str]:
    if found := COMMANDS.search(part):
        return found[1].split(" && ")
    return [AGAIN] if re.search(r"\b[Rr]un again$", part) else []
