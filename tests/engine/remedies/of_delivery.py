"""How each message about the Action and its delivery comes about.

Where the deployment is held up, a request is: nothing depends on who is faster.
"""

from pathlib import Path
from typing import Any

from consumer_on_login.action_code.rendering import manifest
from sandbox.engine.deployment import Run
from sandbox.host.faults import Fault
from tests.toolkit.preloaded_plugin import VARIABLE
from tests.toolkit.tenant_operations import BINDINGS, delete

from ..environment import THIRD_PARTY_CODE, action_of
from ..invariants import ACTION, CREATE
from .harness import Remedies
from .table import remedy

OURS = {"name": manifest().secret, "value": "by hand"}
THEIRS = {"name": "THEIRS", "value": "by hand"}
DRIFT = "Auth0 does not run what this stack declares"


def status(status: int, **call: Any) -> Fault:
    return Fault(service="auth0", kind="status", status=status, **call)


def fail_delivery(harness: Remedies) -> Run:
    """Rotate, and let the delivery's own update fail behind the provider's."""
    harness.rotate()
    run = harness.up(status(400, method="PATCH", skip=1, times=1))
    assert not run.succeeded
    return run


@remedy(DRIFT)
def drift_that_a_preview_found(harness: Remedies) -> Run:
    harness.tenant.bind(*harness.third_party)
    harness.is_as_desired = False
    return harness.preview(refresh=True)


@remedy(DRIFT)
def edit_that_a_preview_found(harness: Remedies) -> Run:
    harness.edit(action_of(harness.deployment), code=THIRD_PARTY_CODE)
    harness.is_as_desired = False
    return harness.preview(refresh=True)


@remedy(DRIFT)
def drift_that_a_refresh_stored(harness: Remedies) -> Run:
    harness.tenant.bind(*harness.third_party)
    harness.edit(action_of(harness.deployment), code=THIRD_PARTY_CODE)
    harness.is_as_desired = False
    assert harness.deployment.refresh().succeeded
    return harness.preview()


@remedy(DRIFT)
def secrets_and_bindings_that_a_refresh_stored(harness: Remedies) -> Run:
    action = action_of(harness.deployment)
    harness.tenant.bind(*harness.third_party, action, action)
    harness.edit(action, secrets=[OURS, THEIRS])
    harness.is_as_desired = False
    assert harness.deployment.refresh().succeeded
    return harness.preview()


@remedy("differs from what this stack declares")
def draft_edited_before_the_delivery(harness: Remedies) -> Run:
    fail_delivery(harness)
    harness.edit(action_of(harness.deployment), deploy=False, code=THIRD_PARTY_CODE)
    return harness.up()


@remedy("Auth0 could not build the Action")
def failed_build(harness: Remedies) -> Run:
    fail_delivery(harness)
    failed = harness.tenant.action(action_of(harness.deployment)) | {"status": "failed"}
    # The delivery looks at the Action, sends the key, and waits for the build.
    return harness.up(status(200, method="GET", path=ACTION, body=failed, skip=1))


@remedy("did not build and deploy the Action")
def build_that_does_not_end(harness: Remedies) -> Run:
    fail_delivery(harness)
    building = harness.tenant.action(action_of(harness.deployment)) | {
        "status": "building"
    }
    # Nobody waits six minutes: Python itself runs this in the plugin's process first.
    folder = Path(harness.deployment.stack.workspace.work_dir, "impatient")
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        "from consumer_on_login.auth0 import client\nclient.BUILD_SECONDS = 0\n"
    )
    harness.set_variable("PYTHONPATH", str(folder))
    # The preloaded one has started without it.
    harness.set_variable(VARIABLE, "")
    run = harness.up(status(200, method="GET", path=ACTION, body=building, skip=1))
    harness.set_variable("PYTHONPATH", "")
    return run


@remedy("is no longer in Auth0")
def action_deleted_before_the_delivery(harness: Remedies) -> Run:
    fail_delivery(harness)
    (action,) = harness.own_actions()
    delete(harness.tenant, action)
    return harness.up()


@remedy("Another person or stack changed the Action")
def edit_within_the_delivery(harness: Remedies) -> Run:
    fail_delivery(harness)
    action = action_of(harness.deployment)

    def edit() -> None:
        harness.edit(action, deploy=False, code=THIRD_PARTY_CODE)

    return harness.up_held_at(harness.up, edit, path=f"{ACTION}/deploy", when="after")


@remedy("Auth0 has more than one Action")
def repeated_create(harness: Remedies) -> Run:
    harness.new_stack()
    lost = Fault(
        service="auth0",
        method="POST",
        path=CREATE,
        kind="reset",
        when="after",
        times=1,
    )
    return harness.up(lost)


@remedy("The login flow lost")
def binding_of_others_lost(harness: Remedies) -> Run:
    harness.new_stack()

    def lose() -> None:
        harness.tenant.bind(*harness.tenant.bound_actions()[1:])

    # See test_one_tenant.py for the requests of a first `up`.
    run = harness.up_held_at(harness.up, lose, path=BINDINGS, method="GET", skip=5)
    harness.tenant.bind(*harness.third_party, *harness.own_actions())
    return run
