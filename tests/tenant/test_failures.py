"""What stops a tenant check: each failure's message, the remedy last, and no secret."""

from types import SimpleNamespace

import pytest

from consumer_on_login import json_http
from consumer_on_login.auth0 import session as auth0_session
from sandbox.host.faults import Fault
from tests.toolkit.tenant_operations import BINDINGS, jwt

from .checks import SCOPES, WELL, failure, news

SET_DOMAIN = "pulumi config set auth0:domain <tenant>.eu.auth0.com"
RUN_AGAIN = f"If the domain is wrong, run: {SET_DOMAIN}"
NO_AUTH0 = f"If the domain is not a domain of Auth0, run: {SET_DOMAIN}"
GRANT_SCOPE = (
    "To grant the scopes, open the dashboard: Applications > APIs > Auth0 Management "
    "API > "
    "Machine to Machine Applications"
)
GRANT_API = (
    "If the domain is a custom domain, run: "
    "pulumi config set auth0:audience https://<tenant>.eu.auth0.com/api/v2/"
)
SET_BOTH = (
    "To set both values, run: pulumi config set auth0:clientId <client id> && "
    "pulumi config set --secret auth0:clientSecret"
)
SET_TOKEN = "To set a new token, run: pulumi config set --secret auth0:apiToken"


def set_config(**changes):
    return lambda world: world.config.update(
        {f"auth0:{key}": value for key, value in changes.items()}
    )


def drop_config(key):
    return lambda world: world.config.pop(f"auth0:{key}")


def other_application(*scopes):
    def arrange(world):
        added = world.auth0.control.add_auth0_client(list(scopes))
        world.config["auth0:clientId"] = added.client_id
        world.config["auth0:clientSecret"] = added.client_secret

    return arrange


def response(path, **fault):
    fault = {"service": "auth0", "path": path, "kind": "status", **fault}
    return lambda world: world.auth0.control.arm(Fault(**fault))


def untrusted(world):
    world.monkeypatch.delenv("REQUESTS_CA_BUNDLE")


def refusing(world):
    world.config["auth0:domain"] = f"localhost:{world.closed_port}"


def hanging(path):
    def arrange(world):
        world.monkeypatch.setattr(json_http, "READ_TIMEOUT_SECONDS", 0.1)
        world.monkeypatch.setattr(auth0_session, "ATTEMPTS", 2)
        response(path, kind="hang")(world)

    return arrange


FAILURES = {
    "no domain": (
        drop_config("domain"),
        "Neither auth0:domain nor AUTH0_DOMAIN is set.",
        "To set it for every run in this shell, run: "
        "export AUTH0_DOMAIN=<tenant>.eu.auth0.com",
    ),
    "nothing listens": (
        refusing,
        ": the server refuses the connection.",
        RUN_AGAIN,
    ),
    "untrusted": (untrusted, "'s TLS certificate is not trusted.", RUN_AGAIN),
    "other server": (
        response("/oauth/token", status=404, body="<html>not here</html>"),
        "is not a response of Auth0: HTTP 404 instead of a token.",
        NO_AUTH0,
    ),
    "wrong secret": (
        set_config(clientSecret="sesame"),
        "(HTTP 401): auth0:clientId or auth0:clientSecret is wrong.",
        SET_BOTH,
    ),
    "no grant": (
        response("/oauth/token", status=403, body={"error": "access_denied"}),
        "may not use the API https://localhost:",
        GRANT_API,
    ),
    "wrong audience": (
        set_config(audience="https://custom.example/api/v2/"),
        "may not use the API https://custom.example/api/v2/ (HTTP 403).",
        GRANT_API,
    ),
    "no scope for reading": (
        other_application("create:actions", "update:actions", "delete:actions"),
        "lacks these scopes: read:actions.",
        GRANT_SCOPE,
    ),
    "scope refused": (
        response(
            BINDINGS,
            status=403,
            body={"message": "Insufficient scope, expected any of: read:actions"},
        ),
        "lacks these scopes: read:actions.",
        GRANT_SCOPE,
    ),
    "API token without a scope": (
        set_config(apiToken=jwt(scope="create:actions")),
        "lacks these scopes: read:actions.",
        GRANT_SCOPE,
    ),
    "API token that expired": (
        set_config(apiToken=jwt(scope=" ".join(SCOPES), exp=1)),
        "refused the API token in auth0:apiToken at localhost:",
        SET_TOKEN,
    ),
    "API token that is none": (
        set_config(apiToken="sesame"),
        "refused the API token in auth0:apiToken at localhost:",
        SET_TOKEN,
    ),
    "limit": (
        response(BINDINGS, status=429),
        ": HTTP 429 after 6 attempts.",
        RUN_AGAIN,
    ),
    "outage": (
        response(".*", status=503),
        ": HTTP 503 after 6 attempts.",
        RUN_AGAIN,
    ),
    "hanging": (hanging(".*"), ": no complete response within", RUN_AGAIN),
    "no JSON": (
        response(BINDINGS, status=200, body="<html>"),
        "is not a response of Auth0: HTTP 200 without a JSON object.",
        NO_AUTH0,
    ),
    "refusal": (
        response(
            BINDINGS,
            status=400,
            body={"statusCode": 400, "message": "Query validation error: 'x'"},
        ),
        "refused a request at localhost:",
        "Fix the cause that Auth0 names, and run again",
    ),
}


@pytest.fixture
def world(auth0, auth0_config, monkeypatch, closed_port):
    """What a function that arranges a failure may change."""
    return SimpleNamespace(
        auth0=auth0,
        config=auth0_config,
        monkeypatch=monkeypatch,
        closed_port=closed_port,
    )


@pytest.mark.parametrize("name", FAILURES)
def test_tenant_check_failure_has_its_message_with_the_remedy_last(
    provider, world, auth0_config, asked, name
):
    arrange, words, remedy = FAILURES[name]
    arrange(world)
    reason = failure(provider.check({}, news()))
    assert words in reason
    assert reason.splitlines()[-1] == remedy
    secrets = [auth0_config.get(f"auth0:{key}") for key in ("clientSecret", "apiToken")]
    assert [secret for secret in secrets if secret and secret in reason] == []
    assert {item for item in asked() if not item.startswith("GET ")} <= {WELL[-1]}


@pytest.mark.parametrize(
    ("granted", "missing"),
    [
        (["read:actions"], "create:actions, update:actions, delete:actions"),
        (["read:actions", "update:actions", "delete:actions"], "create:actions"),
    ],
    ids=["to read", "not to create"],
)
def test_tenant_check_warns_of_scopes_that_only_an_up_needs(
    provider, auth0, world, warnings, granted, missing
):
    other_application(*granted)(world)
    assert provider.check({}, news()).failures == []
    (warning,) = warnings
    assert warning.startswith(f"The Auth0 application of {auth0.auth0_domain} can pre")
    assert f" cannot deploy. It lacks these scopes: {missing}.\n" in warning
    assert warning.splitlines()[-1].startswith("To deploy with this application, ")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"client_secret": None},
            "auth0_credentials.client_secret is not set.\n"
            "Without a valid value, this stack cannot log in to Auth0.\n"
            "To set a valid value, change in the program: "
            "auth0_credentials.client_secret",
        ),
        (
            {"domain": "https://tenant.example"},
            "auth0_credentials.domain must be a host name, without https:// and "
            "without a path.\n"
            "Without a valid value, this stack cannot log in to Auth0.\n"
            "To set a valid value, change in the program: auth0_credentials.domain",
        ),
    ],
    ids=["secret", "domain"],
)
def test_tenant_check_invalid_given_credentials_are_named_as_the_argument(
    provider, auth0_credentials, asked, changes, message
):
    given = auth0_credentials | changes
    assert failure(provider.check({}, news(credentials=given))) == message
    assert asked() == []


def test_tenant_check_empty_credentials_are_not_the_configurations(provider, asked):
    reason = failure(provider.check({}, news(credentials={})))
    assert reason.startswith("auth0_credentials.domain is not set.")
    assert asked() == []


def test_tenant_check_after_failure_logs_in_again(provider, auth0, world, asked):
    response("/oauth/token", status=503)(world)
    failure(provider.check({}, news()))
    auth0.control.clear_faults()
    asked()
    assert provider.check({}, news()).failures == []
    assert sorted(asked()) == WELL
