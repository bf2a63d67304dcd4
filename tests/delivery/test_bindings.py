"""The delivery of an Action's binding, and what others do meanwhile."""

import re
from dataclasses import replace

import pytest

from consumer_on_login.auth0.errors import ActionGoneError, Auth0RefusalError
from consumer_on_login.auth0.shapes import TenantBinding
from consumer_on_login.delivery.errors import InterferenceError, LostBindingsError
from consumer_on_login.delivery.sending import (
    bindings_of_others,
    require_bindings_of_others,
)
from sandbox.commands.clouds import FLOW
from tests.toolkit.messages import last_line
from tests.toolkit.our_action import NAME, OTHER_CODE
from tests.toolkit.tenant_operations import change, delete, deploy, secrets

from .desired import NEW_KEY

# The binding


def test_delivery_binds_again_behind_the_others(deliver, declared, tenant, written):
    other = tenant.add_bound_action("Other", OTHER_CODE)
    tenant.bind(other)
    written()
    deliver()
    assert written() == ["PATCH /bindings"]
    assert tenant.bound_actions() == [other, declared]
    assert [item["display_name"] for item in tenant.bindings()] == ["Other", NAME]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_delivery_keeps_one_of_two_bindings_at_the_first_place(
    deliver, declared, tenant, place
):
    others = [tenant.add_bound_action(name, OTHER_CODE) for name in ("One", "Two")]
    wanted = [*others[:place], declared, *others[place:]]
    tenant.bind(*wanted, declared)
    deliver()
    assert tenant.bound_actions() == wanted


def test_delivery_of_a_key_leaves_the_bindings_as_they_are(
    deliver, declared, tenant, written
):
    tenant.add_bound_action("Other", OTHER_CODE)
    before = [item["id"] for item in tenant.bindings()]
    written()
    deliver(NEW_KEY, has_key=False)
    assert "PATCH /bindings" not in written()
    # Every write of the list gives every binding a new id.
    assert [item["id"] for item in tenant.bindings()] == before


def test_delivery_keeps_the_names_that_others_gave_their_bindings(deliver, tenant):
    other = tenant.add_bound_action("Other", OTHER_CODE)
    named = {"ref": {"type": "action_id", "value": other}, "display_name": "Theirs"}
    tenant.api("PATCH", FLOW, {"bindings": [named]})
    deliver()
    assert [item["display_name"] for item in tenant.bindings()] == ["Theirs", NAME]


# Changes by others, meanwhile


def test_delivery_keeps_a_binding_that_another_person_added_during_the_build(
    deliver, declared, tenant, meanwhile
):
    tenant.bind()
    added: list[str] = []
    meanwhile(
        "wait_until_built",
        lambda: added.append(tenant.add_bound_action("Added", OTHER_CODE)),
    )
    deliver(NEW_KEY, has_key=False)
    assert tenant.bound_actions() == [*added, declared]


def test_delivery_that_lost_a_third_party_binding_names_it(
    deliver, declared, tenant, meanwhile
):
    others = [tenant.add_bound_action(name, OTHER_CODE) for name in ("One", "Two")]
    tenant.bind(*others)
    meanwhile("replace_bindings", lambda: tenant.bind(others[0], declared))
    with pytest.raises(LostBindingsError) as caught:
        deliver()
    assert 'lost "Two" while' in str(caught.value)
    assert last_line(caught.value) == (
        "Bind these Actions again in the dashboard (Actions > Triggers > post-login). "
        "Then run: pulumi up"
    )


@pytest.mark.parametrize(
    "operation",
    [
        lambda tenant, id_: change(tenant, id_, code=OTHER_CODE),
        lambda tenant, id_: deploy(tenant, id_, code=OTHER_CODE),
        lambda tenant, id_: deploy(tenant, id_, secrets=secrets(API_KEY="x", B="x")),
        lambda tenant, id_: tenant.bind(),
        lambda tenant, id_: tenant.bind(id_, id_),
    ],
    ids=["draft", "code", "secret", "unbound", "doubled"],
)
def test_delivery_that_another_person_changes_meanwhile_says_so(
    deliver, declared, tenant, meanwhile, operation
):
    tenant.bind()
    meanwhile("replace_bindings", lambda: operation(tenant, declared))
    with pytest.raises(InterferenceError) as caught:
        deliver(NEW_KEY, has_key=False)
    assert f'stack changed the Action "{NAME}" or its binding' in str(caught.value)
    remedy = "To deploy the Action again, run: pulumi up --refresh"
    assert last_line(caught.value) == remedy


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("send_secrets", ActionGoneError),
        ("wait_until_built", Auth0RefusalError),
        ("deploy", Auth0RefusalError),
    ],
)
def test_delivery_of_an_action_deleted_meanwhile_ends_with_a_remedy(
    deliver, declared, tenant, meanwhile, method, error
):
    tenant.bind()
    meanwhile(method, lambda: delete(tenant, declared))
    with pytest.raises(error) as caught:
        deliver(NEW_KEY, has_key=False)
    assert re.search("pulumi up|run again", last_line(caught.value))


# Bindings of others


def binding(number):
    return TenantBinding(f"a{number}", f"Action {number}", f"Shown {number}")


def test_third_party_bindings_leave_out_all_of_one_action():
    flow = [binding(1), binding(2), binding(1)]
    assert bindings_of_others(flow, "a1") == [binding(2)]


def test_third_party_bindings_may_move_and_grow():
    before = [binding(1), binding(2)]
    require_bindings_of_others(before, [binding(2), binding(3), binding(1)], "a9")


def test_lost_third_party_bindings_are_all_named_and_ours_is_not():
    before = [binding(1), binding(2), binding(9), binding(3)]
    renamed = replace(binding(3), display_name="Other")
    with pytest.raises(LostBindingsError, match='lost "Shown 1", "Shown 3" while'):
        require_bindings_of_others(before, [binding(2), renamed], "a9")
