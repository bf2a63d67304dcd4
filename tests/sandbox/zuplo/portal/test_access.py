"""Which access tokens the portal's key API takes, of any issuer there could be."""

import time
from typing import Any

import pytest

from sandbox.auth0.oidc.signing import SigningKey
from sandbox.zuplo.errors import UnauthorizedError
from sandbox.zuplo.portal.access import IdentityProvider, PortalUser
from sandbox.zuplo.records import Consumer, Manager

KEY = SigningKey()
VERIFIED = {"email": "ada@example.com", "email_verified": True}


def user_of(token: str, userinfo: dict[str, Any] | None) -> PortalUser:
    provider = IdentityProvider(
        issuer="https://issuer.example.com/",
        audience="https://api.example.com/",
        key_set=KEY.public_set,
        userinfo=lambda _: userinfo,
    )
    return provider.user(token)


def token(**change: Any) -> str:
    """Sign good claims, but for a change; None leaves a claim out."""
    now = int(time.time())
    claims = {
        "iss": "https://issuer.example.com/",
        "sub": "auth0|ada",
        "aud": ["https://api.example.com/", "https://issuer.example.com/userinfo"],
        "iat": now,
        "exp": now + 60,
        **change,
    }
    return KEY.sign({name: v for name, v in claims.items() if v is not None})


def test_token_with_all_claims_right_is_taken():
    ada = PortalUser("auth0|ada", "ada@example.com", is_verified=True)
    assert user_of(token(), VERIFIED) == ada


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://issuer.example.com"},
        {"iss": None},
        {"aud": "https://issuer.example.com/userinfo"},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"iat": 2**40},
        {"nbf": 2**40},
        {"sub": None},
    ],
    ids=str,
)
def test_token_with_one_claim_wrong_is_refused(change):
    with pytest.raises(UnauthorizedError):
        user_of(token(**change), VERIFIED)


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.b.c", "ä.b.c", "....."])
def test_token_that_is_none_is_refused(text):
    with pytest.raises(UnauthorizedError):
        user_of(text, VERIFIED)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "ada@example.com", "email_verified": False},
        {"email": "ada@example.com", "email_verified": "true"},
        {"email": "ada@example.com"},
        {"email": "", "email_verified": True},
        {"email_verified": True},
    ],
    ids=str,
)
def test_user_without_a_verified_address_is_not_verified(claims):
    assert not user_of(token(), claims).is_verified


def test_user_without_an_address_is_in_no_invitation():
    consumer = Consumer(name="odd", invites={"eusr_1": Manager(email="")})
    assert user_of(token(), {"email": ""}).matches(consumer) == set()


def test_user_whom_userinfo_does_not_know_is_refused():
    with pytest.raises(UnauthorizedError):
        user_of(token(), None)
