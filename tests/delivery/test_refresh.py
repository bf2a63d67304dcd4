"""What the delivery check finds at a refresh, and how the next deployment fixes it."""

import re

import pytest

from consumer_on_login.delivery.drift import sentence
from sandbox.host.faults import Fault
from tests.toolkit.messages import last_line
from tests.toolkit.our_action import CODE, OTHER_CODE
from tests.toolkit.tenant_operations import change, delete, deploy, secrets

from .desired import DRIFT, KEY, UNKNOWN, inputs


def test_delivery_read_of_what_was_delivered_finds_no_drift(
    provider, declared, new, asked
):
    outs = provider.create(new).outs
    asked()
    result = provider.read(declared, outs)
    assert (result.id, result.outs) == (declared, outs)
    assert result.inputs == {**new, "credentials": None}
    reads = [item.rpartition("/")[2] for item in asked()]
    assert set(reads) == {declared, "bindings"}
    assert len(reads) == 2


def deploy_other_code(tenant, action_id):
    deploy(tenant, action_id, code=OTHER_CODE)


def deploy_another_secret(tenant, action_id):
    deploy(tenant, action_id, secrets=secrets(API_KEY=KEY, OTHER="x"))


def change_secret(tenant, action_id):
    change(tenant, action_id, secrets=secrets(API_KEY="theirs"))


def remove_secret(tenant, action_id):
    change(tenant, action_id, secrets=[])


def unbind(tenant, _action_id):
    tenant.bind()


DRIFTS = {
    deploy_other_code: ["the code of the deployed version 2 differs"],
    deploy_another_secret: [
        "secret OTHER was added (draft)",
        "secret API_KEY was changed (draft)",
        "secret OTHER was added (deployed)",
        "secret API_KEY was changed (deployed)",
    ],
    change_secret: ["secret API_KEY was changed (draft)"],
    remove_secret: ["secret API_KEY was removed (draft)"],
    unbind: ["the Action is bound 0 times to the login flow"],
}


@pytest.mark.parametrize("operation", DRIFTS, ids=lambda operation: operation.__name__)
def test_delivery_read_says_what_drifted_and_the_next_deployment_fixes_it(
    provider, declared, new, tenant, auth0, warnings, operation
):
    outs = provider.create(new).outs
    operation(tenant, declared)
    found = provider.read(declared, outs)
    assert list(map(sentence, found.outs["drift"])) == DRIFTS[operation]
    assert found.outs == {**outs, "drift": found.inputs["drift"]}

    news = inputs(declared)
    provider.check(found.inputs, news)
    assert warnings == [
        f"The tenant has drifted: {'; '.join(DRIFTS[operation])}.\n"
        "Auth0 does not run what this stack declares.\n"
        "To deploy the stack again, run: pulumi up --refresh"
    ]
    assert provider.diff(declared, found.outs, news).changes is True
    if operation is deploy_other_code:
        change(tenant, declared, code=CODE)  # What the Auth0 provider does before.
    fixed = provider.update(declared, found.outs, news).outs
    assert provider.read(declared, fixed).outs["drift"] == []
    deployed = auth0.control.deployed_action(declared)
    assert (deployed.code, deployed.secrets) == (CODE, {"API_KEY": KEY})
    assert tenant.bound_actions() == [declared]


def test_delivery_read_of_a_deleted_action_is_gone(provider, declared, new, tenant):
    outs = provider.create(new).outs
    delete(tenant, declared)
    result = provider.read(declared, outs)
    assert (result.id, result.outs) == (None, {})


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503},
        {"status": 404, "body": "<html>not here</html>"},
        {"status": 404, "body": {}},
        {"status": 403},
        {"status": 401},
        {"status": 200, "body": {"id": 5}},
        {"kind": "reset"},
    ],
    ids=str,
)
@pytest.mark.parametrize("drifted", [[], DRIFT], ids=["clean", "drifted"])
def test_delivery_read_that_fails_warns_and_changes_nothing(
    provider, declared, new, auth0, warnings, fault, drifted
):
    outs = {**provider.create(new).outs, "drift": drifted}
    fault = {"service": "auth0", "path": "/api/.*", "kind": "status", **fault}
    auth0.control.arm(Fault(**fault))
    result = provider.read(declared, outs)
    assert (result.id, result.outs, result.inputs) == (declared, outs, None)
    (warning,) = warnings
    assert re.match(r"The refresh did not check .+ drift\. (The |Auth0 )", warning)
    assert re.search("pulumi |run again", last_line(warning))


def test_delivery_read_without_credentials_warns(
    provider, declared, new, auth0_config, warnings
):
    outs = provider.create(new).outs
    auth0_config.clear()
    assert provider.read(declared, outs).outs == outs
    (warning,) = warnings
    assert "Neither auth0:domain nor AUTH0_DOMAIN is set" in warning


def test_delivery_check_without_drift_says_nothing_and_asks_nothing(
    provider, asked, warnings
):
    news = inputs(UNKNOWN, is_new_action=UNKNOWN)
    nothing: dict[str, object] = {}
    for olds in (nothing, inputs("id")):
        result = provider.check(olds, news)
        assert (result.inputs, result.failures) == (news, [])
    assert warnings == []
    assert asked() == []
