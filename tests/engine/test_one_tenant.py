"""Several components and stacks write one login flow, which has no smaller write.

Where two write at the same time, one is held up at the request that matters: nothing
here depends on who is faster.
"""

from pathlib import Path

import pytest

from tests.toolkit.messages import last_line
from tests.toolkit.tenant_operations import BINDINGS

from .environment import (
    action_of,
    open_environment,
    refusal,
    resources,
    text,
)

PORTALS = Path(__file__).parent / "programs" / "many_portals" / "__main__.py"
# Of the requests for the flow that a first `up` makes: the tenant's check, the hook
# before, the provider, its PATCH, the provider twice, the hook after, the delivery.
BEFORE_THE_HOOK_AFTER, BEFORE_THE_DELIVERY = 5, 6


@pytest.fixture(scope="module")
def environment(engine, tmp_path_factory):
    with open_environment(engine, tmp_path_factory.mktemp("one-tenant")) as environment:
        yield environment


@pytest.fixture(scope="module")
def one(environment):
    return environment.stack("one", actionName="Of one", metadataKey="of_one")


@pytest.fixture(scope="module")
def two(environment):
    return environment.stack("two", actionName="Of two", metadataKey="of_two")


@pytest.fixture(autouse=True)
def alone(environment, one, two):
    """Begin with the actions of others, in order, and with no stack's."""
    yield
    environment.sandbox.control.clear_faults()
    for stack in (one, two):
        if resources(stack):
            assert stack.destroy().succeeded
    environment.tenant.bind(*environment.third_party)


def names(environment):
    """The Actions of the flow, in order."""
    return [
        environment.tenant.action(it)["name"]
        for it in environment.tenant.bound_actions()
    ]


OTHERS = ["Audit the login", "Add roles to the token"]


def test_three_components_of_one_stack_keep_their_order(environment):
    stack = environment.stack("portals", PORTALS)

    up = stack.up()

    assert up.succeeded, up.output
    ours = [f"Consumer of the {it} portal" for it in ("first", "second", "third")]
    assert names(environment) == [*OTHERS, *ours]
    preview = stack.preview(refresh=True, expect_no_changes=True)
    assert preview.succeeded, preview.output
    assert "These Actions run after" not in "\n".join(preview.output)
    destroy = stack.destroy()
    assert destroy.succeeded, destroy.output
    assert names(environment) == environment.tenant.actions() == OTHERS


def test_two_stacks_one_after_the_other_leave_each_other_alone(environment, one, two):
    assert one.up().succeeded
    assert two.up().succeeded
    assert names(environment) == [*OTHERS, "Of one", "Of two"]
    assert one.preview(refresh=True, expect_no_changes=True).succeeded

    assert one.destroy().succeeded

    assert names(environment) == [*OTHERS, "Of two"]
    assert two.preview(refresh=True, expect_no_changes=True).succeeded


def test_binding_lost_to_another_stack_is_found_and_fixed_by_its_own(
    environment, one, two
):
    """Two binds between what one read and what one wrote, which nobody else sees."""

    def deploy_two():
        up = two.up()
        assert up.succeeded, up.output

    up = environment.up_held_at(one.up, deploy_two, path=BINDINGS, method="PATCH")

    assert up.succeeded, up.output
    assert names(environment) == [*OTHERS, "Of one"]
    preview = two.preview(refresh=True)
    assert "the Action is bound 0 times to the login flow" in text(preview)
    assert two.up(refresh=True).succeeded
    assert names(environment) == [*OTHERS, "Of one", "Of two"]


def test_own_binding_lost_before_the_proof_is_fixed_by_the_same_up(environment, one):
    up = environment.up_held_at(
        one.up,
        lambda: environment.tenant.bind(*environment.third_party),
        path=BINDINGS,
        method="GET",
        skip=BEFORE_THE_DELIVERY,
    )

    assert up.succeeded, up.output
    assert names(environment) == [*OTHERS, "Of one"]


def test_own_binding_lost_at_once_fails_the_up_and_the_next_fixes_it(environment, one):
    """The provider misses it first, in words of its own."""
    up = environment.up_held_at(
        one.up,
        lambda: environment.tenant.bind(*environment.third_party),
        path=BINDINGS,
        method="PATCH",
        when="after",
    )

    assert not up.succeeded
    assert "Traceback" not in text(up)
    assert one.up().succeeded
    assert names(environment) == [*OTHERS, "Of one"]


def test_third_party_binding_lost_meanwhile_is_reported(environment, one):
    up = environment.up_held_at(
        one.up,
        lambda: environment.tenant.bind(*environment.tenant.bound_actions()[1:]),
        path=BINDINGS,
        method="GET",
        skip=BEFORE_THE_HOOK_AFTER,
    )

    message = refusal(up)
    assert 'The login flow lost "Audit the login" while this stack wrote' in message
    assert last_line(message) == (
        "Bind these Actions again in the dashboard (Actions > Triggers > post-login). "
        "Then run: pulumi up"
    )
    environment.tenant.bind(*environment.third_party, action_of(one))
    assert one.up().succeeded
    assert names(environment) == [*OTHERS, "Of one"]
