"""The code grant among several applications, which a running sandbox does not have."""

import pytest

from sandbox.auth0.errors import TokenError
from sandbox.auth0.oidc.applications import Application
from sandbox.auth0.oidc.authorization import AuthorizationRequest
from sandbox.auth0.oidc.claims import CustomClaims
from sandbox.auth0.oidc.codes import Grant
from sandbox.auth0.oidc.exchange import exchange_code
from sandbox.auth0.oidc.provider import Provider
from sandbox.auth0.users import User
from tests.sandbox.oidc_client import challenge_of

CALLBACK = "https://app.example.com/callback"
VERIFIER = "v" * 43


class Nobody:
    """No login runs here."""

    async def login(self, request):
        raise AssertionError(request)


def application(client_id: str) -> Application:
    urls = frozenset({CALLBACK})
    return Application(client_id, client_id, frozenset(), urls, frozenset())


@pytest.fixture
def provider() -> Provider:
    users = {"auth0|ada": User("auth0|ada", {"email": "ada@example.com"})}
    both = [application("one"), application("two")]
    return Provider("https://issuer.example.com/", users, Nobody(), both)


def exchange(provider: Provider, client_id: str) -> object:
    request = AuthorizationRequest(
        application=provider.applications["one"],
        redirect_uri=CALLBACK,
        scopes=("openid",),
        code_challenge=challenge_of(VERIFIER),
    )
    grant = Grant(request, "auth0|ada", CustomClaims({}, {}))
    fields = {
        "code": provider.codes.issue(grant),
        "redirect_uri": CALLBACK,
        "client_id": client_id,
        "code_verifier": VERIFIER,
    }
    return exchange_code(provider, fields)


def test_code_is_good_for_the_application_it_was_given_to(provider):
    assert exchange(provider, "one")


def test_code_of_another_application_is_refused(provider):
    with pytest.raises(TokenError) as refusal:
        exchange(provider, "two")
    assert refusal.value.body["error"] == "invalid_grant"
