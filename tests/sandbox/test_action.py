"""The Action as rendered, with real undici, against the stand-in of Zuplo.

Each fault strikes a first login, before or after the consumer was created. That login
passes; the one after it, on a new instance with an empty cache, ends with exactly one
consumer, recorded.
"""

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sandbox.auth0.logins import LoginRequest
from sandbox.host.faults import Fault
from tests.toolkit.deployed_action import add_action
from tests.toolkit.tenant_operations import delete
from tests.toolkit.zuplo_api import opens_gateway

NUMBERS = itertools.count()

KINDS: dict[str, dict[str, Any]] = {
    "429": {"kind": "status", "status": 429},
    "500": {"kind": "status", "status": 500},
    "503": {"kind": "status", "status": 503},
    "400": {"kind": "status", "status": 400},
    "html": {"kind": "status", "status": 200, "body": "<html>"},
    "reset": {"kind": "reset"},
    "half body": {"kind": "half_body"},
    "hang": {"kind": "hang"},
    "trickle": {"kind": "trickle", "seconds": 0.1},
}
FAULTS = [
    pytest.param({**kind, "when": when}, id=f"{name} {when}")
    for when in ("before", "after")
    for name, kind in KINDS.items()
]


@pytest.fixture(scope="module")
def tenant(sandbox, owner):
    """A tenant with the Action deployed and bound, without Pulumi."""
    add_action(owner, sandbox)
    return owner


@pytest.fixture
def user(tenant, zuplo):
    zuplo.control.stop_instances()
    return tenant.add_user(f"user-{next(NUMBERS)}")


@pytest.fixture
def recorded(tenant, portal_bucket, user):
    """Give the one consumer of the user, who has it recorded, and its one key."""

    def recorded():
        (consumer,) = portal_bucket.consumers_of(user)
        assert tenant.user(user)["app_metadata"] == {"api_consumer": consumer["id"]}
        (key,) = consumer["apiKeys"]
        return consumer, key

    return recorded


@pytest.mark.parametrize("fault", FAULTS)
def test_action_fault_ends_with_one_recorded_consumer(
    zuplo, user, fault, log_in, recorded
):
    zuplo.control.arm(Fault(service="zuplo", method="POST", **fault))
    log_in(user)
    log_in(user)
    zuplo.control.clear_faults()
    zuplo.control.stop_instances()
    log_in(user)

    assert opens_gateway(zuplo, recorded()[1]["key"])


def test_action_consumer_without_a_key_gets_one(
    zuplo, tenant, user, log_in, portal_bucket, recorded
):
    """As the first attempt of this login leaves it, which breaks off halfway."""
    log_in(user)
    consumer, key = recorded()
    path = f"/consumers/{consumer['name']}/keys/{key['id']}"
    assert portal_bucket.request("DELETE", path).ok
    tenant.api("PATCH", f"/users/{user}", {"app_metadata": {"api_consumer": None}})

    fault = Fault(service="zuplo", method="POST", kind="status", status=500, times=1)
    zuplo.control.arm(fault)
    for _ in range(2):
        log_in(user)

    assert recorded()[0]["id"] == consumer["id"]


def test_action_sends_addresses_once_zuplo_takes_no_subject(
    zuplo, tenant, user, log_in, portal_bucket, recorded, set_manager_rules
):
    set_manager_rules(is_schema_literal=True)
    zuplo.control.clear_requests()
    others = [tenant.add_user(f"user-{next(NUMBERS)}") for _ in range(2)]
    for login in map(log_in, (user, *others)):
        assert '"managers":"address"' in login.actions[0].logs[0].message
    statuses = [item.status for item in zuplo.control.requests("zuplo")]
    # One user's subject may be refused for what it is; the second settles it.
    assert statuses == [400, 200, 400, 200, 200]
    consumer, key = recorded()
    path = f"/consumers/{consumer['name']}"
    people = portal_bucket.get(
        path, include_managers="true", include_manager_invites="true"
    )
    assert people["managers"] == []
    (invitation,) = people["managerInvites"]
    assert invitation["email"] == tenant.user(user)["email"]
    assert opens_gateway(zuplo, key["key"])


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_action_fault_of_the_look_up_ends_with_one_recorded_consumer(
    zuplo, user, kind, log_in, recorded
):
    lost = Fault(service="zuplo", method="POST", kind="reset", when="after", times=1)
    zuplo.control.arm(lost)
    zuplo.control.arm(Fault(service="zuplo", method="GET", **kind))
    log_in(user)
    log_in(user)
    zuplo.control.clear_faults()
    zuplo.control.stop_instances()
    log_in(user)

    recorded()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "fault",
    [{"kind": "status", "status": 503}, {"kind": "reset"}, {"kind": "half_body"}],
    ids=["503", "reset", "half body"],
)
def test_action_passing_fault_is_fixed_within_the_login(
    zuplo, user, fault, when, log_in, recorded
):
    zuplo.control.arm(
        Fault(service="zuplo", method="POST", when=when, times=1, **fault)
    )
    log_in(user)
    recorded()


LATER_ACTIONS = {
    "denies": "api.access.deny('no')",
    "redirects": "api.redirect.sendUserTo('https://example.com')",
    "asks for a factor": "api.authentication.challengeWith({ type: 'otp' })",
    "throws": "throw new Error('later')",
}


@pytest.mark.parametrize("operation", LATER_ACTIONS.values(), ids=LATER_ACTIONS)
def test_action_login_stopped_by_a_later_action_ends_with_one_consumer(
    zuplo, tenant, user, operation, log_in, recorded
):
    code = f"exports.onExecutePostLogin = async (event, api) => {{ {operation}; }};"
    later = tenant.add_bound_action(f"Later {next(NUMBERS)}", code)
    for _ in range(2):
        login = zuplo.control.log_in(LoginRequest(user_id=user))
        assert login.outcome == "denied" or login.interrupted
        # An abandoned login may save nothing: the worst that can be.
        forgotten = {"app_metadata": {"api_consumer": None}}
        tenant.api("PATCH", f"/users/{user}", forgotten)
    delete(tenant, later)
    log_in(user)

    recorded()


def test_action_second_login_in_an_outage_asks_nothing(zuplo, user, log_in):
    zuplo.control.arm(Fault(service="zuplo", kind="reset"))
    log_in(user)
    zuplo.control.clear_requests()
    login = log_in(user)
    assert zuplo.control.requests("zuplo") == []
    assert '"reason":"outage"' in login.actions[0].logs[0].message


def test_action_fifty_first_logins_in_five_instances_make_one_consumer(
    zuplo, user, recorded
):
    def one(number):
        login = LoginRequest(user_id=user, instance=f"instance-{number % 5}")
        return zuplo.control.log_in(login)

    with ThreadPoolExecutor(50) as pool:
        logins = list(pool.map(one, range(50)))

    assert {login.outcome for login in logins} == {"success"}
    # Cold instances on a busy machine may run out of time; they record nothing.
    recorded()


def test_action_first_logins_in_a_row_share_a_connection(zuplo, tenant, log_in):
    for name in range(5):
        log_in(tenant.add_user(f"row-{name}"))
    logged = zuplo.control.requests("zuplo")
    assert len(logged) == 5
    assert len({request.connection for request in logged}) == 1
