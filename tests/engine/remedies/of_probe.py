"""How each message of the login probe comes about, of its script or its Command."""

import sys

from consumer_on_login.login_probe.task import ProbeTask
from consumer_on_login.settings.settings import SETTINGS
from sandbox.commands.try_ import PORTAL
from sandbox.engine.deployment import Run
from sandbox.host.faults import Fault

from ..environment import THIRD_PARTY_CODE, action_of
from .harness import Remedies
from .table import remedy

SCRIPT = [sys.executable, "-m", "consumer_on_login.login_probe"]
RAISES = "exports.onExecutePostLogin = async () => { throw new Error('by hand'); };\n"


def probe(harness: Remedies, code: str) -> str:
    """Probe an Action whose code was edited and deployed by hand."""
    action, sandbox = action_of(harness.deployment), harness.sandbox
    harness.edit(action, code=code)
    harness.is_as_desired = False
    task = ProbeTask(
        zuplo_api_url=sandbox.zuplo_url,
        zuplo_account=sandbox.zuplo_account,
        zuplo_bucket=sandbox.zuplo_bucket,
        zuplo_api_key=harness.key,
        login_probe_action_id=action,
        login_probe_action_name=SETTINGS["action_name"].default,
        login_probe_tenant="localhost",
        login_probe_client_id=PORTAL,
    )
    return harness.print_by_script(SCRIPT, task.as_environment())


@remedy("ended with an error in Auth0")
def action_that_raises(harness: Remedies) -> str:
    return probe(harness, RAISES)


@remedy("of the probe's user.")
def action_that_makes_no_consumer(harness: Remedies) -> str:
    return probe(harness, THIRD_PARTY_CODE)


@remedy("does not name the probe's user")
def consumer_of_another_user(harness: Remedies) -> str:
    ours = "user_id: owner(user.user_id)"
    code = harness.tenant.action(action_of(harness.deployment))["code"]
    return probe(harness, code.replace(ours, "user_id: 'auth0|ada'"))


@remedy("could not remove its consumer")
def consumer_that_zuplo_keeps(harness: Remedies) -> Run:
    leave_probe_on(harness)
    harness.configure({"loginProbe": True})
    # The first deletion is before the login, and of nothing.
    fails = Fault(service="zuplo", method="DELETE", kind="status", status=500, skip=1)
    run = harness.up(fails)
    assert len(harness.zuplo.consumers()) == 1
    harness.is_reached = lambda: harness.zuplo.consumers() == []
    return run


@remedy("The Zuplo API key may not")
def key_that_only_reads(harness: Remedies) -> Run:
    """The preview passes with this key, and the probe ends the `up`."""
    leave_probe_on(harness)
    harness.configure({"loginProbe": True})
    sandbox = harness.sandbox
    harness.use_key(
        sandbox.control.add_zuplo_key(sandbox.zuplo_account, buckets="read")
    )
    assert harness.preview().succeeded
    return harness.up()


@remedy("with the login probe sets it")
def script_started_by_hand(harness: Remedies) -> str:
    leave_probe_on(harness)
    said = harness.print_by_script(SCRIPT, {})
    # From here on the deployment runs it.
    harness.script = []
    harness.is_reached = lambda: any(it.path.endswith("/test") for it in harness.calls)
    return said


def leave_probe_on(harness: Remedies) -> None:
    """Give the next row another stack: the remedy's has one resource more."""
    harness.want(zuplo_bucket=harness.sandbox.zuplo_bucket)
