"""Which consumers the portal's key API shows, under each rule the real one may follow.

The rules are settings of the sandbox, since no source says what the real server does.
"""

import pytest

from tests.sandbox.oidc_client import NUMBERS
from tests.sandbox.zuplo.portal.key_api import User
from tests.toolkit.zuplo_api import BucketApi

EVERY = ("subject", "invited_address", "manager_address")
MOST_LIKELY = ("subject", "invited_address")


def managers_of(user: User) -> dict[str, list[object]]:
    """Give managers that have something of the user, by what that is."""
    return {
        "subject": [{"email": "elsewhere@example.com", "sub": user.sub}],
        "invited_address": [user.email],
        "manager_address": [{"email": user.email, "sub": "auth0|another"}],
    }


def shown(user: User, bucket: BucketApi) -> set[str]:
    """Tell which kinds of consumers the portal shows to the user."""
    made = {}
    for kind, managers in managers_of(user).items():
        name = f"managed-{next(NUMBERS)}"
        made[bucket.create_consumer(name, managers=managers)["id"]] = kind
    return {made[consumer["id"]] for consumer in user.consumers()}


def test_subject_and_invitation_show_a_consumer_by_default(user, portal_bucket):
    assert shown(user, portal_bucket) == set(MOST_LIKELY)


@pytest.mark.parametrize(
    "rule",
    [("subject",), ("invited_address",), ("invited_address", "manager_address"), EVERY],
    ids="+".join,
)
def test_consumer_is_shown_by_what_the_rule_names(
    set_manager_rules, user, portal_bucket, rule
):
    set_manager_rules(shown_by=rule)
    assert shown(user, portal_bucket) == set(rule)


@pytest.mark.parametrize("method", ["PATCH", "POST", "DELETE"])
def test_consumer_that_is_not_shown_can_be_changed_by_none(
    set_manager_rules, user, method
):
    consumer = user.given_a_consumer()
    (key,) = consumer["apiKeys"]["data"]
    set_manager_rules(shown_by=["invited_address"])
    path, body = {
        "PATCH": ("", {"label": "mine"}),
        "POST": ("/roll-key", {}),
        "DELETE": (f"/keys/{key['id']}", None),
    }[method]
    response = user.call(method, f"/{consumer['id']}{path}", json=body)
    assert response.status_code == 404


def test_user_of_an_unverified_address_may_be_served_what_is_theirs(
    set_manager_rules, portal, portal_bucket
):
    look_alike = User(portal, portal_bucket, is_verified=False)
    set_manager_rules(shown_by=EVERY, serves_unverified=True)
    assert shown(look_alike, portal_bucket) == set(EVERY)
