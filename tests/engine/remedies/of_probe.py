"""How each message of the login probe comes about, of its script or its Command."""

import sys

from consumer_on_login.login_probe.task import ProbeTask
from consumer_on_login.settings.settings import SETTINGS
from sandbox.commands.try_ import PORTAL
from sandbox.engine.deployment import Run
from sandbox.host.faults import Fault

from ..environment import FOREIGN_CODE, action_of
from .harness import Remedies
from .table import remedy

SCRIPT = [sys.executable, "-m", "consumer_on_login.login_probe"]
RAISES = "exports.onExecutePostLogin = async () => { throw new Error('by hand'); };\n"


def probe(stage: Remedies, code: str) -> str:
    """Probe an Action whose code was edited and deployed by hand."""
    action, sandbox = action_of(stage.deployment), stage.sandbox
    stage.edit(action, code=code)
    stage.is_sound = False
    task = ProbeTask(
        zuplo_api_url=sandbox.zuplo_url,
        zuplo_account=sandbox.zuplo_account,
        zuplo_bucket=sandbox.zuplo_bucket,
        zuplo_api_key=stage.key,
        login_probe_action_id=action,
        login_probe_action_name=SETTINGS["action_name"].default,
        login_probe_tenant="localhost",
        login_probe_client_id=PORTAL,
    )
    return stage.print_by_script(SCRIPT, task.as_environment())


@remedy("ended with an error in Auth0")
def action_that_raises(stage: Remedies) -> str:
    return probe(stage, RAISES)


@remedy("of its user.")
def action_that_makes_no_consumer(stage: Remedies) -> str:
    return probe(stage, FOREIGN_CODE)


@remedy("does not name its user")
def consumer_of_another_user(stage: Remedies) -> str:
    ours = "user_id: owner(user.user_id)"
    code = stage.tenant.action(action_of(stage.deployment))["code"]
    return probe(stage, code.replace(ours, "user_id: 'auth0|ada'"))


@remedy("could not be removed")
def consumer_that_zuplo_keeps(stage: Remedies) -> Run:
    leave_probe_on(stage)
    stage.configure({"loginProbe": True})
    run = stage.up(Fault(service="zuplo", method="DELETE", kind="status", status=500))
    assert len(stage.zuplo.consumers()) == 1
    stage.is_reached = lambda: stage.zuplo.consumers() == []
    return run


@remedy("The deployment sets it")
def script_started_by_hand(stage: Remedies) -> str:
    leave_probe_on(stage)
    said = stage.print_by_script(SCRIPT, {})
    # From here on the deployment runs it.
    stage.script = []
    stage.is_reached = lambda: any(it.path.endswith("/test") for it in stage.calls)
    return said


def leave_probe_on(stage: Remedies) -> None:
    """Give the next row another stack: the remedy's has one resource more."""
    stage.want(zuplo_bucket=stage.sandbox.zuplo_bucket)
