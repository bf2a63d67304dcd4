"""How a client of Auth0's Management API logs in, and what stops it, over TLS."""

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest

from consumer_on_login.auth0.client import SCOPES, Auth0Client
from consumer_on_login.auth0.credentials import configured
from consumer_on_login.auth0.errors import (
    Auth0GrantError,
    Auth0LoginError,
    Auth0RefusalError,
    Auth0ResponseError,
    Auth0ScopeError,
    Auth0TokenError,
    Auth0UnreachableError,
)
from tests.toolkit.messages import last_line
from tests.toolkit.tenant_operations import jwt

from .responses import API, TRIGGER


def other_application(auth0, scopes):
    added = auth0.control.add_auth0_client(scopes)
    return {"client_id": added.client_id, "client_secret": added.client_secret}


OTHER_DOMAIN = (
    "If the domain is not a domain of Auth0, change in the program: "
    "auth0_credentials.domain"
)


# One token


def test_client_fetches_one_token_for_all_its_requests(client, asked):
    client.session.require_scopes(SCOPES)
    client.bindings(TRIGGER)
    client.bindings(TRIGGER)
    assert [item.split()[0] for item in asked()] == ["POST", "GET", "GET"]


def test_client_asked_by_many_threads_fetches_one_token(client, asked):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: client.bindings(TRIGGER), range(8)))
    assert asked().count("POST /oauth/token") == 1


def test_client_whose_token_expired_fetches_another(client, arm, asked):
    client.bindings(TRIGGER)
    arm(f"{API}/.*", status=401, times=1)
    client.bindings(TRIGGER)
    assert asked().count("POST /oauth/token") == 2


def test_client_whose_new_tokens_are_refused_gives_up(client, arm, asked):
    arm(f"{API}/.*", status=401)
    with pytest.raises(Auth0RefusalError, match="HTTP 401: Unauthorized"):
        client.bindings(TRIGGER)
    assert asked().count("POST /oauth/token") == 2


# Logging in


def test_wrong_secret_is_named(auth0, credentials, asked):
    client = Auth0Client(credentials(client_secret="sesame"))
    with pytest.raises(Auth0LoginError) as caught:
        client.session.require_scopes(SCOPES)
    both = "auth0_credentials.client_id or auth0_credentials.client_secret"
    assert f"(HTTP 401): {both} is wrong.\n" in str(caught.value)
    assert last_line(caught.value) == (
        "To set both values, change in the program: auth0_credentials.client_id, "
        "auth0_credentials.client_secret"
    )
    assert "sesame" not in str(caught.value)
    assert asked() == ["POST /oauth/token"]


def test_wrong_secret_is_set_where_it_came_from(auth0, monkeypatch):
    for name, value in auth0.environment().items():
        if name.startswith("AUTH0_"):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", "sesame")
    config = {"domain": auth0.auth0_domain, "clientId": auth0.auth0_client_id}
    for set_client_id, key in (
        ("export AUTH0_CLIENT_ID=<client id>", "domain"),
        ("pulumi config set auth0:clientId <client id>", "clientId"),
    ):
        found = configured({key: config[key]}.get)
        with pytest.raises(Auth0LoginError) as caught:
            Auth0Client(found).session.require_scopes(SCOPES)
        assert last_line(caught.value) == (
            f"To set both values, run: {set_client_id} && "
            "export AUTH0_CLIENT_SECRET=<client secret>"
        )


def test_application_without_grant_names_where_to_get_one(client, arm):
    body = {
        "error": "access_denied",
        "error_description": "Client is not authorized to access the API. Secret.",
    }
    arm("/oauth/token", status=403, body=body)
    with pytest.raises(Auth0GrantError) as caught:
        client.session.require_scopes(SCOPES)
    audience = f"https://{client.session.domain}/api/v2/"
    assert f"may not use the API {audience} (HTTP 403)" in str(caught.value)
    assert "Machine to Machine Applications\n" in str(caught.value)


def test_wrong_audience_is_named_with_its_setting(credentials):
    audience = "https://custom.example/api/v2/"
    with pytest.raises(Auth0GrantError) as caught:
        Auth0Client(credentials(audience=audience)).session.require_scopes(SCOPES)
    assert f"may not use the API {audience} (HTTP 403)" in str(caught.value)
    assert last_line(caught.value) == (
        "If the domain is a custom domain, change in the program: "
        "auth0_credentials.audience"
    )


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 200, "body": "<html>"},
        {"status": 200, "body": []},
        {"status": 200, "body": {}},
        {"status": 200, "body": {"access_token": None}},
        {"status": 200, "body": {"access_token": {"token": "x"}}},
        {"status": 201, "body": {"access_token": "token"}},
        {"status": 302, "headers": {"location": "https://example.com"}},
        {"status": 400, "body": {"error": "invalid_request"}},
        {"status": 404, "body": "<html>not here</html>"},
    ],
    ids=lambda fault: f"{fault['status']} {fault.get('body')}",
)
def test_response_that_holds_no_token_is_unusable(client, arm, fault):
    arm("/oauth/token", **fault)
    with pytest.raises(Auth0ResponseError) as caught:
        client.session.require_scopes(SCOPES)
    assert f"HTTP {fault['status']} instead of a token" in str(caught.value)
    assert last_line(caught.value) == OTHER_DOMAIN


def test_token_that_no_header_can_carry_is_not_shown(client, arm):
    arm("/oauth/token", status=200, body={"access_token": "sesame\n"})
    with pytest.raises(Auth0UnreachableError) as caught:
        client.bindings(TRIGGER)
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("scope", [None, 5, ["read:actions"]], ids=str)
def test_token_of_unknown_scopes_is_tried(client, arm, scope):
    arm("/oauth/token", status=200, body={"access_token": "token", "scope": scope})
    client.session.require_scopes(SCOPES)


# Scopes


@pytest.mark.parametrize("scope", SCOPES)
def test_missing_scope_is_named(auth0, credentials, scope):
    others = [item for item in SCOPES if item != scope]
    client = Auth0Client(credentials(**other_application(auth0, others)))
    with pytest.raises(Auth0ScopeError) as caught:
        client.session.require_scopes(SCOPES)
    assert caught.value.missing == [scope]
    application = f"The Auth0 application of {client.session.domain}"
    assert f"{application} lacks these scopes: {scope}." in str(caught.value)
    assert last_line(caught.value).startswith("To grant the scopes, open the dash")


def test_missing_scopes_are_named_together(auth0, credentials):
    client = Auth0Client(credentials(**other_application(auth0, ["read:actions"])))
    with pytest.raises(Auth0ScopeError) as caught:
        client.session.require_scopes(SCOPES)
    assert caught.value.missing == [item for item in SCOPES if item != "read:actions"]


def test_scope_found_missing_by_a_request_is_named(auth0, credentials):
    client = Auth0Client(credentials(**other_application(auth0, [])))
    with pytest.raises(Auth0ScopeError) as caught:
        client.bindings(TRIGGER)
    assert caught.value.missing == ["read:actions"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<html>blocked</html>", "HTTP 403."),
        ({"message": 5}, "HTTP 403: 5."),
        ({"message": None}, "HTTP 403."),
        ([], "HTTP 403."),
        (
            {"statusCode": 403, "message": "You reached the limit of entities."},
            "HTTP 403: You reached the limit of entities.",
        ),
    ],
    ids=str,
)
def test_403_that_names_no_scope_is_passed_on(client, arm, body, said):
    arm(f"{API}/.*", status=403, body=body)
    with pytest.raises((Auth0ResponseError, Auth0RefusalError)) as caught:
        client.bindings(TRIGGER)
    assert said in str(caught.value)


# API token


def test_api_token_is_used_without_logging_in(credentials, owner, asked):
    client = Auth0Client(credentials(api_token=owner.token, client_secret=None))
    client.session.require_scopes(SCOPES)
    assert client.bindings(TRIGGER) == []
    assert asked() == [f"GET {API}/triggers/{TRIGGER}/bindings"]


def test_api_token_without_a_scope_names_it(credentials, asked):
    token = jwt(scope="read:actions update:actions delete:actions")
    with pytest.raises(Auth0ScopeError) as caught:
        Auth0Client(credentials(api_token=token)).session.require_scopes(SCOPES)
    assert caught.value.missing == ["create:actions"]
    assert asked() == []


@pytest.mark.parametrize(
    "token",
    [
        "opaque",
        "a.b.c",
        "a..c",
        "a.\u00e9.c".encode("ascii", "ignore").decode(),
        jwt(),
        jwt(scope=None),
        jwt(scope=["read:actions"]),
        f"a.{base64.urlsafe_b64encode(b'[]').decode()}.c",
        f"a.{base64.urlsafe_b64encode(bytes([255, 254])).decode()}.c",
    ],
    ids=repr,
)
def test_api_token_of_unknown_scopes_is_left_to_the_requests(credentials, token):
    Auth0Client(credentials(api_token=token)).session.require_scopes(SCOPES)


def test_api_token_that_expired_asks_for_a_new_one(credentials, asked):
    token = jwt(scope=" ".join(SCOPES), exp=1)
    client = Auth0Client(credentials(api_token=token))
    client.session.require_scopes(SCOPES)
    with pytest.raises(Auth0TokenError) as caught:
        client.bindings(TRIGGER)
    assert "HTTP 401" in str(caught.value)
    assert last_line(caught.value) == (
        "To set a new token, change in the program: auth0_credentials.api_token"
    )
    assert token not in str(caught.value)
    assert asked() == [f"GET {API}/triggers/{TRIGGER}/bindings"]


# Failures that may pass


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429},
        {"status": 500},
        {"status": 503},
        {"kind": "reset"},
    ],
    ids=str,
)
def test_passing_failure_is_waited_out(client, arm, no_waiting, fault):
    arm(f"{API}/.*", times=5, **fault)
    assert client.bindings(TRIGGER) == []
    assert all(seconds <= 10 for seconds in no_waiting)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize("path", ["/oauth/token", f"{API}/.*"])
def test_lasting_failure_is_unreachable(client, arm, asked, status, path):
    arm(path, status=status)
    with pytest.raises(Auth0UnreachableError) as caught:
        client.bindings(TRIGGER)
    assert f"HTTP {status} after 6 attempts" in str(caught.value)
    assert ", wait until Auth0 responds, and run again\n" in str(caught.value)


def test_response_that_breaks_off_is_unreachable(client, arm):
    arm(f"{API}/.*", kind="half_body", when="after")
    with pytest.raises(Auth0UnreachableError, match="the connection broke"):
        client.bindings(TRIGGER)


def test_limit_is_waited_for_as_long_as_auth0_says(client, arm, no_waiting):
    arm(f"{API}/.*", status=429, headers={"x-ratelimit-reset": "99999999999"}, times=1)
    client.bindings(TRIGGER)
    assert no_waiting == [10]
