"""The command that runs the login probe, with Pulumi's mocks."""

import json
import sys

import pulumi
import pulumi_auth0 as auth0
import pytest
from pulumi.runtime import rpc

from consumer_on_login import ConsumerOnLogin, SettingsError
from tests.toolkit.programs import (
    LEFTOVERS,
    PROBE,
    Mocks,
    Monitor,
    args,
    declare,
    unknown,
)


def probed(mocks, **changes):
    """Declare a component with a probe and give the command's inputs."""
    declare(lambda: ConsumerOnLogin("portal", args(login_probe=True, **changes)))
    return mocks.inputs(PROBE)


def environment_of(inputs):
    assert rpc.is_rpc_secret(inputs["environment"])
    return rpc.unwrap_rpc_secret(inputs["environment"])


@pytest.fixture
def auth0_config():
    """Set keys of Auth0's own configuration."""
    yield lambda **keys: pulumi.runtime.set_all_config(
        {f"auth0:{key}": value for key, value in keys.items()}
    )
    pulumi.runtime.set_all_config({})


@pytest.mark.parametrize("given", [None, False], ids=["default", "off"])
def test_component_declares_no_probe_unless_it_is_wanted(mocks, given):
    declare(lambda: ConsumerOnLogin("portal", args(login_probe=given)))
    assert mocks.names(PROBE) == mocks.names(LEFTOVERS) == []


def test_component_probe_runs_its_script_behind_the_delivery(mocks):
    inputs = probed(mocks)
    assert mocks.names(PROBE) == ["portal-probe"]
    # In the state before the first login is probed, and deleted after the probe.
    waits_for = mocks.monitor.waits_for
    assert "portal-probe-leftovers" in waits_for["portal-probe"]
    assert "portal-delivery" in waits_for["portal-probe-leftovers"]
    assert inputs["interpreter"] == [sys.executable, "-m"]
    assert inputs["create"] == inputs["update"] == "consumer_on_login.login_probe"
    assert "delete" not in inputs
    # They replace the command, which `protect` forbids.
    assert "triggers" not in inputs
    assert inputs["addPreviousOutputInEnv"] is False


def test_component_probe_knows_all_but_what_the_environment_holds(mocks):
    environment = environment_of(probed(mocks))
    assert environment.pop("LOGIN_PROBE_OF")
    assert environment == {
        "ZUPLO_API_URL": "https://dev.zuplo.com",
        "ZUPLO_ACCOUNT": "acme",
        "ZUPLO_BUCKET": "zprj-1-preview",
        "ZUPLO_API_KEY": "zpka_test",
        "LOGIN_PROBE_ACTION_ID": "portal-action-id",
        "LOGIN_PROBE_ACTION_NAME": "Create Zuplo consumer on login",
        "LOGIN_PROBE_TENANT": "acme",
        "LOGIN_PROBE_CLIENT_ID": "portal",
        "LOGIN_PROBE_AUTH0": '{"configuration": {}}',
    }


@pytest.mark.parametrize(
    ("client_ids", "client_id"),
    [(["one", "two"], "one"), (["*"], "login-probe"), (None, "login-probe")],
    ids=["the first", "every one named", "none named"],
)
def test_component_probe_logs_in_to_the_portal(mocks, warnings, client_ids, client_id):
    environment = environment_of(probed(mocks, portal_client_ids=client_ids))
    assert environment["LOGIN_PROBE_CLIENT_ID"] == client_id


def test_component_probe_gets_credentials_of_the_configuration(mocks, auth0_config):
    auth0_config(domain="t.example", clientId="id", clientSecret="sesame")
    environment = environment_of(probed(mocks))
    assert json.loads(environment["LOGIN_PROBE_AUTH0"]) == {
        "configuration": {
            "domain": "t.example",
            "clientId": "id",
            "clientSecret": "sesame",
        }
    }


def test_component_probe_gets_given_credentials_and_no_others(mocks, auth0_config):
    auth0_config(domain="other.example", clientId="other")
    given = {"domain": "t.example", "api_token": pulumi.Output.secret("token")}
    environment = environment_of(probed(mocks, auth0_credentials=given))
    assert json.loads(environment["LOGIN_PROBE_AUTH0"]) == {
        "argument": {"domain": "t.example", "api_token": "token"}
    }


def test_component_probe_shows_no_secret(mocks, auth0_config):
    auth0_config(domain="t.example", clientSecret="sesame")
    inputs = probed(mocks)
    for name, value in inputs.items():
        holds_secret = any(key in str(value) for key in ("zpka_test", "sesame"))
        assert rpc.is_rpc_secret(value) or not holds_secret, name
    assert mocks.monitor.secret_outputs["portal-probe"] == {"stdout", "stderr"}


@pytest.mark.parametrize("mocks", [True], ids=["preview"], indirect=True)
def test_component_probe_holds_no_unknown_inside_a_secret(mocks):
    # Of a secret map with an unknown in it, the plugin can decode nothing.
    value = probed(mocks, zuplo_api_key=unknown())["environment"]
    # Older SDKs send an unknown secret as unknown alone.
    held = rpc.unwrap_rpc_secret(value) if rpc.is_rpc_secret(value) else value
    assert not isinstance(held, list | dict)


def environment_with(mocks, **changes):
    mocks.registered.clear()
    pulumi.runtime.set_mocks(mocks, monitor=Monitor(mocks))
    return environment_of(probed(mocks, **changes))


@pytest.mark.parametrize(
    "change",
    [
        {"zuplo_api_key": "zpka_other"},
        {"zuplo_bucket": "zprj-2-preview"},
        {"zuplo_account": "other"},
        {"zuplo_api_url": "https://zuplo.example"},
        {"metadata_key": "other"},
        {"consumer_metadata": {"plan": "free"}},
        {"login_timeout_ms": 1000},
        {"portal_client_ids": ["portal", "other"]},
    ],
    ids=str,
)
def test_component_probe_runs_again_after_a_change(change):
    mocks = Mocks()
    assert environment_with(mocks) == environment_with(mocks)
    assert environment_with(mocks) != environment_with(mocks, **change)


def test_component_probe_waits_for_an_unknown_key(mocks):
    inputs = probed(mocks, zuplo_api_key=unknown())
    assert "zpka" not in str(inputs)
    assert mocks.names(PROBE) == ["portal-probe"]


def test_component_probe_of_an_unproven_tenant_is_not_declared(mocks, warnings):
    provider = auth0.Provider("tenant", domain="tenant.example")
    opts = pulumi.ResourceOptions(providers=[provider])
    declare(lambda: ConsumerOnLogin("portal", args(login_probe=True), opts))
    assert mocks.names(PROBE) == []
    (warning,) = warnings
    assert "prove the delivery" in warning


@pytest.mark.parametrize(
    "given",
    # An Output needs the event loop, which only a running test has.
    [lambda: "true", lambda: 1, unknown],
    ids=["text", "one", "output"],
)
def test_component_probe_must_be_known_beforehand(mocks, given):
    with pytest.raises(SettingsError, match="login_probe must be true or false"):
        ConsumerOnLogin("portal", args(login_probe=given()))
    assert mocks.registered == []
