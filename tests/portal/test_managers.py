"""Whose key a user of the portal sees when addresses and accounts change hands.

No source says how the real server chooses. So each test states the rule that it
assumes, and what the user sees under it. By subject is the most likely rule, and the
default.
"""

from itertools import count

import pytest

from tests.toolkit.zuplo_api import BucketApi

NUMBERS = count()
SUBJECT = ["subject", "invited_address"]
ADDRESS = ["invited_address", "manager_address"]
RULES = {"by subject": SUBJECT, "by address": ADDRESS}
OTHER_PASSWORD = "of the other account"


@pytest.fixture(params=list(RULES.values()), ids=list(RULES))
def rule(request, set_manager_rules):
    set_manager_rules(shown_by=request.param)
    return request.param


@pytest.fixture
def bucket(sandbox):
    with (bucket := BucketApi(sandbox, sandbox.zuplo_bucket)).session:
        yield bucket


@pytest.fixture
def address():
    return f"holder{next(NUMBERS)}@mail.test"


@pytest.fixture
def become_user(visit, account):
    """Sign up; gives the browser, the key, the consumer's name and the user's id."""

    def become_user(address):
        browser = visit()
        browser.sign_up(address)
        key = browser.key()
        name = account.open_gateway(key)["sub"]
        (consumer,) = (it for it in account.consumers() if it["name"] == name)
        return browser, key, name, consumer["metadata"]["user_id"]

    return become_user


@pytest.fixture
def move(tenant):
    """Give a user another verified address, which another account may have, too."""

    def move(user, address):
        changes = {"email": address, "email_verified": True}
        tenant.api("PATCH", f"/users/{user}", changes)

    return move


def log_in_again(browser, address):
    browser.log_out()
    browser.log_in(address)


def test_user_of_another_address_sees_their_key_unless_addresses_alone_count(
    rule, become_user, move, bucket, account, address
):
    browser, key, consumer, user = become_user(address)
    move(user, f"new-{address}")
    log_in_again(browser, f"new-{address}")

    if rule == SUBJECT:
        assert browser.key() == key
    else:
        browser.see_no_key()
    assert account.open_gateway(key)["sub"] == consumer

    bucket.change_manager(consumer, email=f"new-{address}", sub=user)
    log_in_again(browser, f"new-{address}")
    assert browser.key() == key


def test_new_holder_of_an_old_address_sees_no_other_key_if_subjects_alone_count(
    rule, become_user, move, visit, bucket, address
):
    _, olds_key, olds_consumer, old = become_user(address)
    move(old, f"new-{address}")
    holder = visit()
    holder.sign_up(address)

    if rule == SUBJECT:
        assert holder.key() != olds_key
    else:
        assert olds_key in holder.keys(2)

    bucket.change_manager(olds_consumer, email=f"new-{address}", sub=old)
    log_in_again(holder, address)
    assert holder.key() != olds_key


def test_two_accounts_of_one_address_see_their_own_key_if_subjects_alone_count(
    rule, become_user, move, tenant, visit, address
):
    first, firsts_key, _, _ = become_user(address)
    name = f"second{next(NUMBERS)}"
    user = tenant.add_user(name, name="Ada Lovelace", password=OTHER_PASSWORD)
    move(user, address)
    second = visit()
    second.log_in(address, OTHER_PASSWORD)
    log_in_again(first, address)

    if rule == SUBJECT:
        assert first.key() == firsts_key
        assert second.key() != firsts_key
    else:
        assert sorted(first.keys(2)) == sorted(second.keys(2))


def test_primary_of_linked_accounts_sees_the_other_key_once_they_manage_it(
    become_user, tenant, bucket, address
):
    """The rule is by subject.

    Linking is not imitated, but what it leaves is: the secondary's record is gone.
    """
    primary, key, _, user = become_user(address)
    _, seconds_key, seconds_consumer, secondary = become_user(f"second-{address}")
    tenant.api("DELETE", f"/users/{secondary}")
    log_in_again(primary, address)
    assert primary.key() == key

    bucket.add_manager(seconds_consumer, email=address, sub=user)
    log_in_again(primary, address)
    assert sorted(primary.keys(2)) == sorted([key, seconds_key])


@pytest.fixture
def literal_schema(sandbox, set_manager_rules):
    set_manager_rules(is_schema_literal=True)
    yield
    # What refused a subject once is sent none from then on.
    sandbox.control.stop_instances()


def test_user_whose_subject_zuplo_refuses_sees_their_key_by_the_address(
    literal_schema, become_user, move, address
):
    """The rule is by subject, and Zuplo reads its schema literally."""
    browser, _, _, user = become_user(address)

    move(user, f"new-{address}")
    log_in_again(browser, f"new-{address}")
    browser.see_no_key()


def test_invited_user_sees_no_key_where_subjects_alone_count(
    literal_schema, set_manager_rules, visit, account, address
):
    """The rule is by subject, without invitations, and the schema is read literally."""
    set_manager_rules(is_schema_literal=True, shown_by=["subject"])
    browser = visit()
    browser.sign_up(address)

    browser.see_no_key()
    assert len(account.consumers(manager_email=address)) == 1
