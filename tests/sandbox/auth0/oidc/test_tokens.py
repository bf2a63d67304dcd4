"""Codes and tokens of the stand-in's login."""

from typing import Any

import jwt
import pytest

from sandbox.auth0.oidc import access_tokens, codes
from tests.sandbox.oidc_client import Portal, challenge_of, reported
from tests.toolkit.http_client import send

EMAIL = "grace@example.com"


@pytest.fixture(scope="module", autouse=True)
def user_id(owner) -> str:
    return owner.add_user("grace", given_name="Grace")


@pytest.fixture
def code(portal: Portal) -> str:
    return reported(portal.sign_in(EMAIL))["code"]


def verified(portal: Portal, token: str, audience: str) -> dict[str, Any]:
    keys = portal.call("GET", "/.well-known/jwks.json").json()
    key = jwt.PyJWKSet.from_dict(keys)[jwt.get_unverified_header(token)["kid"]]
    return jwt.decode(
        token, key, algorithms=["RS256"], audience=audience, issuer=f"{portal.url}/"
    )


def test_code_gives_tokens_that_the_published_key_verifies(portal, code, user_id):
    response = portal.exchange(code)

    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    tokens = response.json()
    assert set(tokens) == {
        "access_token",
        "id_token",
        "scope",
        "expires_in",
        "token_type",
    }
    assert (tokens["token_type"], tokens["scope"]) == ("Bearer", "openid profile email")
    access = verified(portal, tokens["access_token"], portal.query["audience"])
    assert access["sub"] == user_id
    assert access["aud"] == [portal.query["audience"], f"{portal.url}/userinfo"]
    assert access["azp"] == portal.query["client_id"]
    assert access["exp"] - access["iat"] == tokens["expires_in"]
    identity = verified(portal, tokens["id_token"], portal.query["client_id"])
    assert identity["sub"] == user_id
    assert (identity["email"], identity["email_verified"]) == (EMAIL, True)
    assert (identity["name"], identity["given_name"]) == (EMAIL, "Grace")
    assert "nonce" not in identity


def test_id_token_has_the_nonce_that_was_sent(portal):
    tokens = portal.tokens(portal.sign_in(EMAIL, nonce="n-0S6"))

    identity = verified(portal, tokens["id_token"], portal.query["client_id"])
    assert identity["nonce"] == "n-0S6"


def test_code_without_audience_gives_an_access_token_that_is_no_jwt(portal):
    tokens = portal.tokens(portal.sign_in(EMAIL, audience=None))

    assert "." not in tokens["access_token"]
    assert portal.userinfo(tokens["access_token"]).json()["email"] == EMAIL


def test_scopes_decide_what_the_tokens_tell(portal, user_id):
    response = portal.sign_in(EMAIL, scope="openid unknown")
    tokens = portal.tokens(response)

    assert tokens["scope"] == "openid"
    assert portal.userinfo(tokens["access_token"]).json() == {"sub": user_id}


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        pytest.param({"code": None}, 400, "invalid_request", id="no code"),
        pytest.param({"code": "x"}, 400, "invalid_grant", id="unknown code"),
        pytest.param({"client_id": None}, 400, "invalid_request", id="no client"),
        pytest.param({"client_id": "x"}, 401, "invalid_client", id="unknown client"),
        pytest.param({"redirect_uri": None}, 400, "invalid_request", id="no address"),
        pytest.param({"redirect_uri": "x"}, 400, "invalid_grant", id="other address"),
        pytest.param({"code_verifier": None}, 400, "invalid_request", id="no verifier"),
        pytest.param(
            {"code_verifier": "x" * 43}, 400, "invalid_grant", id="wrong verifier"
        ),
    ],
)
def test_exchange_with_a_fault_is_refused(portal, code, change, status, error):
    response = portal.exchange(**({"code": code} | change))

    assert (response.status_code, response.json()["error"]) == (status, error)
    assert code not in response.text


def test_exchange_with_a_verifier_shorter_than_the_rfc_allows_is_refused(portal):
    short = "x" * 42
    signed_in = portal.sign_in(EMAIL, code_challenge=challenge_of(short))

    response = portal.exchange(reported(signed_in)["code"], code_verifier=short)

    assert response.json()["error"] == "invalid_grant"


def test_code_used_twice_is_refused(portal, code):
    assert portal.exchange(code).status_code == 200

    response = portal.exchange(code)

    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")


def test_code_is_used_up_by_a_wrong_verifier(portal, code):
    portal.exchange(code, code_verifier="x" * 43)

    assert portal.exchange(code).json()["error"] == "invalid_grant"


def test_code_expired_is_refused(portal, monkeypatch):
    monkeypatch.setattr(codes, "LIFETIME_SECONDS", 0)
    code = reported(portal.sign_in(EMAIL))["code"]

    assert portal.exchange(code).json()["error"] == "invalid_grant"


def test_code_of_a_user_who_is_gone_is_refused(portal, owner):
    user_id = owner.add_user("gone")
    code = reported(portal.sign_in("gone@example.com"))["code"]
    owner.api("DELETE", f"/users/{user_id}")

    assert portal.exchange(code).json()["error"] == "invalid_grant"


def test_userinfo_tells_what_is_true_by_now(portal, owner):
    user_id = owner.add_user("changing", email_verified=False)
    token = portal.tokens(portal.sign_in("changing@example.com"))["access_token"]
    assert portal.userinfo(token).json()["email_verified"] is False

    owner.api("PATCH", f"/users/{user_id}", {"email_verified": True})

    reported = portal.userinfo(token).json()
    assert reported["email_verified"] is True
    assert (reported["sub"], reported["name"]) == (user_id, "changing@example.com")


def test_userinfo_without_a_token_asks_for_one(portal):
    response = portal.call("GET", "/userinfo")

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"


def test_userinfo_with_a_token_that_nobody_was_given_is_refused(portal):
    response = portal.userinfo("a.b.c")

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_userinfo_with_an_expired_token_is_refused(portal, monkeypatch):
    monkeypatch.setattr(access_tokens, "LIFETIME_SECONDS", 0)
    token = portal.tokens(portal.sign_in(EMAIL))["access_token"]

    assert portal.userinfo(token).status_code == 401


def test_access_token_is_none_of_the_management_api(portal, sandbox, code):
    token = portal.exchange(code).json()["access_token"]

    headers = {"authorization": f"Bearer {token}"}
    url = f"https://{sandbox.auth0_domain}/api/v2/users"
    response = send(sandbox, "GET", url, headers=headers)

    assert response.status_code == 401
    assert token not in sandbox.control.auth0_tokens()
