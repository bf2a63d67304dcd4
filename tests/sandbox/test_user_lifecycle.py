"""What becomes of a consumer when its user changes: docs/user-lifecycle.md, acted out.

The Action runs as it is deployed; Auth0, Zuplo and the gateway are the stand-ins.
They know one connection and no linking: where a test needs more, the login's event says
so, and the test's docstring.
"""

import itertools
from functools import partial

import pytest

from consumer_on_login.offboarding.__main__ import main
from sandbox.auth0.login_event import TENANT
from sandbox.commands.clouds import PASSWORD
from tests.sandbox.oidc_client import Portal
from tests.toolkit.deployed_action import add_action
from tests.toolkit.zuplo_api import opens_gateway

NUMBERS = itertools.count()
GOOGLE = {"connection": "google-oauth2", "strategy": "google-oauth2"}
SAML = {"connection": "acme-saml", "strategy": "samlp"}
BY_ADDRESS = ["invited_address", "manager_address"]


@pytest.fixture
def bucket(portal_bucket):
    return portal_bucket


@pytest.fixture(scope="module")
def tenant(sandbox, owner):
    add_action(owner, sandbox)
    return owner


@pytest.fixture
def address():
    return f"user-{next(NUMBERS)}@mail.test"


@pytest.fixture
def add_user(tenant):
    """Make a user with a verified address; gives their id."""

    def add_user(address, **fields):
        return tenant.add_user("unused", **{"email": address, **fields})

    return add_user


@pytest.fixture
def offboard(bucket, monkeypatch):
    """Run the command as docs/user-lifecycle.md has it; gives the exit code."""
    for name, value in bucket.variables().items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: main(["--tenant", TENANT, *arguments])


@pytest.fixture
def opens(sandbox):
    """Tell whether a key opens the gateway."""
    return partial(opens_gateway, sandbox)


@pytest.fixture
def let_the_minute_pass(sandbox):
    """Let the gateway remember no key any longer."""
    yield lambda: sandbox.control.cache_keys_for(0)
    sandbox.control.cache_keys_for(60)


@pytest.fixture
def invited(bucket, add_user, log_in):
    """Make a user whose consumer has an invitation, as earlier versions made it."""

    def invited(address):
        user = add_user(address)
        log_in(user)
        (consumer,) = bucket.consumers_of(user)
        kept = {name: consumer[name] for name in ("name", "description", "metadata")}
        bucket.request("DELETE", f"/consumers/{consumer['name']}")
        bucket.create_consumer(**kept, managers=[address])
        return user

    return invited


def key_of(bucket, user):
    (consumer,) = bucket.consumers_of(user)
    (key,) = consumer["apiKeys"]
    return key["key"]


@pytest.fixture
def shown_to(sandbox, bucket):
    """Log a user in to the portal; gives the users whose consumers it shows to them."""
    path = f"/v2/client/{sandbox.portal_deployment}/consumers"

    def shown_to(address, password=PASSWORD):
        with Portal(sandbox) as visit:
            token = visit.tokens(visit.sign_in(address, password))["access_token"]
            headers = {"authorization": f"Bearer {token}"}
            listed = visit.call("GET", path, headers=headers).json()["data"]
        owners = {it["name"]: it["metadata"] for it in bucket.get("/consumers")["data"]}
        return [owners[item["subject"]]["user_id"] for item in listed]

    return shown_to


def listed_for(bucket, address):
    """The users whose consumers Zuplo lists for a manager's address."""
    listed = bucket.get("/consumers", manager_email=address)["data"]
    return [item["metadata"]["user_id"] for item in listed]


def block(tenant, user):
    tenant.api("PATCH", f"/users/{user}", {"blocked": True})


def delete(tenant, user):
    tenant.api("DELETE", f"/users/{user}")


def forget_consumer(tenant, user):
    tenant.api("PATCH", f"/users/{user}", {"app_metadata": {"api_consumer": None}})


def change_manager(bucket, user, address):
    (consumer,) = bucket.consumers_of(user)
    bucket.change_manager(consumer["name"], email=address, sub=user)


def move(tenant, user, address):
    changes = {"email": address, "email_verified": True}
    tenant.api("PATCH", f"/users/{user}", changes)


@pytest.mark.parametrize("leave", [block, delete])
@pytest.mark.parametrize("option", [(), ("--keys",)], ids=["consumer", "keys"])
def test_key_of_a_user_who_left_opens_the_gateway_until_a_minute_after_offboarding(
    tenant,
    bucket,
    add_user,
    log_in,
    offboard,
    opens,
    let_the_minute_pass,
    address,
    leave,
    option,
):
    user = add_user(address)
    log_in(user)
    key = key_of(bucket, user)

    leave(tenant, user)
    assert opens(key)

    assert offboard(*option, user) == 0
    assert opens(key)
    let_the_minute_pass()
    assert not opens(key)
    assert len(bucket.consumers_of(user)) == len(option)


def test_deleted_user_who_comes_back_under_their_id_gets_their_old_key_back(
    tenant, bucket, add_user, log_in, address
):
    """A social or enterprise connection gives the same id again."""
    user = add_user(address, user_id="again")
    log_in(user)
    key = key_of(bucket, user)
    delete(tenant, user)

    add_user(address, user_id="again")
    assert "adopted" in log_in(user).actions[0].logs[0].message
    assert key_of(bucket, user) == key


def test_deleted_user_who_comes_back_under_another_id_sees_the_new_consumer_only(
    tenant, bucket, add_user, log_in, shown_to, address
):
    """A database connection gives another id."""
    first = add_user(address)
    log_in(first)
    delete(tenant, first)

    second = add_user(address)
    assert shown_to(address) == [second]
    assert listed_for(bucket, address) == [first, second]


def test_deleted_and_offboarded_user_who_comes_back_gets_a_new_key(
    tenant, bucket, add_user, log_in, offboard, opens, address
):
    user = add_user(address, user_id="anew")
    log_in(user)
    key = key_of(bucket, user)
    delete(tenant, user)
    offboard(user)

    add_user(address, user_id="anew")
    log_in(user)
    assert opens(key_of(bucket, user))
    assert not opens(key)


@pytest.mark.parametrize("way", ["offboarded", "by hand"])
def test_deleted_consumer_is_made_again_only_after_the_metadata_key_is_gone(
    zuplo, tenant, bucket, add_user, log_in, offboard, address, way
):
    user = add_user(address)
    log_in(user)
    (old,) = bucket.consumers_of(user)
    if way == "offboarded":
        assert offboard(user) == 0
    else:
        bucket.request("DELETE", f"/consumers/{old['name']}")

    zuplo.control.clear_requests()
    log_in(user)
    assert zuplo.control.requests("zuplo") == []
    assert bucket.consumers_of(user) == []

    forget_consumer(tenant, user)
    log_in(user)
    (new,) = bucket.consumers_of(user)
    assert new["name"] == old["name"]
    assert new["apiKeys"][0]["key"] != old["apiKeys"][0]["key"]
    assert tenant.user(user)["app_metadata"] == {"api_consumer": new["id"]}


def test_changed_address_leaves_the_consumer_with_its_user(
    tenant, bucket, add_user, log_in, shown_to, address
):
    user = add_user(address)
    log_in(user)
    move(tenant, user, f"new-{address}")
    assert shown_to(f"new-{address}") == [user]
    assert listed_for(bucket, address) == [user]
    assert listed_for(bucket, f"new-{address}") == []


def test_changed_manager_is_listed_by_the_new_address_and_keeps_the_key(
    tenant, bucket, add_user, log_in, shown_to, opens, address
):
    user = add_user(address)
    log_in(user)
    key = key_of(bucket, user)
    move(tenant, user, f"new-{address}")

    change_manager(bucket, user, f"new-{address}")
    assert listed_for(bucket, f"new-{address}") == [user]
    assert shown_to(f"new-{address}") == [user]
    assert key_of(bucket, user) == key
    assert opens(key)


def test_changed_address_whose_metadata_key_alone_is_removed_stays_the_old_one(
    tenant, bucket, add_user, log_in, address
):
    user = add_user(address)
    log_in(user)
    move(tenant, user, f"new-{address}")
    forget_consumer(tenant, user)
    log_in(user)
    assert listed_for(bucket, address) == [user]
    assert listed_for(bucket, f"new-{address}") == []


def test_recycled_address_sees_no_consumer_of_its_former_holder(
    tenant, add_user, log_in, shown_to, address
):
    first = add_user(address)
    log_in(first)
    move(tenant, first, f"new-{address}")
    second = add_user(address)
    assert shown_to(address) == [second]
    assert shown_to(f"new-{address}") == [first]


def test_recycled_address_by_addresses_sees_both_until_the_manager_is_changed(
    tenant, bucket, add_user, log_in, shown_to, set_manager_rules, address
):
    set_manager_rules(shown_by=BY_ADDRESS)
    first = add_user(address)
    log_in(first)
    move(tenant, first, f"new-{address}")
    second = add_user(address)
    assert shown_to(address) == [first, second]

    change_manager(bucket, first, f"new-{address}")
    assert shown_to(address) == [second]
    assert shown_to(f"new-{address}") == [first]


def test_recycled_address_that_is_invited_sees_both_until_the_old_one_is_made_again(
    tenant, bucket, add_user, log_in, shown_to, offboard, opens, address, invited
):
    first = invited(address)
    key = key_of(bucket, first)
    move(tenant, first, f"new-{address}")
    second = add_user(address)
    assert shown_to(f"new-{address}") == []
    assert shown_to(address) == [first, second]

    assert offboard(first) == 0
    forget_consumer(tenant, first)
    log_in(first)
    assert shown_to(address) == [second]
    assert shown_to(f"new-{address}") == [first]
    assert not opens(key)


def test_invited_user_of_another_address_sees_the_key_once_they_are_manager(
    tenant, bucket, shown_to, address, invited
):
    user = invited(address)
    move(tenant, user, f"new-{address}")
    assert shown_to(f"new-{address}") == []

    change_manager(bucket, user, f"new-{address}")
    assert shown_to(f"new-{address}") == [user]


def test_primary_who_logs_in_by_a_linked_account_uses_their_own_metadata(
    zuplo, tenant, bucket, add_user, log_in, shown_to, offboard, opens, address
):
    """Linking itself is not imitated.

    What it leaves behind, as Auth0 documents it, is: the secondary user's record is
    gone, and a login by their connection has the primary's id and metadata.
    """
    primary, secondary = add_user(address), add_user(f"second-{address}")
    log_in(primary)
    log_in(secondary)
    delete(tenant, secondary)

    zuplo.control.clear_requests()
    log_in(primary, **GOOGLE)
    assert zuplo.control.requests("zuplo") == []
    assert opens(key_of(bucket, secondary))
    assert shown_to(address) == [primary]

    (consumer,) = bucket.consumers_of(secondary)
    bucket.add_manager(consumer["name"], email=address, sub=primary)
    assert shown_to(address) == [primary, secondary]

    assert offboard(secondary) == 0
    assert bucket.consumers_of(secondary) == []
    assert opens(key_of(bucket, primary))


def test_each_of_two_accounts_of_one_address_sees_its_own_consumer(
    tenant, bucket, add_user, log_in, shown_to, address
):
    """The stand-in has one connection, so the second user moves to the address."""
    first = add_user(address)
    second = add_user(f"second-{address}", password="the second's own")
    move(tenant, second, address)
    log_in(first)
    log_in(second, **GOOGLE)
    assert shown_to(address) == [first]
    assert shown_to(address, "the second's own") == [second]
    assert key_of(bucket, first) != key_of(bucket, second)


def test_user_of_two_organizations_has_one_consumer(
    zuplo, bucket, add_user, log_in, address
):
    user = add_user(address)
    zuplo.control.clear_requests()
    for name in ("one", "two"):
        organization = {"id": f"org_{name}", "name": name}
        log_in(user, extra_event={"organization": organization})
    assert [item.method for item in zuplo.control.requests("zuplo")] == ["POST"]
    assert len(bucket.consumers_of(user)) == 1


def test_connection_that_leaves_addresses_unverified_makes_no_consumer(
    zuplo, tenant, bucket, add_user, log_in, address
):
    user = add_user(address, email_verified=False)
    zuplo.control.clear_requests()
    for _ in range(2):
        login = log_in(user, **SAML)
        assert "email_not_verified" in login.actions[0].logs[0].message
    assert zuplo.control.requests("zuplo") == []

    tenant.api("PATCH", f"/users/{user}", {"email_verified": True})
    log_in(user, **SAML)
    assert listed_for(bucket, address) == [user]
