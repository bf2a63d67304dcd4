"""A tenant with actions of others, stacks in it, and what people do to both by hand."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.auth0.logins import LoginRequest, LoginResult
from sandbox.commands.clouds import Auth0Tenant, ZuploAccount
from sandbox.commands.try_ import NAMESPACE, PORTAL, PROGRAM, stack_config
from sandbox.engine.binaries import Engine
from sandbox.engine.deployment import Deployment, Run
from sandbox.engine.workspace import create_stack, open_stack
from sandbox.host.faults import Fault
from sandbox.host.recorder import LoggedRequest
from sandbox.host.servers import Sandbox
from tests.toolkit.patience import PATIENCE_SECONDS, until
from tests.toolkit.tenant_operations import change
from tests.toolkit.tenant_operations import deploy as deploy_draft
from tests.toolkit.vault import VAULT

ZUPLO_KEY = f"{NAMESPACE}:zuploApiKey"
THIRD_PARTY_CODE = "exports.onExecutePostLogin = async () => {};\n"
STACK_TYPE = "pulumi:pulumi:Stack"


class Environment:
    """Both clouds and the stacks of one test module."""

    secrets_provider = VAULT

    def __init__(
        self, engine: Engine, sandbox: Sandbox, tenant: Auth0Tenant, folder: Path
    ) -> None:
        self.sandbox, self.tenant = sandbox, tenant
        self.zuplo = ZuploAccount(sandbox)
        self._engine, self._folder = engine, folder
        self.third_party = [
            tenant.add_bound_action(name, THIRD_PARTY_CODE)
            for name in ("Audit the login", "Add roles to the token")
        ]

    def stack(
        self, name: str, program: Path = PROGRAM, **settings: object
    ) -> Deployment:
        """Make a stack in a deploy folder of its own."""
        own = {f"{NAMESPACE}:{key}": value for key, value in settings.items()}
        stack = create_stack(
            self._folder / name,
            self._engine,
            program,
            environment=self.sandbox.environment(),
            config={**stack_config(self.sandbox), **own},
            secret_config={ZUPLO_KEY: self.sandbox.zuplo_api_key},
            name=name,
            secrets_provider=self.secrets_provider,
        )
        return Deployment(stack)

    def reopened(
        self, deployment: Deployment, environment: Mapping[str, str]
    ) -> Deployment:
        """Open a stack of this repository's program in another environment."""
        stack = deployment.stack
        folder = Path(str(stack.workspace.work_dir))
        return Deployment(
            open_stack(
                folder, self._engine, PROGRAM, environment=environment, name=stack.name
            )
        )

    def flow(self) -> list[tuple[str, str]]:
        """Ids and labels of the login flow, in order."""
        return [
            (item["action"]["id"], item["display_name"])
            for item in self.tenant.bindings()
        ]

    def edit(self, action_id: str, *, deploy: bool = True, **fields: Any) -> None:
        """Change the draft; deploy it or leave it so."""
        (deploy_draft if deploy else change)(self.tenant, action_id, **fields)

    def roll_back(self, action_id: str) -> None:
        """Deploy the first version again, and leave the draft as it is."""
        path = f"/actions/actions/{action_id}/versions"
        first = self.tenant.api("GET", f"{path}?per_page=50")["versions"][-1]
        self.tenant.api("POST", f"{path}/{first['id']}/deploy")

    def log_in(self, user: str) -> LoginResult:
        login = LoginRequest(user_id=user, client_id=PORTAL)
        return self.sandbox.control.log_in(login)

    def requests(self) -> list[LoggedRequest]:
        """Give all requests since the last time."""
        requests = self.sandbox.control.requests()
        self.sandbox.control.clear_requests()
        return requests

    def up_held_at(
        self, up: Callable[[], Run], meanwhile: Callable[[], object], **call: Any
    ) -> Run:
        """Deploy; while one request to Auth0 is held up, do something else."""
        fault = Fault(service="auth0", kind="hang", times=1, **call)
        with ThreadPoolExecutor(1) as pool:
            run = pool.submit(up)
            self.wait_for_hit(fault, run)
            try:
                meanwhile()
            finally:
                self.sandbox.control.clear_faults()
            return run.result()

    def wait_for_hit(self, fault: Fault, run: "Future[Run]") -> None:
        """Wait until a fault holds a request of this run up."""

        def is_hit() -> bool:
            assert not run.done(), run.result().output
            return any(it.hits for it in self.sandbox.control.faults())

        self.sandbox.control.arm(fault)
        until(is_hit)


@contextmanager
def open_environment(
    engine: Engine, folder: Path, secrets_provider: str = VAULT
) -> Iterator[Environment]:
    """Give an environment, and close it.

    Args:
        secrets_provider: of its stacks.
    """
    with (
        Sandbox(folder) as sandbox,
        Auth0Tenant(sandbox) as tenant,
        keeping_main(),
    ):
        environment = Environment(engine, sandbox, tenant, folder)
        environment.secrets_provider = secrets_provider
        yield environment
        environment.zuplo.__exit__()


@contextmanager
def keeping_main() -> Iterator[None]:
    """Restore what inline programs that end in another order than they began leave."""
    main, arguments = sys.modules["__main__"], list(sys.argv)
    try:
        yield
    finally:
        sys.modules["__main__"], sys.argv[:] = main, arguments


def action_of(deployment: Deployment) -> str:
    return str(outputs(deployment)["action_id"])


def outputs(deployment: Deployment) -> dict[str, Any]:
    """The stack's outputs; a secret is its ciphertext."""
    (stack,) = [it for it in resources(deployment).values() if it["type"] == STACK_TYPE]
    return dict(stack["outputs"])


def resources(deployment: Deployment) -> dict[str, dict[str, Any]]:
    """What the state holds of each resource, by URN.

    It is read from the state's file, in which a secret's text differs after each run.
    The CLI would take a second to show it.
    """
    folder = Path(str(deployment.stack.workspace.work_dir))
    stacks = folder / "state" / ".pulumi" / "stacks"
    (file,) = stacks.glob(f"*/{deployment.stack.name}.json")
    return _by_urn(json.loads(file.read_text())["checkpoint"]["latest"])


def exported(deployment: Deployment) -> dict[str, dict[str, Any]]:
    """The same with plain secrets, which can be compared."""
    return _by_urn(deployment.stack.export_stack().deployment)


def _by_urn(state: Mapping[str, Any] | None) -> dict[str, dict[str, Any]]:
    kept = ("id", "inputs", "outputs", "type")
    return {
        item["urn"]: {key: item.get(key) for key in kept}
        for item in (state or {}).get("resources", [])
    }


def types(deployment: Deployment) -> list[str]:
    return [item["type"] for item in resources(deployment).values()]


def text(run: Run) -> str:
    """What the CLI printed."""
    return "\n".join(line.rstrip("\n") for line in run.output)


def errors(run: Run) -> list[str]:
    """The messages of a failed run, without the engine's own last words."""
    own_words = ("preview failed", "update failed", "Resource monitor has terminated")
    return [it for it in run.messages("error") if not it.startswith(own_words)]


def refusal(run: Run) -> str:
    """The one message of a run that was refused without a traceback."""
    assert not run.succeeded, run.output
    assert "Traceback" not in text(run), text(run)
    (message,) = errors(run)
    return message


def pulumi(deployment: Deployment, *arguments: str, typed: str = "") -> str:
    """Run the CLI itself, in the stack's folder.

    Args:
        typed: what it reads where it asks for a secret.
    """
    workspace = deployment.stack.workspace
    done = subprocess.run(
        [workspace.pulumi_command.command, *arguments, "--non-interactive"],
        cwd=workspace.work_dir,
        env={**os.environ, **workspace.env_vars},
        input=typed,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def obey(environment: Environment, deployment: Deployment, command: str) -> Run | None:
    """Do what a message or a document tells, word by word.

    Preview and up run the program, which needs the Automation API here. `auth0 api`
    is played by the tenant's owner.
    """
    match shlex.split(command):
        case ["pulumi", ("preview" | "up") as operation, *flags]:
            names = [flag.removeprefix("--").replace("-", "_") for flag in flags]
            run: Run = getattr(deployment, operation)(**dict.fromkeys(names, True))
            return run
        case ["pulumi", *arguments]:
            pulumi(deployment, *arguments)
        case ["auth0", "api", method, path]:
            environment.tenant.api(method.upper(), f"/{path}")
        case _:
            raise AssertionError(command)
    return None
