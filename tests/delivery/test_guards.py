"""What the delivery looks at in a check and refuses in a delete, over TLS."""

from dataclasses import replace

import pytest

from consumer_on_login.action_code.rendering import with_owner
from consumer_on_login.auth0.errors import AnotherTenantError
from consumer_on_login.tenant.errors import TakenActionError
from sandbox.host.faults import Fault
from tests.toolkit.our_action import CODE, NAME, OTHER_CODE, OWN, THEIRS
from tests.toolkit.tenant_operations import NO_SUCH_ID, change, deploy, secrets

from .desired import KEY, UNKNOWN, inputs


def test_delivery_delete_lets_an_own_action_and_a_missing_one_go(
    provider, tenant, declared
):
    deploy(tenant, declared, code=with_owner(CODE, OWN))
    for action_id in (declared, NO_SUCH_ID):
        provider.delete(action_id, inputs(action_id))


def test_delivery_delete_refuses_an_action_of_another_owner_or_tenant(
    provider, tenant, declared
):
    deploy(tenant, declared, code=with_owner(CODE, THEIRS))
    with pytest.raises(TakenActionError):
        provider.delete(declared, inputs(declared))
    elsewhere = {"domain": "other.example", "client_id": "other"}
    with pytest.raises(AnotherTenantError):
        provider.delete(declared, inputs(declared, **elsewhere))


# A binding that is lost


@pytest.mark.parametrize("count", [0, 1, 2])
def test_delivery_check_tells_of_a_lost_binding_and_asks_once(
    provider, tenant, declared, asked, warnings, count
):
    tenant.bind(*[declared] * count)
    asked()
    for _ in range(2):
        found = provider.check(inputs(declared), inputs(declared)).inputs["unbound"]
        assert bool(found) is bool(warnings) is (count != 1)
    # The Actions of its name, and the bindings.
    assert len([it for it in asked() if it.startswith("GET ")]) == 2


@pytest.mark.parametrize("name", [NAME, "Renamed"])
def test_delivery_check_refuses_an_action_that_another_stack_took_over(
    provider, tenant, declared, warnings, name
):
    change(tenant, declared, name=name)
    deploy(tenant, declared, code=with_owner(CODE, THEIRS))
    ((failure),) = provider.check(inputs(declared), inputs(declared)).failures
    assert f'"{name}" is managed by stack "prod" of project' in failure.reason
    assert not provider.check(inputs(declared, owner=THEIRS), inputs(declared)).failures


def test_delivery_check_leaves_it_to_the_tenants_that_auth0_cannot_be_asked(
    provider, auth0, declared, warnings
):
    auth0.control.arm(Fault(service="auth0", kind="status", status=503))
    news = inputs(declared)
    result = provider.check(inputs(declared), news)
    assert (result.inputs, result.failures, warnings) == (news, [], [])


def test_delivery_check_of_a_new_action_asks_nothing(provider, asked, warnings):
    assert provider.check({}, inputs("new")).inputs["unbound"] == []
    assert provider.check(inputs("other"), inputs("new")).inputs["unbound"] == []
    assert provider.check({}, inputs(UNKNOWN)).inputs["unbound"] == []
    assert (asked(), warnings) == ([], [])


# What a run left that broke off before its delivery


@pytest.mark.parametrize(
    ("operation", "is_due"),
    [
        (lambda tenant, id_: None, False),
        (lambda tenant, id_: change(tenant, id_, code=OTHER_CODE), False),
        (lambda tenant, id_: deploy(tenant, id_, code=OTHER_CODE), True),
        (lambda tenant, id_: change(tenant, id_, secrets=secrets(API_KEY="x")), True),
        (lambda tenant, id_: deploy(tenant, id_, secrets=secrets(API_KEY=KEY)), True),
    ],
    ids=["nothing", "code sent", "code", "key sent", "the same key"],
)
def test_delivery_is_due_if_the_tenant_runs_something_else_than_it_last_saw(
    provider, tenant, declared, asked, operation, is_due
):
    outs = provider.create(inputs(declared, is_new_action=True)).outs
    operation(tenant, declared)
    asked()
    news = provider.check(inputs(declared), inputs(declared)).inputs
    assert provider.diff(declared, outs, news).changes is is_due
    # The Actions of its trigger, and the bindings.
    assert len([it for it in asked() if it.startswith("GET ")]) == 2


def without(action, **parts):
    """An Action whose deployed version lacks something."""
    content = replace(action.deployed.content, **parts)
    return replace(action, deployed=replace(action.deployed, content=content))


@pytest.mark.parametrize(
    "listed",
    [
        lambda it: replace(it, deployed=None),
        lambda it: replace(it, draft=replace(it.draft, secrets={})),
        lambda it: without(it, code=""),
        lambda it: without(it, secrets={}),
    ],
    ids=["version", "the draft's secrets", "code", "secrets"],
)
def test_delivery_is_not_due_for_what_a_list_of_actions_leaves_out(
    provider, declared, monkeypatch, listed
):
    """Whether Auth0's has all of an Action was seen by nobody."""
    outs = provider.create(inputs(declared, is_new_action=True)).outs
    action = provider.client(inputs(declared)).action(declared)
    monkeypatch.setattr(provider, "_action_at_first", lambda _: listed(action))
    assert provider.diff(declared, outs, inputs(declared)).changes is False


def test_delivery_is_not_due_where_auth0_cannot_be_asked(provider, auth0, declared):
    """The tenant's check ends such a run."""
    outs = provider.create(inputs(declared, is_new_action=True)).outs
    auth0.control.arm(Fault(service="auth0", kind="status", status=503))
    assert provider.diff(declared, outs, inputs(declared)).changes is False
