"""The tenant check's methods, against the stand-in of Auth0 over TLS."""

import base64
from concurrent.futures import ThreadPoolExecutor

import dill
import pytest
from pulumi.runtime import rpc
from pulumi.runtime._serialization import _serialize

from consumer_on_login.action_code.rendering import with_owner
from consumer_on_login.tenant.check import Auth0Tenant, Auth0TenantProvider
from tests.toolkit.dynamic_plugin import DynamicPlugin
from tests.toolkit.our_action import CODE, NAME, OWN

from .checks import UNKNOWN, WELL, failure, found, news

# All is well


def test_tenant_check_costs_a_token_and_two_requests(provider, asked, auth0):
    result = provider.check({}, news())
    assert result.failures == []
    assert result.inputs == found(auth0)
    assert sorted(asked()) == WELL


@pytest.mark.parametrize("name", [" x ", "zpka_sesame", None])
def test_tenant_check_refuses_a_name_that_was_an_output(provider, asked, name):
    message = failure(provider.check({}, news(action_name=name)))
    assert message.startswith("actionName ")
    assert message.endswith("Set it with: pulumi config set actionName '<name>'")
    assert "sesame" not in message
    assert asked() == []


def test_tenant_checks_of_one_process_share_token_and_response(provider, asked):
    for _ in range(3):
        assert provider.check({}, news()).failures == []
    assert sorted(asked()) == WELL


def test_tenant_checks_at_the_same_time_share_token_and_response(provider, asked):
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: provider.check({}, news()), range(4)))
    assert [result.failures for result in results] == [[]] * 4
    assert sorted(asked()) == WELL


def test_tenant_check_takes_the_environment_where_nothing_is_configured(
    auth0_config, provider, auth0, asked, monkeypatch
):
    monkeypatch.setenv("AUTH0_DOMAIN", auth0.auth0_domain)
    monkeypatch.setenv("AUTH0_CLIENT_ID", auth0.auth0_client_id)
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", auth0.auth0_client_secret)
    auth0_config.clear()
    assert provider.check({}, news()).failures == []
    assert sorted(asked()) == WELL


def test_tenant_check_prefers_given_credentials(
    auth0_config, provider, auth0_credentials, asked
):
    auth0_config["auth0:domain"] = "tenant.invalid"
    result = provider.check({}, news(credentials=auth0_credentials))
    assert result.failures == []
    assert sorted(asked()) == WELL


def test_tenant_check_with_an_api_token_asks_for_none(
    provider, auth0_config, owner, asked
):
    auth0_config["auth0:apiToken"] = owner.token
    assert provider.check({}, news()).failures == []
    assert sorted(asked()) == WELL[:-1]


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


# The login flow


def flow(tenant, *names):
    for name in names:
        tenant.add_bound_action(name, CODE)


def test_tenant_check_warns_of_actions_behind_ours(provider, tenant, warnings):
    flow(tenant, "Before", NAME, "Deny", "Redirect")
    assert provider.check({}, news()).failures == []
    assert warnings == [
        f'These Actions run after "{NAME}" in the login flow: "Deny", "Redirect".\n'
        "If one of them denies or redirects a login, the user already has a consumer.\n"
        f'To avoid this, move them before "{NAME}" in the dashboard: '
        "Actions > Triggers > post-login"
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


def test_tenant_check_does_not_warn_of_actions_of_this_package(
    provider, tenant, warnings
):
    """They end no login, and two components cannot both be the last."""
    flow(tenant, NAME)
    for owner in (OWN.replace("::portal", "::sibling"), OWN.replace(":dev:", ":prod:")):
        tenant.add_bound_action(f"Of {owner}"[-60:], with_owner(CODE, owner))
    flow(tenant, "Deny")
    assert provider.check({}, news()).failures == []
    (warning,) = warnings
    assert ' in the login flow: "Deny".\n' in warning


# The state


def test_tenant_create_and_update_ask_nothing_and_keep_the_inputs(provider, asked):
    given = {"domain": "tenant.invalid"}
    created = provider.create(news(credentials=given))
    assert created.id == "tenant"
    unasked = dict.fromkeys(
        ("adopt_action_id", "domain", "client_id", "import_id", "former_owner"), None
    )
    assert created.outs == news(credentials=given, **unasked)
    updated = provider.update(created.id, created.outs, news())
    assert updated.outs == news(credentials=None, **unasked)
    assert asked() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),
        ({"action_name": "Other"}, True),
        ({"credentials": {"domain": "tenant.example"}}, True),
        ({"owner": "urn:pulumi:dev::portal::type::other"}, True),
        ({"domain": "other.example"}, True),
        ({"adopt_action_id": "id"}, True),
    ],
    ids=["same", "name", "credentials", "owner", "domain", "adoption"],
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
    assert b"consumer_on_login.tenant.check" in stored
    assert auth0.auth0_client_secret.encode() not in stored
    assert auth0.auth0_client_secret.encode() not in base64.b64encode(stored)


@pytest.mark.parametrize("given", [None, {"domain": "tenant.example"}], ids=str)
def test_tenant_resource_declares_what_the_provider_needs(declare, given):
    registered = declare(
        lambda: Auth0Tenant(
            "name",
            action_name=NAME,
            credentials=given,
            owner=OWN,
            aliases=[],
            adopt_action_id=None,
        )
    )
    assert registered.typ == "pulumi-python:dynamic/auth0:Tenant"
    credentials = registered.inputs.pop("credentials", None)
    assert registered.inputs.keys() - {"__provider"} == {"action_name", "owner"}
    if given:
        assert rpc.is_rpc_secret(credentials)
        assert rpc.unwrap_rpc_secret(credentials) == given
    else:
        assert credentials is None


# In the process where the engine runs it


def test_tenant_check_in_the_plugin_process_is_configured_by_the_stack(
    auth0_config, auth0_credentials, auth0, asked, tmp_path
):
    # What is None is left out on the way.
    known = {name: it for name, it in found(auth0).items() if it is not None}
    with DynamicPlugin(tmp_path, auth0_config, auth0.environment()) as plugin:
        provider = plugin.of(Auth0TenantProvider())
        for _ in range(2):
            inputs, failures = provider.check({}, news())
            assert (inputs, failures) == (known, [])
        id_, outs = provider.create(known)
        assert outs == known
        assert not provider.changes(id_, outs, known)
        assert sorted(asked()) == WELL

        given = {**auth0_credentials, "client_secret": "sesame"}
        _, ((name, reason),) = provider.check({}, news(credentials=given))
    assert name == ""
    assert reason.splitlines()[-1] == (
        "To set both values, change in the program: auth0_credentials.client_id, "
        "auth0_credentials.client_secret"
    )
    assert "sesame" not in reason
