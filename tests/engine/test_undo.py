"""The way back of a change, and destroy whatever happened to either cloud.

The tests share one stack, which each gets deployed.
"""

import pytest

from sandbox.engine.workspace import set_secret
from sandbox.host.faults import Fault
from tests.toolkit.tenant_operations import delete

from .environment import ZUPLO_KEY, action_of, open_environment, resources, text


@pytest.fixture(scope="module")
def environment(engine, tmp_path_factory):
    with open_environment(engine, tmp_path_factory.mktemp("undo")) as environment:
        yield environment


@pytest.fixture(scope="module")
def others(environment):
    return others_of(environment)


@pytest.fixture(scope="module")
def stack(environment, others):
    """With a key of its own, which can be revoked."""
    stack = environment.stack("undo")
    own_key = environment.sandbox.control.add_zuplo_key("acme")
    set_secret(stack.stack, ZUPLO_KEY, own_key)
    return stack


@pytest.fixture
def deployed(environment, stack):
    up = stack.up()
    assert up.succeeded, up.output
    yield stack
    environment.sandbox.control.clear_faults()


def assert_gone(environment, stack, others):
    assert resources(stack) == {}
    assert others_of(environment) == others
    assert len(environment.tenant.actions()) == len(environment.third_party)


def others_of(environment):
    """The actions of others, and their places in the flow."""
    return environment.flow(), [
        environment.tenant.action(it) for it in environment.third_party
    ]


def test_change_and_its_way_back_lose_no_consumer(environment, deployed):
    action = action_of(deployed)
    control = environment.sandbox.control
    ada, grace = (
        environment.tenant.add_user("ada"),
        environment.tenant.add_user("grace"),
    )
    first_code = control.deployed_action(action).code
    adas = environment.log_in(ada).app_metadata
    deployed.configure("loginTimeoutMs", "1234")
    assert deployed.up().succeeded
    assert control.deployed_action(action).code != first_code
    graces = environment.log_in(grace).app_metadata
    deployed.stack.remove_config("loginTimeoutMs")

    assert deployed.up().succeeded

    assert control.deployed_action(action).code == first_code
    environment.requests()
    assert environment.log_in(ada).app_metadata == adas
    assert environment.log_in(grace).app_metadata == graces
    assert "zuplo" not in {it.service for it in environment.requests()}
    kept = {consumer["id"] for consumer in environment.zuplo.consumers()}
    assert kept == {*adas.values(), *graces.values()}


def test_destroy_needs_neither_bucket_nor_key(environment, stack, others, deployed):
    """The bucket gone, the key revoked and unset: at once, for Zuplo is not asked."""
    control = environment.sandbox.control
    control.arm(Fault(service="zuplo", kind="status", status=404))
    control.remove_zuplo_key(deployed.stack.get_config(ZUPLO_KEY).value)
    deployed.stack.remove_config(ZUPLO_KEY)
    environment.requests()

    destroy = deployed.destroy()

    assert destroy.succeeded, destroy.output
    assert "zuplo" not in {it.service for it in environment.requests()}
    assert_gone(environment, stack, others)
    control.clear_faults()
    set_secret(stack.stack, ZUPLO_KEY, environment.sandbox.zuplo_api_key)


def delete_action(environment, action):
    delete(environment.tenant, action)


def unbind(environment, action):
    environment.tenant.bind(*environment.third_party)


def bind_twice(environment, action):
    environment.tenant.bind(action, *environment.third_party, action)


@pytest.mark.parametrize("operation", [delete_action, unbind, bind_twice])
def test_destroy_after_an_operation_in_the_dashboard(
    environment, stack, others, deployed, operation
):
    operation(environment, action_of(deployed))

    destroy = deployed.destroy()

    assert destroy.succeeded, destroy.output
    assert_gone(environment, stack, others)


def test_destroy_while_auth0_fails_ends_with_the_next(
    environment, stack, others, deployed
):
    action, bound = action_of(deployed), environment.tenant.bound_actions()
    failure = Fault(service="auth0", path="/api/v2/.*", kind="status", status=503)
    environment.sandbox.control.arm(failure)

    failed = deployed.destroy()

    assert not failed.succeeded
    assert "Auth0 cannot be reached at" in text(failed)
    assert "Traceback" not in text(failed)
    assert environment.sandbox.control.deployed_action(action)
    environment.sandbox.control.clear_faults()
    assert environment.tenant.bound_actions() == bound
    environment.sandbox.control.arm(failure.model_copy(update={"times": 2}))
    destroy = deployed.destroy()
    assert destroy.succeeded, destroy.output
    assert_gone(environment, stack, others)
