"""How each message of the login probe's script comes about."""

import sys

from consumer_on_login.arguments import DEFAULT_ACTION_NAME
from consumer_on_login.probe_task import ProbeTask
from sandbox.story import PORTAL

from ..scene import FOREIGN_CODE, action_of
from .harness import Remedies
from .table import remedy

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
        login_probe_action_name=DEFAULT_ACTION_NAME,
        login_probe_client_id=PORTAL,
    )
    return stage.print_by_script(
        [sys.executable, "-m", "consumer_on_login.login_probe"], task.as_environment()
    )


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
