"""How each message about the Action and its delivery comes about.

Where the deployment is held up, a request is: nothing depends on who is faster.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from consumer_on_login.action_code.rendering import manifest
from sandbox.engine.deployment import Run
from sandbox.host.faults import Fault

from ..environment import BINDINGS, FOREIGN_CODE, action_of
from ..invariants import ACTION, CREATE
from .harness import Remedies
from .table import remedy

OURS = {"name": manifest().secret, "value": "by hand"}
THEIRS = {"name": "THEIRS", "value": "by hand"}
DRIFT = "This is not what the stack declares"


def status(status: int, **call: Any) -> Fault:
    return Fault(service="auth0", kind="status", status=status, **call)


def fail_delivery(stage: Remedies) -> Run:
    """Rotate, and let the delivery's own update fail behind the provider's."""
    stage.rotate()
    run = stage.up(status(400, method="PATCH", skip=1, times=1))
    assert not run.succeeded
    return run


def up_held_at(stage: Remedies, meanwhile: Callable[[], object], **call: Any) -> Run:
    """Deploy; while one request to Auth0 is held up, do something else."""
    fault = Fault(service="auth0", kind="hang", times=1, **call)
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(stage.up)
        stage.wait_for_hit(fault, run)
        try:
            meanwhile()
        finally:
            stage.sandbox.control.clear_faults()
        return run.result()


@remedy(DRIFT)
def drift_that_a_preview_found(stage: Remedies) -> Run:
    stage.bind(*stage.foreign)
    stage.is_sound = False
    return stage.preview(refresh=True)


@remedy(DRIFT)
def edit_that_a_preview_found(stage: Remedies) -> Run:
    stage.edit(action_of(stage.deployment), code=FOREIGN_CODE)
    stage.is_sound = False
    return stage.preview(refresh=True)


@remedy(DRIFT)
def drift_that_a_refresh_stored(stage: Remedies) -> Run:
    stage.bind(*stage.foreign)
    stage.edit(action_of(stage.deployment), code=FOREIGN_CODE)
    stage.is_sound = False
    assert stage.deployment.refresh().succeeded
    return stage.preview()


@remedy(DRIFT)
def secrets_and_bindings_that_a_refresh_stored(stage: Remedies) -> Run:
    action = action_of(stage.deployment)
    stage.bind(*stage.foreign, action, action)
    stage.edit(action, secrets=[OURS, THEIRS])
    stage.is_sound = False
    assert stage.deployment.refresh().succeeded
    return stage.preview()


@remedy("differs from what the stack declares in")
def draft_edited_before_the_delivery(stage: Remedies) -> Run:
    fail_delivery(stage)
    stage.edit(action_of(stage.deployment), deploy=False, code=FOREIGN_CODE)
    return stage.up()


@remedy("Auth0 could not build the Action")
def failed_build(stage: Remedies) -> Run:
    fail_delivery(stage)
    failed = stage.tenant.action(action_of(stage.deployment)) | {"status": "failed"}
    # The delivery looks at the Action, sends the key, and waits for the build.
    return stage.up(status(200, method="GET", path=ACTION, body=failed, skip=1))


@remedy("has not built and deployed the Action")
def build_that_does_not_end(stage: Remedies) -> Run:
    fail_delivery(stage)
    building = stage.tenant.action(action_of(stage.deployment)) | {"status": "building"}
    # Nobody waits six minutes: Python itself runs this in the plugin's process first.
    folder = Path(stage.deployment.stack.workspace.work_dir, "impatient")
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        "from consumer_on_login import auth0_client\nauth0_client.BUILD_SECONDS = 0\n"
    )
    stage.set_variable("PYTHONPATH", str(folder))
    run = stage.up(status(200, method="GET", path=ACTION, body=building, skip=1))
    stage.set_variable("PYTHONPATH", "")
    return run


@remedy("is not in Auth0 any more")
def action_deleted_before_the_delivery(stage: Remedies) -> Run:
    fail_delivery(stage)
    (action,) = stage.own_actions()
    stage.tenant.api("DELETE", f"/actions/actions/{action}?force=true")
    return stage.up()


@remedy("was changed by somebody else while")
def edit_within_the_delivery(stage: Remedies) -> Run:
    fail_delivery(stage)
    action = action_of(stage.deployment)

    def edit() -> None:
        stage.edit(action, deploy=False, code=FOREIGN_CODE)

    return up_held_at(stage, edit, path=f"{ACTION}/deploy", when="after")


@remedy("Auth0 has more than one Action")
def repeated_create(stage: Remedies) -> Run:
    stage.new_stack()
    lost = Fault(
        service="auth0",
        method="POST",
        path=CREATE,
        kind="reset",
        when="after",
        times=1,
    )
    return stage.up(lost)


@remedy("The login flow lost")
def binding_of_others_lost(stage: Remedies) -> Run:
    stage.new_stack()

    def lose() -> None:
        stage.bind(*stage.tenant.bound_actions()[1:])

    # See test_one_tenant.py for the requests of a first `up`.
    run = up_held_at(stage, lose, path=BINDINGS, method="GET", skip=5)
    stage.bind(*stage.foreign, *stage.own_actions())
    return run
