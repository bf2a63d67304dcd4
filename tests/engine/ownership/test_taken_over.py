"""An Action that another stack took over is neither changed nor unbound nor deleted."""

import pytest

from sandbox.host.faults import Fault
from tests.toolkit.tenant_operations import BINDINGS, delete

from ..environment import refusal, resources, text
from .owners import (
    assert_well,
    deployed,
    forget_owner,
    obey_all,
    our_actions,
    remedy,
    urn_of,
)


@pytest.fixture
def taken(environment, stack):
    """An Action of dev that prod took over, renamed and deployed."""
    dev = stack("dev")
    action = deployed(dev)
    forget_owner(environment, action)
    prod = stack("prod", adoptActionId=action, actionName="Of prod")
    assert prod.up().succeeded
    yield dev, prod, action
    assert_well(environment, prod, action)


def test_action_that_another_stack_took_over_is_neither_changed_nor_deleted(
    environment, stack
):
    dev = stack("dev")
    action = deployed(dev)
    prod = stack("prod", adoptActionId=action)
    message = refusal(prod.preview())
    forget_owner(environment, action)
    obey_all(
        environment, prod, remedy(message, "If nobody manages the Action any more")
    )
    assert_well(environment, prod, action)

    dev.configure("loginTimeoutMs", "1234")
    taken = refusal(dev.preview())
    assert f'managed by stack "{prod.stack.name}" of project' in taken
    assert taken.endswith(refusal(dev.up()).removeprefix("before hook "))
    destroy = dev.destroy()
    assert not destroy.succeeded
    assert "Traceback" not in text(destroy)
    assert "This run does not change or delete the Action." in text(destroy)
    assert_well(environment, prod, action)

    obey_all(environment, dev, remedy(taken, "To remove the Action from the state"))
    assert dev.destroy().succeeded
    assert resources(dev) == {}
    assert_well(environment, prod, action)


def test_action_that_another_stack_took_over_is_taken_back(environment, stack):
    dev = stack("dev")
    action = deployed(dev)
    prod = stack("prod", adoptActionId=action)
    forget_owner(environment, action)
    assert prod.up().succeeded
    dev.configure("loginTimeoutMs", "1234")
    message = refusal(dev.up())
    forget_owner(environment, action)
    obey_all(environment, dev, remedy(message, "To take the Action back"))
    assert_well(environment, dev, action)


@pytest.mark.parametrize("options", [{}, {"refresh": True}], ids=str)
def test_run_tells_that_another_stack_took_the_action_over(environment, stack, options):
    """A refresh writes the other stack's code, and so its line, into the state."""
    dev = stack("dev")
    action = deployed(dev)
    forget_owner(environment, action)
    # Other code than declared; a plain run says so, and writes nothing.
    assert "differs from what this stack declares" in refusal(dev.up())
    prod = stack("prod", adoptActionId=action, actionName="Of prod")
    assert prod.up().succeeded
    for operation in (dev.preview, dev.up):
        reported = refusal(operation(**options))
        assert f'managed by stack "{prod.stack.name}" of project' in reported
    assert not dev.destroy(**options).succeeded
    assert_well(environment, prod, action)


def test_stack_without_a_binding_takes_none_of_another_stack_over(environment, stack):
    dev = stack("dev")
    bind = Fault(
        service="auth0", method="PATCH", path=BINDINGS, kind="status", status=400
    )
    environment.sandbox.control.arm(bind)
    assert not dev.up().succeeded
    environment.sandbox.control.clear_faults()
    (action,) = [it["id"] for it in our_actions(environment)]
    forget_owner(environment, action)
    prod = stack("prod", adoptActionId=action)
    assert prod.up().succeeded

    assert f'managed by stack "{prod.stack.name}" of project' in refusal(dev.up())

    # Auth0 deletes no Action that is bound.
    assert not dev.destroy().succeeded
    assert_well(environment, prod, action)


@pytest.mark.parametrize("kind", ["action", "binding"])
def test_replacement_does_not_delete_what_another_stack_took_over(taken, kind):
    dev, prod, _ = taken
    up = dev.up(replace=[urn_of(dev, kind)])
    assert not up.succeeded
    assert "Traceback" not in text(up)
    assert f'managed by stack "{prod.stack.name}" of project' in text(up)


def test_adoption_of_another_action_does_not_delete_what_another_stack_took_over(
    environment, taken
):
    dev, _, action = taken
    other = environment.tenant.add_bound_action("By hand", "exports.x = 1;\n")
    dev.configure("adoptActionId", other)
    assert not dev.up().succeeded
    assert action in environment.tenant.bound_actions()
    delete(environment.tenant, other)
