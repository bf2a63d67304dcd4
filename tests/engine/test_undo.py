"""The way back of a change, and destroy whatever happened to either cloud.

The tests share one stack, which each gets deployed.
"""

import pytest

from sandbox.engine.workspace import set_secret
from sandbox.host.faults import Fault

from .environment import ZUPLO_KEY, action_of, open_scene, resources, text


@pytest.fixture(scope="module")
def scene(engine, tmp_path_factory):
    with open_scene(engine, tmp_path_factory.mktemp("undo")) as scene:
        yield scene


@pytest.fixture(scope="module")
def others(scene):
    return others_of(scene)


@pytest.fixture(scope="module")
def stack(scene, others):
    """With a key of its own, which can be revoked."""
    stack = scene.stack("undo")
    own_key = scene.sandbox.control.add_zuplo_key("acme")
    set_secret(stack.stack, ZUPLO_KEY, own_key)
    return stack


@pytest.fixture
def deployed(scene, stack):
    up = stack.up()
    assert up.succeeded, up.output
    yield stack
    scene.sandbox.control.clear_faults()


def assert_gone(scene, stack, others):
    assert resources(stack) == {}
    assert others_of(scene) == others
    assert len(scene.tenant.actions()) == len(scene.foreign)


def others_of(scene):
    """The actions of others, and their places in the flow."""
    return scene.flow(), [scene.tenant.action(it) for it in scene.foreign]


def test_change_and_its_way_back_lose_no_consumer(scene, deployed):
    action = action_of(deployed)
    control = scene.sandbox.control
    ada, grace = scene.tenant.add_user("ada"), scene.tenant.add_user("grace")
    first_code = control.deployed_action(action).code
    hers = scene.log_in(ada).app_metadata
    deployed.configure("loginTimeoutMs", "1234")
    assert deployed.up().succeeded
    assert control.deployed_action(action).code != first_code
    theirs = scene.log_in(grace).app_metadata
    deployed.stack.remove_config("loginTimeoutMs")

    assert deployed.up().succeeded

    assert control.deployed_action(action).code == first_code
    scene.requests()
    assert scene.log_in(ada).app_metadata == hers
    assert scene.log_in(grace).app_metadata == theirs
    assert "zuplo" not in {it.service for it in scene.requests()}
    kept = {consumer["id"] for consumer in scene.zuplo.consumers()}
    assert kept == {*hers.values(), *theirs.values()}


def test_destroy_needs_neither_bucket_nor_key(scene, stack, others, deployed):
    """The bucket gone, the key revoked and unset: at once, for Zuplo is not asked."""
    control = scene.sandbox.control
    control.arm(Fault(service="zuplo", kind="status", status=404))
    control.remove_zuplo_key(deployed.stack.get_config(ZUPLO_KEY).value)
    deployed.stack.remove_config(ZUPLO_KEY)
    scene.requests()

    destroy = deployed.destroy()

    assert destroy.succeeded, destroy.output
    assert "zuplo" not in {it.service for it in scene.requests()}
    assert_gone(scene, stack, others)
    control.clear_faults()
    set_secret(stack.stack, ZUPLO_KEY, scene.sandbox.zuplo_api_key)


def delete_action(scene, action):
    scene.tenant.api("DELETE", f"/actions/actions/{action}?force=true")


def unbind(scene, action):
    scene.bind(*scene.foreign)


def bind_twice(scene, action):
    scene.bind(action, *scene.foreign, action)


@pytest.mark.parametrize("deed", [delete_action, unbind, bind_twice])
def test_destroy_after_a_deed_in_the_dashboard(scene, stack, others, deployed, deed):
    deed(scene, action_of(deployed))

    destroy = deployed.destroy()

    assert destroy.succeeded, destroy.output
    assert_gone(scene, stack, others)


def test_destroy_while_auth0_is_in_trouble_ends_with_the_next(
    scene, stack, others, deployed
):
    action, bound = action_of(deployed), scene.tenant.bound_actions()
    trouble = Fault(service="auth0", path="/api/v2/.*", kind="status", status=503)
    scene.sandbox.control.arm(trouble)

    failed = deployed.destroy()

    assert not failed.succeeded
    assert "Auth0 cannot be asked at" in text(failed)
    assert "Traceback" not in text(failed)
    assert scene.sandbox.control.deployed_action(action)
    scene.sandbox.control.clear_faults()
    assert scene.tenant.bound_actions() == bound
    scene.sandbox.control.arm(trouble.model_copy(update={"times": 2}))
    destroy = deployed.destroy()
    assert destroy.succeeded, destroy.output
    assert_gone(scene, stack, others)
