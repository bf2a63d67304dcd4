"""Signing up and in at the stand-in, and what the bound Actions make of it."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import jwt
import pytest

from sandbox.auth0.logins import LoginRequest
from sandbox.commands.clouds import PASSWORD
from tests.sandbox.actions import post_login
from tests.sandbox.oidc_client import Portal, reported

REMEMBERING = post_login("api.user.setAppMetadata('seen', JSON.stringify(event));")


def identity(portal: Portal, response) -> dict[str, Any]:
    token = portal.tokens(response)["id_token"]
    return jwt.decode(token, options={"verify_signature": False})


def test_login_leads_back_with_a_code_and_the_state(portal, owner):
    owner.add_user("returning")

    response = portal.sign_in("returning@example.com")

    assert response.status_code == 303
    assert response.headers["location"].startswith(f"{portal.callback}?")
    assert set(reported(response)) == {"code", "state"}
    assert reported(response)["state"] == portal.query["state"]


def test_login_without_anything_says_what_is_missing(portal):
    response = portal.sign_in("", "")

    assert response.status_code == 400
    assert "Enter an e-mail address. Enter a password." in response.text


@pytest.mark.parametrize(
    ("email", "password"),
    [
        pytest.param("known@example.com", "wrong", id="wrong password"),
        pytest.param("unknown@example.com", PASSWORD, id="unknown user"),
    ],
)
def test_login_with_wrong_credentials_says_so_on_the_page(
    portal, sandbox, email, password
):
    portal.sign_up(email="known@example.com")

    response = portal.sign_in(email, password)

    assert response.status_code == 400
    assert "Wrong e-mail address or password." in response.text
    assert f'value="{email}"' in response.text
    assert PASSWORD not in response.text


def test_login_takes_the_password_that_was_set_last(portal, owner):
    user_id = owner.add_user("forgetful")
    owner.api("PATCH", f"/users/{user_id}", {"password": "a new one"})

    assert portal.sign_in("forgetful@example.com").status_code == 400
    assert portal.sign_in("forgetful@example.com", "a new one").status_code == 303


@pytest.mark.parametrize(
    ("fields", "is_verified"),
    [({}, False), ({"email_verified": "true"}, True)],
    ids=["unverified", "verified"],
)
def test_signup_makes_a_user_and_logs_them_in(portal, owner, fields, is_verified):
    response = portal.sign_up(name="Ada Lovelace", **fields)

    assert response.status_code == 303
    claims = identity(portal, response)
    assert (claims["name"], claims["email_verified"]) == ("Ada Lovelace", is_verified)
    user = owner.user(claims["sub"])
    assert (user["email"], user["logins_count"]) == (claims["email"], 1)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": " "}, "Enter a name."),
        ({"email": "nobody"}, "Enter an e-mail address."),
        ({"password": ""}, "Enter a password."),
        ({"name": "", "password": ""}, "Enter a name. Enter a password."),
        ({"email": "taken@example.com"}, "The user already exists."),
    ],
)
def test_signup_with_a_fault_says_so_on_the_page(portal, owner, fields, message):
    portal.sign_up(email="taken@example.com")
    before = owner.api("GET", "/users?per_page=100")

    response = portal.sign_up(**fields)

    assert response.status_code == 400
    assert message in response.text
    for name in ("name", "email", "password"):
        assert is_marked_wrong(response.text, name) == (name in fields)
    assert owner.api("GET", "/users?per_page=100") == before


def is_marked_wrong(page: str, field: str) -> bool:
    (element,) = re.findall(f'<input id="{field}"[^>]*>', page)
    return 'aria-invalid="true" aria-describedby="error"' in element


def test_page_shows_what_was_typed_as_text(portal):
    typed = '"><script>alert(1)</script>'

    response = portal.sign_up(name=typed, email="nobody")

    assert "<script>" not in response.text
    assert "&lt;script&gt;" in response.text


@pytest.mark.parametrize("path", ["/u/login", "/u/signup", "/u/email-verification"])
def test_page_says_what_it_is_and_needs_nothing_from_elsewhere(portal, path):
    response = portal.call("GET", path, params=portal.query)

    assert "Stand-in of Auth0." in response.text
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert resources(response.text) == {"data:,", "/u/style.css"}
    assert portal.call("GET", "/u/style.css").status_code == 200


def resources(page: str) -> set[str | None]:
    """Whatever a page loads."""
    found: set[str | None] = set()

    class Parser(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag != "a":
                found.update(v for k, v in attrs if k in ("src", "href", "action"))

    Parser().feed(page)
    return found


def test_login_runs_the_bound_actions_with_the_event_of_any_other_login(
    portal, sandbox, tenant
):
    tenant.add_bound_action("remembering", REMEMBERING)
    user_id = tenant.add_user("seen")

    portal.sign_in("seen@example.com")
    by_page = seen(tenant, user_id)
    request = LoginRequest(user_id=user_id, audience=portal.query["audience"])
    sandbox.control.log_in(request)
    by_control = seen(tenant, user_id)

    assert by_page["client"]["client_id"] == portal.query["client_id"]
    assert by_page["resource_server"]["identifier"] == portal.query["audience"]
    assert by_page["transaction"]["protocol"] == "oidc-basic-profile"
    assert by_page == by_control


def seen(tenant, user_id) -> dict[str, Any]:
    """The event that the Action saw, without what differs between any two logins."""
    event: dict[str, Any] = json.loads(tenant.user(user_id)["app_metadata"]["seen"])
    for name in ("app_metadata", "updated_at"):
        del event["user"][name]
    del event["stats"]["logins_count"]
    del event["authentication"]["methods"][0]["timestamp"]
    return event


@pytest.mark.parametrize(
    ("body", "error", "description"),
    [
        ("api.access.deny('not today');", "access_denied", "not today"),
        ("throw new Error('broken');", "access_denied", "broken"),
        (
            "api.redirect.sendUserTo('https://example.com');",
            "server_error",
            "The sandbox does not imitate api.redirect.sendUserTo",
        ),
        (
            "api.accessToken.addScope('read:all');",
            "server_error",
            "The sandbox does not imitate api.accessToken.addScope",
        ),
    ],
)
def test_login_that_an_action_ends_is_refused_to_the_application(
    portal, tenant, body, error, description
):
    tenant.add_bound_action("ending", post_login(body))

    response = portal.sign_up()

    assert response.status_code == 303
    assert response.headers["location"].startswith(f"{portal.callback}?")
    assert reported(response) == {
        "error": error,
        "error_description": description,
        "state": portal.query["state"],
    }


def test_login_of_a_blocked_user_is_refused_to_the_application(portal, owner):
    owner.add_user("blocked", blocked=True)

    response = portal.sign_in("blocked@example.com")

    assert reported(response)["error"] == "access_denied"
    assert reported(response)["error_description"] == "user is blocked"


def test_claims_of_an_action_are_in_the_tokens_but_change_no_standard_one(
    portal, tenant
):
    body = """
        api.idToken.setCustomClaim('https://example.com/plan', 'free');
        api.idToken.setCustomClaim('sub', 'auth0|another-user');
        api.accessToken.setCustomClaim('https://example.com/team', 7);
        api.accessToken.setCustomClaim('iss', 'https://evil.example.com/');
    """
    tenant.add_bound_action("claiming", post_login(body))

    tokens = portal.tokens(portal.sign_up())

    claims = {
        name: jwt.decode(tokens[name], options={"verify_signature": False})
        for name in ("id_token", "access_token")
    }
    assert claims["id_token"]["https://example.com/plan"] == "free"
    assert claims["access_token"]["https://example.com/team"] == 7
    assert claims["id_token"]["sub"] == claims["access_token"]["sub"]
    assert claims["access_token"]["iss"] == f"{portal.url}/"


def test_address_verified_on_the_page_is_verified_at_the_next_login(portal):
    portal.sign_up(email="later@example.com")

    page = portal.call(
        "POST",
        "/u/email-verification",
        params=portal.query,
        data={"email": "later@example.com"},
    )

    assert "later@example.com is verified" in page.text
    assert identity(portal, portal.sign_in("later@example.com"))["email_verified"]


def test_address_of_nobody_cannot_be_verified(portal):
    fields = {"email": "nobody@example.com"}

    response = portal.call("POST", "/u/email-verification", data=fields)

    assert response.status_code == 400
    assert "Nobody has this e-mail address." in response.text
