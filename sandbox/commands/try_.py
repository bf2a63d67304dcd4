"""The main job from end to end, on the real engine against the stand-ins.

Every step states what must hold; the first that does not ends the story.
"""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from pulumi import automation as auto

from sandbox.auth0.logins import LoginRequest, LoginResult
from sandbox.commands.clouds import Auth0Tenant, CloudError, ZuploAccount
from sandbox.commands.transcript import StepFailedError, Transcript, require
from sandbox.engine.binaries import Engine, find_or_build_engine
from sandbox.engine.builds import EngineError
from sandbox.engine.deployment import Deployment
from sandbox.engine.workspace import create_stack, leave_user_settings
from sandbox.host.servers import Sandbox
from sandbox.portal.build import PortalError

PROGRAM = Path(__file__).parents[2] / "__main__.py"
PORTAL = "portal"
SIMULTANEOUS_LOGINS = 20
_THIRD_PARTY_CODE = "exports.onExecutePostLogin = async (event, api) => {};\n"


def tell(folder: Path) -> int:
    """Run the story in an empty folder and give the exit code."""

    def reported(transcript: Transcript) -> None:
        started = time.monotonic()
        _tell(folder, transcript)
        seconds = time.monotonic() - started
        transcript.title(f"Every step held, in {seconds:.0f} s.")

    return run_steps(reported)


def run_steps(steps: Callable[[Transcript], None]) -> int:
    """Run what prints a transcript, apart from the user's Pulumi; give the exit code.

    Raises:
        KeyboardInterrupt: after SIGINT, with standard error closed.
    """
    leave_user_settings()
    signal.signal(signal.SIGINT, _interrupt)
    transcript = Transcript()
    try:
        steps(transcript)
    except _FAILURES as failure:
        transcript.fail(str(failure))
        return 1
    return 0


_FAILURES = (StepFailedError, EngineError, PortalError, CloudError, auto.CommandError)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    # Whatever falls over a closed pipe from here on, in any thread, is no news.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    raise KeyboardInterrupt


def prepare_engine() -> int:
    """Find or build the engine, as the story does first, and give the exit code."""

    def prepared(transcript: Transcript) -> None:
        with transcript.step("Find the Pulumi engine"):
            find_or_build_engine(transcript.long_step)

    return run_steps(prepared)


def _tell(folder: Path, transcript: Transcript) -> None:
    transcript.title("The engine and the stand-ins of both clouds")
    with transcript.step("Find the Pulumi engine"):
        engine = find_or_build_engine(transcript.long_step)
    with ExitStack() as stack:
        with transcript.step("Start Auth0 and Zuplo") as step:
            sandbox = stack.enter_context(Sandbox(folder))
            step.say(f"{sandbox.auth0_domain}, {sandbox.zuplo_url[7:]}")
        with transcript.step("Bind two third-party actions"):
            tenant = stack.enter_context(Auth0Tenant(sandbox))
            account = stack.enter_context(ZuploAccount(sandbox))
            third_party = [
                tenant.add_bound_action(name, _THIRD_PARTY_CODE)
                for name in ("Audit the login", "Add roles to the token")
            ]
        with transcript.step("pulumi stack init, config set"):
            deployment = deployment_on(
                sandbox, engine, folder / "stack", loginProbe=True
            )
        _deploy(transcript, deployment)
        _log_in(transcript, sandbox, tenant, account)
        _change_nothing(transcript, deployment)
        _misspell_the_bucket(transcript, sandbox, deployment)
        _destroy(transcript, deployment, tenant, third_party)


NAMESPACE = "zuplo-consumer-on-login"
"""Of the program's configuration keys: the name in Pulumi.yaml."""


def stack_config(sandbox: Sandbox) -> dict[str, object]:
    """Give the plain settings of a stack that is to run on the sandbox."""
    return {
        f"{NAMESPACE}:zuploAccount": sandbox.zuplo_account,
        f"{NAMESPACE}:zuploBucket": sandbox.zuplo_bucket,
        f"{NAMESPACE}:zuploApiUrl": sandbox.zuplo_url,
        f"{NAMESPACE}:portalClientIds": [PORTAL],
        "auth0:domain": sandbox.auth0_domain,
    }


def deployment_on(
    sandbox: Sandbox, engine: Engine, folder: Path, **settings: object
) -> Deployment:
    """Make a stack of this repository's program in an empty folder.

    Args:
        settings: more settings by key, without the namespace.
    """
    own = {f"{NAMESPACE}:{key}": value for key, value in settings.items()}
    stack = create_stack(
        folder,
        engine,
        PROGRAM,
        environment=sandbox.environment(),
        config={**stack_config(sandbox), **own},
        secret_config={f"{NAMESPACE}:zuploApiKey": sandbox.zuplo_api_key},
    )
    return Deployment(stack)


def _deploy(transcript: Transcript, deployment: Deployment) -> None:
    transcript.title("The deployment")
    with transcript.step("pulumi preview") as step:
        preview = deployment.preview()
        require(preview.succeeded, "\n".join(preview.output))
        step.say(f"{preview.changes.get('create')} to create")
    with transcript.step("pulumi up") as step:
        up = deployment.up()
        require(up.succeeded, "\n".join(up.output))
        created = up.changes.get("create")
        step.say(f"{created} created, and the login probe passed")


def _log_in(
    transcript: Transcript,
    sandbox: Sandbox,
    tenant: Auth0Tenant,
    account: ZuploAccount,
) -> None:
    transcript.title("The login")
    ada = tenant.add_user("ada")
    with transcript.step("A new user logs in") as step:
        first = _login(sandbox, ada)
        consumers = account.consumers()
        require(len(consumers) == 1, f"{len(consumers)} consumers; {_said(first)}")
        (consumer,) = consumers
        recorded = tenant.user(ada)["app_metadata"].get("api_consumer")
        require(recorded == consumer["id"], f"app_metadata records {recorded}")
        step.say(f"consumer {consumer['name'][:10]}..., {first.milliseconds:.0f} ms")
    with transcript.step("Their key opens the gateway") as step:
        seen = account.open_gateway(consumer["apiKeys"][0]["key"])
        require(seen["sub"] == consumer["name"], str(seen))
        step.say(f"the API sees {seen['sub'][:10]}...")
    with transcript.step("They log in again") as step:
        sandbox.control.clear_requests()
        again = _login(sandbox, ada)
        asked = len(sandbox.control.requests("zuplo"))
        require(asked == 0, f"{asked} requests to Zuplo")
        step.say(f"no request to Zuplo, {again.milliseconds:.0f} ms")
    with transcript.step(f"{SIMULTANEOUS_LOGINS} first logins of one user") as step:
        step.say(_simultaneous_logins(sandbox, account, tenant.add_user("grace")))


def _simultaneous_logins(sandbox: Sandbox, account: ZuploAccount, user: str) -> str:
    sandbox.control.clear_requests()
    before = len(account.consumers())
    with ThreadPoolExecutor(SIMULTANEOUS_LOGINS) as pool:
        list(pool.map(lambda _: _login(sandbox, user), range(SIMULTANEOUS_LOGINS)))
    asked = Counter(logged.method for logged in sandbox.control.requests("zuplo"))
    made = account.consumers()[before:]
    keys = sum(len(consumer["apiKeys"]) for consumer in made)
    require((len(made), keys) == (1, 1), f"{len(made)} consumers, {keys} keys")
    return f"{asked['POST']} tried to create, {len(made)} consumer, {keys} key"


def _said(login: LoginResult) -> str:
    """What the Actions of a login wrote into their logs."""
    lines = [line.message for run in login.actions for line in run.logs]
    return f"the log says: {'; '.join(lines) or 'nothing'}"


def _login(sandbox: Sandbox, user: str) -> LoginResult:
    login = sandbox.control.log_in(LoginRequest(user_id=user, client_id=PORTAL))
    require(login.outcome == "success", f"the login was denied: {login.reason}")
    return login


def _change_nothing(transcript: Transcript, deployment: Deployment) -> None:
    transcript.title("What comes later")
    with transcript.step("pulumi up, again") as step:
        up = deployment.up()
        require(up.succeeded, "\n".join(up.output))
        require(up.changes.keys() == {"same"}, f"changes: {up.changes}")
        step.say("no changes")


def _misspell_the_bucket(
    transcript: Transcript, sandbox: Sandbox, deployment: Deployment
) -> None:
    with transcript.step("pulumi preview, bucket misspelt") as step:
        deployment.configure("zuploBucket", sandbox.zuplo_bucket.replace("elo", "leo"))
        preview = deployment.preview()
        require(not preview.succeeded, "the preview went through")
        message = preview.messages("error")[0]
        require("has no bucket" in message, message)
        step.say("refused:")
    transcript.quote(message)
    deployment.configure("zuploBucket", sandbox.zuplo_bucket)


def _destroy(
    transcript: Transcript,
    deployment: Deployment,
    tenant: Auth0Tenant,
    third_party: list[str],
) -> None:
    with transcript.step("pulumi destroy") as step:
        destroy = deployment.destroy()
        require(destroy.succeeded, "\n".join(destroy.output))
        step.say(f"{destroy.changes.get('delete')} deleted")
    with transcript.step("Third-party actions stay bound") as step:
        bound = tenant.bound_actions()
        require(bound == third_party, f"bound now: {bound}")
        step.say(", ".join(tenant.actions()))
