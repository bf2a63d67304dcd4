"""The portal's key API: whom it serves, and what a user does with their key there."""

import time
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.commands.clouds import ZuploAccount
from tests.sandbox.oidc_client import NUMBERS
from tests.sandbox.zuplo.portal.key_api import User
from tests.toolkit.zuplo_api import BucketApi, opens_gateway


def keys_of(consumer: Any) -> list[str]:
    return [key["key"] for key in consumer["apiKeys"]["data"]]


def assert_refused(response: requests.Response, status: int, detail: str) -> None:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert detail in response.json().get("detail", "")


def test_user_without_a_consumer_has_an_empty_list(user):
    assert user.consumers() == []


def test_user_sees_their_consumer_with_a_key_that_opens_the_gateway(user, sandbox):
    consumer = user.given_a_consumer()

    assert set(consumer) == {"id", "createdOn", "updatedOn", "subject", "apiKeys"}
    (key,) = consumer["apiKeys"]["data"]
    assert set(key) == {"id", "createdOn", "updatedOn", "key"}
    assert opens_gateway(sandbox, key["key"])


def test_user_invited_by_their_address_sees_the_consumer(user, portal_bucket):
    name = f"invited-{next(NUMBERS)}"
    portal_bucket.create_consumer(name, managers=[user.email])

    assert len(user.consumers()) == 1


def test_user_sees_no_consumer_of_another_bucket(user, sandbox):
    with (other := BucketApi(sandbox, "zprj-1-production")).session:
        other.create_consumer("elsewhere", managers=[user.email])

    assert user.consumers() == []


def test_rolled_key_opens_the_gateway_and_the_old_one_is_given_an_end(user, sandbox):
    consumer = user.given_a_consumer()

    response = user.call("POST", f"/{consumer['id']}/roll-key", json={})

    assert response.status_code == 200
    (rolled,) = user.consumers()
    old, new = rolled["apiKeys"]["data"]
    assert [old["key"]] == keys_of(consumer)
    assert old["expiresOn"] > old["updatedOn"]
    assert "expiresOn" not in new
    assert opens_gateway(sandbox, old["key"])
    assert opens_gateway(sandbox, new["key"])


def test_key_with_an_end_can_be_deleted_and_is_good_no_longer(user, sandbox):
    consumer = user.given_a_consumer()
    user.call("POST", f"/{consumer['id']}/roll-key", json={})
    (old,) = consumer["apiKeys"]["data"]

    response = user.call("DELETE", f"/{consumer['id']}/keys/{old['id']}")

    assert response.status_code == 204
    assert not opens_gateway(sandbox, old["key"])
    (left,) = user.consumers()
    assert old["key"] not in keys_of(left)


def test_key_without_an_end_cannot_be_deleted(user, sandbox):
    consumer = user.given_a_consumer()
    (key,) = consumer["apiKeys"]["data"]

    response = user.call("DELETE", f"/{consumer['id']}/keys/{key['id']}")

    assert_refused(response, 400, "expiry date")
    assert opens_gateway(sandbox, key["key"])


def test_label_is_shown_to_the_user_and_not_to_the_developer_api(user, sandbox):
    consumer = user.given_a_consumer()

    response = user.call("PATCH", f"/{consumer['id']}", json={"label": "my key"})

    assert response.status_code == 200
    (labelled,) = user.consumers()
    assert labelled["label"] == "my key"
    with ZuploAccount(sandbox) as account:
        assert all("label" not in each for each in account.consumers())


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/{id}", {"label": ""}),
        ("PATCH", "/{id}", {"metadata": {}}),
        ("PATCH", "/{id}", {}),
        ("POST", "/{id}/roll-key", {"expiresOn": "2030-01-01T00:00:00Z"}),
    ],
)
def test_body_that_the_portal_never_sends_is_refused(user, method, path, body):
    consumer = user.given_a_consumer()

    response = user.call(method, path.format(id=consumer["id"]), json=body)

    assert response.status_code == 400
    assert keys_of(user.consumers()[0]) == keys_of(consumer)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", ""),
        ("GET", "/{id}"),
        ("DELETE", "/{id}"),
        ("POST", "/{id}/keys"),
    ],
)
def test_route_that_the_portal_never_calls_is_refused(user, method, path):
    consumer = user.given_a_consumer()

    response = user.call(method, path.format(id=consumer["id"]), json={})

    assert response.status_code in (404, 405)
    assert response.headers["content-type"] == "application/problem+json"


def test_deployment_unknown_is_not_found(user, sandbox):
    user.base = user.base.replace(sandbox.portal_deployment, "other")

    assert_refused(user.call("GET"), 404, "no deployment 'other'")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/{id}", {"label": "mine"}),
        ("POST", "/{id}/roll-key", {}),
        ("DELETE", "/{id}/keys/{key}", None),
    ],
)
def test_consumer_of_another_user_reads_like_one_that_is_not_there(
    portal, portal_bucket, user, method, path, body
):
    theirs = user.given_a_consumer()
    (key,) = theirs["apiKeys"]["data"]
    stranger = User(portal, portal_bucket)

    path = path.format(id=theirs["id"], key=key["id"])
    response = stranger.call(method, path, json=body)

    assert_refused(response, 404, "no consumer")
    assert key["key"] not in response.text
    assert user.consumers() == [theirs]
    assert stranger.consumers() == []


def test_user_whose_address_is_not_verified_is_refused_though_they_manage(
    portal, portal_bucket
):
    look_alike = User(portal, portal_bucket, is_verified=False)
    name = f"victim-{next(NUMBERS)}"
    portal_bucket.create_consumer(name, managers=[look_alike.email])

    response = look_alike.call("GET")

    assert_refused(response, 403, "no verified e-mail address")


def test_user_verified_after_their_login_is_served(portal, portal_bucket):
    user = User(portal, portal_bucket, is_verified=False)
    portal.call("POST", "/u/email-verification", data={"email": user.email})

    assert user.consumers() == []


def test_user_who_is_gone_is_refused(user, owner):
    owner.api("DELETE", f"/users/{user.sub}")

    assert_refused(user.call("GET"), 401, "user is unknown")


def test_call_without_a_token_is_refused(portal, user):
    assert_refused(portal.call("GET", user.base), 401, "missing")


def test_call_with_a_token_of_another_key_is_refused(portal, user):
    """All of it is right, but for who signed it."""
    kid = jwt.get_unverified_header(user.tokens["access_token"])["kid"]
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def forged(key: Any, algorithm: str) -> str:
        claims = {**user.claims(), "iat": int(time.time())}
        return jwt.encode(claims, key, algorithm, {"kid": kid})

    for token in (forged(stranger, "RS256"), forged(None, "none")):
        assert_refused(user.call("GET", token=token), 401, "not valid")


def test_call_with_a_token_that_was_changed_is_refused(user):
    head, claims, signature = user.tokens["access_token"].split(".")
    changed = claims[:-4] + ("AAAA" if claims[-4:] != "AAAA" else "BBBB")

    response = user.call("GET", token=f"{head}.{changed}.{signature}")

    assert_refused(response, 401, "not valid")


def test_refusal_shows_nothing_of_the_token(user):
    token = user.tokens["id_token"]

    response = user.call("GET", token=token)

    assert token.split(".")[1] not in response.text
