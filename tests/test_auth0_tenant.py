"""The tenant check's methods, each against the stand-in of Auth0 over TLS."""

import base64
import json
import socket
from concurrent.futures import ThreadPoolExecutor

import dill
import pulumi
import pytest
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.runtime import rpc
from pulumi.runtime._serialization import _serialize

from consumer_on_login import auth0_session, json_http
from consumer_on_login.auth0_tenant import Auth0Tenant, Auth0TenantProvider
from sandbox.faults import Fault
from tests.dynamic_plugin import DynamicPlugin

NAME = "Portal"
CODE = "exports.onExecutePostLogin = async (event, api) => {};"
BINDINGS = "/api/v2/actions/triggers/post-login/bindings"
WELL = ["POST /oauth/token", f"GET {BINDINGS}"]
SCOPES = ["create:actions", "read:actions", "update:actions", "delete:actions"]
UNKNOWN = pulumi.output.Unknown()

SET_DOMAIN = "pulumi config set auth0:domain <tenant>.eu.auth0.com"
SET_BOTH = (
    "Set them with: pulumi config set auth0:clientId <id> and "
    "pulumi config set --secret auth0:clientSecret"
)
RUN_AGAIN = (
    f"Run again when it answers; if the domain is wrong, set it with: {SET_DOMAIN}"
)
NO_AUTH0 = f"If it is no domain of Auth0, set it with: {SET_DOMAIN}"
GRANT_SCOPE = (
    "Grant it in the dashboard: Applications > APIs > Auth0 Management API > "
    "Machine to Machine Applications"
)
GRANT_API = (
    "Authorize it in the dashboard: Applications > APIs > Auth0 Management API > "
    "Machine to Machine Applications; or, with a custom domain, set: "
    "pulumi config set auth0:audience https://<tenant>.eu.auth0.com/api/v2/"
)
SET_TOKEN = "Set a new one with: pulumi config set --secret auth0:apiToken"


@pytest.fixture
def provider(auth0_config, no_waiting):
    provider = Auth0TenantProvider()
    provider.configure(ConfigureRequest(Config(auth0_config, "project")))
    return provider


def news(**changes):
    return {"action_name": NAME, **changes}


def jwt(**claims):
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()
    return f"head.{payload.rstrip('=')}.signature"


def failure(result):
    (found,) = result.failures
    assert found.property == ""
    return found.reason


# All is well


def test_tenant_check_costs_a_token_and_one_request(provider, asked):
    result = provider.check({}, news())
    assert result.failures == []
    assert result.inputs == news()
    assert asked() == WELL


def test_tenant_checks_of_one_process_share_token_and_answer(provider, asked):
    for _ in range(3):
        assert provider.check({}, news()).failures == []
    assert asked() == WELL


def test_tenant_checks_at_the_same_time_share_token_and_answer(provider, asked):
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: provider.check({}, news()), range(4)))
    assert [result.failures for result in results] == [[]] * 4
    assert asked() == WELL


def test_tenant_check_takes_the_environment_where_nothing_is_configured(
    auth0_config, provider, auth0, asked, monkeypatch
):
    monkeypatch.setenv("AUTH0_DOMAIN", auth0.auth0_domain)
    monkeypatch.setenv("AUTH0_CLIENT_ID", auth0.auth0_client_id)
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", auth0.auth0_client_secret)
    auth0_config.clear()
    assert provider.check({}, news()).failures == []
    assert asked() == WELL


def test_tenant_check_prefers_given_credentials(
    auth0_config, provider, auth0_credentials, asked
):
    auth0_config["auth0:domain"] = "tenant.invalid"
    result = provider.check({}, news(credentials=auth0_credentials))
    assert result.failures == []
    assert asked() == WELL


def test_tenant_check_with_an_api_token_asks_for_none(
    provider, auth0_config, auth0_token, asked
):
    auth0_config["auth0:apiToken"] = auth0_token
    assert provider.check({}, news()).failures == []
    assert asked() == WELL[1:]


@pytest.mark.parametrize(
    "unknown",
    [
        {"action_name": UNKNOWN},
        {"credentials": UNKNOWN},
        {"credentials": {"domain": "tenant.example", "client_secret": UNKNOWN}},
    ],
    ids=["name", "credentials", "secret"],
)
def test_tenant_check_unknown_input_asks_nothing(provider, asked, unknown):
    result = provider.check({}, news(**unknown))
    assert result.failures == []
    assert result.inputs == news(**unknown)
    assert asked() == []


# Trouble: each has its message, the remedy last, and no secret


def closed_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


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


def answer(path, **fault):
    fault = {"service": "auth0", "path": path, "kind": "status", **fault}
    return lambda world: world.auth0.control.arm(Fault(**fault))


def plain_port(world):
    port = world.auth0.zuplo_url.rpartition(":")[2]
    world.config["auth0:domain"] = f"localhost:{port}"


def untrusted(world):
    world.monkeypatch.delenv("REQUESTS_CA_BUNDLE")


def hanging(path):
    def arrange(world):
        world.monkeypatch.setattr(json_http, "READ_TIMEOUT_SECONDS", 0.1)
        world.monkeypatch.setattr(auth0_session, "ATTEMPTS", 2)
        answer(path, kind="hang")(world)

    return arrange


TROUBLES = {
    "no domain": (
        drop_config("domain"),
        "auth0:domain is not set.",
        f"Set it with: {SET_DOMAIN}",
    ),
    "no client id": (
        drop_config("clientId"),
        "auth0:clientId is not set.",
        "Set it with: pulumi config set auth0:clientId <client id>",
    ),
    "no secret": (
        drop_config("clientSecret"),
        "auth0:clientSecret is not set.",
        "Set it with: pulumi config set --secret auth0:clientSecret",
    ),
    "domain as an address": (
        set_config(domain="https://tenant.eu.auth0.com"),
        "auth0:domain must be a host name without https:// and path.",
        f"Set it with: {SET_DOMAIN}",
    ),
    "unknown host": (
        set_config(domain="tenant.invalid"),
        "cannot be asked at tenant.invalid: the host name does not resolve.",
        RUN_AGAIN,
    ),
    "impossible host": (
        set_config(domain="tenant..example"),
        "cannot be asked at tenant..example: the exchange broke off",
        RUN_AGAIN,
    ),
    "nothing listens": (
        set_config(domain=f"localhost:{closed_port()}"),
        ": connection refused.",
        RUN_AGAIN,
    ),
    "no TLS": (plain_port, ": it does not speak TLS.", RUN_AGAIN),
    "untrusted": (untrusted, ": its TLS certificate is not trusted.", RUN_AGAIN),
    "other server": (
        answer("/oauth/token", status=404, body="<html>not here</html>"),
        "does not help: HTTP 404 instead of a token.",
        NO_AUTH0,
    ),
    "other server answering all": (
        answer(".*", status=200, body="<html>welcome</html>"),
        "does not help: HTTP 200 instead of a token.",
        NO_AUTH0,
    ),
    "redirect": (
        answer(".*", status=301, headers={"location": "https://example.com"}),
        "does not help: HTTP 301 instead of a token.",
        NO_AUTH0,
    ),
    "wrong secret": (
        set_config(clientSecret="sesame"),
        ": clientId or clientSecret is wrong (HTTP 401).",
        SET_BOTH,
    ),
    "wrong id": (
        set_config(clientId="sesame"),
        ": clientId or clientSecret is wrong (HTTP 401).",
        SET_BOTH,
    ),
    "no grant": (
        answer("/oauth/token", status=403, body={"error": "access_denied"}),
        "may not use https://localhost:",
        GRANT_API,
    ),
    "wrong audience": (
        set_config(audience="https://custom.example/api/v2/"),
        "may not use https://custom.example/api/v2/ (HTTP 403).",
        GRANT_API,
    ),
    "missing scope": (
        other_application("read:actions", "update:actions", "delete:actions"),
        "lacks create:actions.",
        GRANT_SCOPE,
    ),
    "missing scopes": (
        other_application("read:actions"),
        "lacks create:actions, update:actions, delete:actions.",
        GRANT_SCOPE,
    ),
    "no scopes": (
        other_application(),
        "lacks create:actions, read:actions, update:actions, delete:actions.",
        GRANT_SCOPE,
    ),
    "scope refused": (
        answer(
            BINDINGS,
            status=403,
            body={"message": "Insufficient scope, expected any of: read:actions"},
        ),
        "lacks read:actions.",
        GRANT_SCOPE,
    ),
    "API token without a scope": (
        set_config(apiToken=jwt(scope=" ".join(SCOPES[:3]))),
        "lacks delete:actions.",
        GRANT_SCOPE,
    ),
    "API token that expired": (
        set_config(apiToken=jwt(scope=" ".join(SCOPES), exp=1)),
        "refused the API token at localhost:",
        SET_TOKEN,
    ),
    "API token that is none": (
        set_config(apiToken="sesame"),
        "refused the API token at localhost:",
        SET_TOKEN,
    ),
    "API token with its line end": (
        set_config(apiToken="sesame\n"),
        "auth0:apiToken must be one line of visible ASCII (the value is not shown).",
        "Set it with: pulumi config set --secret auth0:apiToken",
    ),
    "limit": (
        answer(BINDINGS, status=429),
        ": HTTP 429 after 6 attempts.",
        RUN_AGAIN,
    ),
    "limit of tokens": (
        answer("/oauth/token", status=429),
        ": HTTP 429 after 6 attempts.",
        RUN_AGAIN,
    ),
    "outage": (
        answer(".*", status=503),
        ": HTTP 503 after 6 attempts.",
        RUN_AGAIN,
    ),
    "hanging": (hanging(".*"), ": no whole answer within", RUN_AGAIN),
    "hanging later": (hanging(BINDINGS), ": no whole answer within", RUN_AGAIN),
    "resetting": (answer(".*", kind="reset"), ": the exchange broke off", RUN_AGAIN),
    "no list": (
        answer(BINDINGS, status=200, body={"bindings": None}),
        "does not help: a list without bindings.",
        NO_AUTH0,
    ),
    "no bindings": (
        answer(BINDINGS, status=200, body={"bindings": [None]}),
        "does not help: it is not a binding.",
        NO_AUTH0,
    ),
    "no JSON": (
        answer(BINDINGS, status=200, body="<html>"),
        "does not help: HTTP 200 without a JSON object.",
        NO_AUTH0,
    ),
    "refusal": (
        answer(
            BINDINGS,
            status=400,
            body={"statusCode": 400, "message": "Query validation error: 'x'"},
        ),
        "refused a request at localhost:",
        "Mend what it names and run again with: pulumi up",
    ),
}


class World:
    """What an arrangement of trouble may change."""

    def __init__(self, auth0, config, monkeypatch):
        self.auth0, self.config, self.monkeypatch = auth0, config, monkeypatch


@pytest.mark.parametrize("name", TROUBLES)
def test_tenant_check_trouble_has_its_message_with_the_remedy_last(
    provider, auth0, auth0_config, monkeypatch, asked, name
):
    arrange, words, remedy = TROUBLES[name]
    arrange(World(auth0, auth0_config, monkeypatch))
    reason = failure(provider.check({}, news()))
    assert words in reason
    assert reason.splitlines()[-1] == remedy
    secrets = [auth0_config.get(f"auth0:{key}") for key in ("clientSecret", "apiToken")]
    assert [secret for secret in secrets if secret and secret in reason] == []
    assert {item for item in asked() if not item.startswith("GET ")} <= {WELL[0]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"client_secret": None},
            'auth0_credentials: "client_secret" is not set.\n'
            'Give the component auth0_credentials with "client_secret"',
        ),
        (
            {"domain": "https://tenant.example"},
            'auth0_credentials: "domain" must be a host name without https:// and '
            'path.\nGive the component auth0_credentials with "domain"',
        ),
    ],
    ids=["secret", "domain"],
)
def test_tenant_check_unsound_given_credentials_are_named_as_the_argument(
    provider, auth0_credentials, asked, changes, message
):
    given = auth0_credentials | changes
    assert failure(provider.check({}, news(credentials=given))) == message
    assert asked() == []


def test_tenant_check_empty_credentials_are_not_the_configurations(provider, asked):
    reason = failure(provider.check({}, news(credentials={})))
    assert reason.startswith('auth0_credentials: "domain" is not set.')
    assert asked() == []


def test_tenant_check_after_trouble_logs_in_again(provider, auth0, asked):
    answer("/oauth/token", status=503)(World(auth0, {}, None))
    failure(provider.check({}, news()))
    auth0.control.clear_faults()
    asked()
    assert provider.check({}, news()).failures == []
    assert asked() == WELL


# The login flow


def flow(tenant, *names):
    for name in names:
        tenant.add_bound_action(name, CODE)


def test_tenant_check_warns_of_actions_behind_ours(provider, tenant, warnings):
    flow(tenant, "Before", NAME, "Deny", "Redirect")
    assert provider.check({}, news()).failures == []
    assert warnings == [
        f'In the login flow "Deny", "Redirect" stands behind "{NAME}": a login that is '
        "denied or redirected there has its consumer already.\n"
        "Move it in the dashboard: Actions > Triggers > post-login"
    ]


@pytest.mark.parametrize(
    "names", [[], ["Other"], [NAME], ["Other", NAME], [NAME, NAME]], ids=str
)
def test_tenant_check_with_nothing_behind_ours_does_not_warn(
    provider, tenant, warnings, names
):
    flow(tenant, *names)
    assert provider.check({}, news()).failures == []
    assert warnings == []


# The state


def test_tenant_create_and_update_ask_nothing_and_keep_the_inputs(provider, asked):
    given = {"domain": "tenant.invalid"}
    created = provider.create(news(credentials=given))
    assert created.id == "tenant"
    assert created.outs == news(credentials=given)
    updated = provider.update(created.id, created.outs, news())
    assert updated.outs == news(credentials=None)
    assert asked() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),
        ({"action_name": "Other"}, True),
        ({"credentials": {"domain": "tenant.example"}}, True),
    ],
    ids=["same", "name", "credentials"],
)
def test_tenant_diff_finds_changed_inputs(provider, changes, expected):
    olds = provider.create(news()).outs
    result = provider.diff("tenant", olds, news(**changes))
    assert result.changes is expected
    assert not result.replaces


def test_tenant_provider_is_stored_by_reference_and_without_credentials(
    provider, auth0
):
    provider.check({}, news())
    stored, holds_secrets = _serialize(True, dill.dumps, provider)
    assert not holds_secrets
    assert len(stored) < 200
    assert b"consumer_on_login.auth0_tenant" in stored
    assert auth0.auth0_client_secret.encode() not in stored
    assert auth0.auth0_client_secret.encode() not in base64.b64encode(stored)


@pytest.mark.parametrize("given", [None, {"domain": "tenant.example"}], ids=str)
def test_tenant_resource_declares_what_the_provider_needs(declare, given):
    registered = declare(
        lambda: Auth0Tenant("name", action_name=NAME, credentials=given)
    )
    assert registered.typ == "pulumi-python:dynamic/auth0:Tenant"
    credentials = registered.inputs.pop("credentials", None)
    assert registered.inputs.keys() - {"__provider"} == {"action_name"}
    if given:
        assert rpc.is_rpc_secret(credentials)
        assert rpc.unwrap_rpc_secret(credentials) == given
    else:
        assert credentials is None


# In the process where the engine runs it


def test_tenant_check_in_the_plugin_process_is_configured_by_the_stack(
    auth0_config, auth0_credentials, auth0, asked, tmp_path
):
    with DynamicPlugin(tmp_path, auth0_config, auth0.environment()) as plugin:
        provider = plugin.of(Auth0TenantProvider())
        for _ in range(2):
            assert provider.check({}, news()) == (news(), [])
        id_, outs = provider.create(news())
        assert outs == news()
        assert not provider.changes(id_, outs, news())
        assert asked() == WELL

        given = {**auth0_credentials, "client_secret": "sesame"}
        _, ((name, reason),) = provider.check({}, news(credentials=given))
    assert name == ""
    assert reason.splitlines()[-1] == SET_BOTH
    assert "sesame" not in reason
