"""The portal's playground: it asks the key API for every user, verified or not."""

import pytest
from playwright.sync_api import expect

PASSWORD = "mallory's own"
ADDRESS = ["invited_address", "manager_address"]


@pytest.fixture
def victim(visit, account):
    """A user with a key; gives it with their address and their consumer's name."""

    def victim(address):
        browser = visit()
        browser.sign_up(address)
        key = browser.key()
        return key, account.open_gateway(key)["sub"]

    return victim


@pytest.fixture
def look_alike(visit, tenant):
    """Log in with an account of another connection that bears an unverified address."""

    def look_alike(address):
        name = f"other-{address.partition('@')[0]}"
        user = tenant.add_user(name, name="Ada Lovelace", password=PASSWORD)
        changes = {"email": address, "email_verified": False}
        tenant.api("PATCH", f"/users/{user}", changes)
        browser = visit()
        browser.log_in(address, PASSWORD)
        return browser

    return look_alike


def statuses(sandbox):
    """What the key API responded to lists of consumers."""
    return [
        it.status
        for it in sandbox.control.requests("portal")
        if it.path.endswith("/consumers") and it.method == "GET"
    ]


def test_playground_calls_the_api_with_the_users_key(visit, account):
    browser = visit()
    browser.sign_up("emilie@example.com")
    browser.open_playground()

    (consumer,) = account.consumers(manager_email="emilie@example.com")
    assert browser.offered() == [consumer["name"]]
    browser.call_as(consumer["name"])
    expect(browser.playground).to_contain_text(f'"sub": "{consumer["name"]}"')


def test_playground_asks_for_an_unverified_user_whom_the_page_of_keys_turns_away(
    sandbox, victim, look_alike
):
    """The rule: the key API refuses an unverified address."""
    _, consumer = victim("maria@example.com")
    mallory = look_alike("maria@example.com")
    sandbox.control.clear_requests()
    mallory.open_keys()
    mallory.see("Verified email required")
    assert statuses(sandbox) == []

    mallory.open_playground()
    assert statuses(sandbox) == [403]
    assert mallory.offered() == []
    assert consumer not in mallory.page.content()


def test_playground_offers_an_unverified_user_nothing_of_another_subject(
    victim, look_alike, set_manager_rules
):
    """The rule: the key API serves unverified users, and goes by subject."""
    set_manager_rules(serves_unverified=True)
    key, _ = victim("laura@example.com")
    mallory = look_alike("laura@example.com")

    mallory.open_playground()
    assert mallory.offered() == []
    assert key not in mallory.page.content()


def test_playground_lets_an_unverified_user_call_as_the_holder_of_the_address(
    victim, look_alike, set_manager_rules
):
    """The rule: the key API serves unverified users, and goes by address.

    The Action cannot prevent this: only Auth0 can refuse the login.
    """
    set_manager_rules(serves_unverified=True, shown_by=ADDRESS)
    _, consumer = victim("sofia@example.com")
    mallory = look_alike("sofia@example.com")
    mallory.open_keys()
    mallory.see("Verified email required")

    mallory.open_playground()
    assert mallory.offered() == [consumer]
    mallory.call_as(consumer)
    expect(mallory.playground).to_contain_text(f'"sub": "{consumer}"')
