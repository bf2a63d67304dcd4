"""Logging out of the stand-in: where it sends the user, and where it does not."""

import pytest

from sandbox.auth0.oidc import exchange
from tests.sandbox.oidc_client import Portal


@pytest.fixture
def query(portal: Portal) -> dict[str, str]:
    """What the portal sends."""
    return {
        "id_token_hint": portal.tokens(portal.sign_up())["id_token"],
        "client_id": portal.query["client_id"],
        "post_logout_redirect_uri": f"{portal.url}/oauth/logout-callback",
    }


@pytest.mark.parametrize("left_out", [None, "client_id", "id_token_hint"])
def test_logout_leads_back_to_the_portal(portal, query, left_out):
    query.pop(left_out, None)

    response = portal.call("GET", "/oidc/logout", params=query)

    assert response.status_code == 302
    assert response.headers["location"] == f"{portal.url}/oauth/logout-callback"


def test_logout_hands_the_state_back(portal, query):
    response = portal.call("GET", "/oidc/logout", params={**query, "state": "s"})

    assert response.headers["location"].endswith("/oauth/logout-callback?state=s")


def test_logout_takes_an_expired_id_token(portal, query, monkeypatch):
    monkeypatch.setattr(exchange, "ID_TOKEN_SECONDS", -60)
    query["id_token_hint"] = portal.tokens(portal.sign_up())["id_token"]

    assert portal.call("GET", "/oidc/logout", params=query).status_code == 302


def test_logout_without_an_address_ends_on_a_page(portal):
    response = portal.call("GET", "/oidc/logout")

    assert response.status_code == 200
    assert "Logged out" in response.text


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"post_logout_redirect_uri": "https://evil.com/"}, id="address"),
        pytest.param({"client_id": "other"}, id="client"),
        pytest.param({"id_token_hint": "a.b.c"}, id="token"),
        pytest.param({"client_id": None, "id_token_hint": None}, id="no application"),
    ],
)
def test_logout_with_a_fault_is_never_redirected(portal, query, change):
    response = portal.call("GET", "/oidc/logout", params={**query, **change})

    assert response.status_code == 400
    assert "location" not in response.headers


def test_logout_takes_no_access_token_for_an_id_token(portal, query):
    query["id_token_hint"] = portal.tokens(portal.sign_up())["access_token"]
    del query["client_id"]

    response = portal.call("GET", "/oidc/logout", params=query)

    assert response.status_code == 400
