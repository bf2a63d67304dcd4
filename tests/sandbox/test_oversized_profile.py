"""A user whose profile has no room for the consumer's id."""

import pytest

from sandbox.auth0.profile_size import ALLOWANCE_BYTES
from tests.toolkit.deployed_action import add_action


@pytest.fixture(scope="module")
def tenant(sandbox, owner):
    add_action(owner, sandbox)
    return owner


@pytest.fixture
def add_full_user(tenant):
    """Make a user whose profile lacks a few bytes to the allowance."""

    def add_full_user(name):
        user = tenant.add_user(name, app_metadata={"groups": "x"})
        size = len(tenant.call("GET", f"/users/{user}").content)
        groups = "x" * (ALLOWANCE_BYTES - size + 1)
        tenant.api("PATCH", f"/users/{user}", {"app_metadata": {"groups": groups}})
        return user

    return add_full_user


def outcome(login):
    return login.actions[0].logs[0].message.split('"')[3]


def test_metadata_that_has_no_room_is_lost_and_the_next_login_adopts(
    tenant, portal_bucket, add_full_user, log_in
):
    user = add_full_user("ada")

    outcomes = [outcome(log_in(user)) for _ in range(2)]
    assert outcomes == ["created", "adopted"]
    assert "api_consumer" not in tenant.user(user)["app_metadata"]

    tenant.api("PATCH", f"/users/{user}", {"app_metadata": {"groups": "x"}})
    assert outcome(log_in(user)) == "adopted"
    (consumer,) = portal_bucket.consumers_of(user)
    assert tenant.user(user)["app_metadata"]["api_consumer"] == consumer["id"]
    assert len(consumer["apiKeys"]) == 1
    assert log_in(user).actions[0].logs == []


def test_profile_beyond_the_allowance_is_neither_created_nor_changed(
    tenant, add_full_user
):
    user = add_full_user("eve")
    before = tenant.user(user)
    change = {"app_metadata": {"plan": "a plan that has no room"}, "name": "Eve"}
    assert tenant.call("PATCH", f"/users/{user}", change).status_code == 400
    assert tenant.user(user) == before

    body = {
        "connection": "Username-Password-Authentication",
        "email": "large@example.com",
        "password": "x",
        "user_metadata": {"groups": "x" * ALLOWANCE_BYTES},
    }
    assert tenant.call("POST", "/users", body).status_code == 400
    assert tenant.api("GET", '/users?q=email:"large@example.com"') == []
