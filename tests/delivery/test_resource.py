"""The delivery check's methods, but for the refresh, against the stand-in over TLS."""

import base64
import re
from concurrent.futures import ThreadPoolExecutor

import dill
import pytest
from pulumi.runtime import rpc
from pulumi.runtime._serialization import _serialize

from consumer_on_login.action_code.rendering import manifest
from consumer_on_login.auth0.errors import (
    Auth0LoginError,
    Auth0MissingError,
    Auth0RefusalError,
    Auth0ResponseError,
    Auth0UnreachableError,
)
from consumer_on_login.delivery.drift import sha256
from consumer_on_login.delivery.errors import DeliveryError
from consumer_on_login.delivery.resource import Auth0Delivery
from consumer_on_login.tenant.errors import ThirdPartySecretError
from sandbox.host.faults import Fault
from tests.toolkit.messages import last_line
from tests.toolkit.our_action import CODE, NAME, OTHER_CODE, OWN
from tests.toolkit.patience import until
from tests.toolkit.tenant_operations import change, deploy, secrets

from .desired import (
    ACTION_PATH,
    DRIFT,
    KEY,
    NEW_KEY,
    UNBOUND,
    UNKNOWN,
    inputs,
    is_written,
)

# Creating and updating


def test_delivery_fails_at_once_with_what_was_wrong_with_the_login_flow(
    provider, declared, asked
):
    news = inputs(declared, flow_fault="The login flow lost it.\nBind it again")
    assert provider.diff(declared, inputs(declared), news).changes is True
    with pytest.raises(DeliveryError, match=r"lost it\.\nBind it again$"):
        provider.create(news)
    with pytest.raises(DeliveryError, match=r"lost it\.\nBind it again$"):
        provider.update(declared, inputs(declared), news)
    assert asked() == []


def test_delivery_create_of_a_new_action_only_reads(provider, declared, new, asked):
    result = provider.create(new)
    assert result.id == declared
    assert not is_written(asked())


def test_delivery_asks_for_all_that_it_compares_at_the_same_time(
    provider, new, auth0, asked
):
    """Each response of a tenant far away takes time; a login waits for none."""
    auth0.control.arm(Fault(service="auth0", kind="hang", path=ACTION_PATH))
    with ThreadPoolExecutor(1) as pool:
        created = pool.submit(provider.create, new)
        until(
            lambda: (
                {"bindings", "actions"}
                <= {
                    it.path.rpartition("/")[2] for it in auth0.control.requests("auth0")
                }
            )
        )
        assert not created.done()
        auth0.control.clear_faults()
        assert created.result().id == new["action_id"]


def test_delivery_create_notes_when_the_secret_was_last_changed(
    provider, declared, new, tenant
):
    outs = provider.create(new).outs
    action = tenant.action(declared)
    assert outs == {
        **new,
        "credentials": None,
        "secrets_at": {
            "draft": action["secrets"][0]["updated_at"],
            "deployed": action["deployed_version"]["secrets"][0]["updated_at"],
        },
    }


def test_delivery_create_for_an_action_that_was_there_sends_the_key(
    provider, declared, key_in_use
):
    outs = provider.create(inputs(declared, api_key=NEW_KEY)).outs
    assert key_in_use() == NEW_KEY
    assert provider.read(declared, outs).outs["drift"] == []


@pytest.mark.parametrize(
    "olds",
    [
        {"api_key": "zpka_before"},
        {"action_id": "before"},
        {"drift": DRIFT},
        {"drift": DRIFT, "code_sha256": "before"},
    ],
    ids=["changed key", "changed action", "drift", "drift and changed code"],
)
def test_delivery_update_sends_a_key_that_may_have_been_lost(
    provider, declared, key_in_use, olds
):
    news = inputs(declared, api_key=NEW_KEY)
    outs = provider.update(declared, {**news, **olds}, news).outs
    assert key_in_use() == NEW_KEY
    assert outs["api_key"] == NEW_KEY
    assert outs["drift"] == []


@pytest.mark.parametrize(
    "olds",
    [
        {"code_sha256": "before"},
        {"action_name": "Before"},
        {"credentials": {"domain": "before.example"}},
    ],
    ids=str,
)
def test_delivery_update_of_what_runs_already_only_reads(
    provider, declared, new, asked, olds
):
    before = provider.create(new).outs
    asked()
    provider.update(declared, {**before, **olds}, inputs(declared))
    assert not is_written(asked())


@pytest.mark.parametrize("operation", [change, deploy], ids=["draft", "deployed"])
def test_delivery_update_replaces_a_key_that_was_set_by_hand(
    provider, declared, new, tenant, key_in_use, operation
):
    before = provider.create(new).outs
    operation(tenant, declared, secrets=secrets(API_KEY="theirs"))
    # What the Auth0 provider does for an edit: it sends no secret.
    deploy(tenant, declared, code=OTHER_CODE)
    assert key_in_use() == "theirs"
    news = inputs(declared, code_sha256=sha256(OTHER_CODE))
    outs = provider.update(declared, before, news).outs
    assert key_in_use() == KEY
    assert provider.read(declared, outs).outs["drift"] == []


def test_delivery_update_refuses_to_drop_a_third_party_secret_that_no_preview_named(
    provider, declared, new, tenant, auth0
):
    before = provider.create(new).outs
    deploy(tenant, declared, secrets=secrets(API_KEY=KEY, THEIRS="x"))
    news = inputs(declared, credentials=None, api_key=NEW_KEY)
    with pytest.raises(ThirdPartySecretError, match="to this stack: THEIRS"):
        provider.update(declared, before, news)
    assert "THEIRS" in auth0.control.deployed_action(declared).secrets


def test_delivery_update_after_a_replaced_action_does_not_send_its_key_again(
    provider, new, asked
):
    olds = inputs("before", api_key="zpka_before")
    provider.update("before", olds, new)
    assert not is_written(asked())


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"path": "/oauth/token", "status": 503}, Auth0UnreachableError),
        ({"path": ACTION_PATH, "method": "GET", "status": 503}, Auth0UnreachableError),
        ({"path": ACTION_PATH, "method": "GET", "body": "<html>"}, Auth0ResponseError),
        ({"path": ".*/bindings", "body": {"bindings": 5}}, Auth0ResponseError),
        (
            {"path": ACTION_PATH, "method": "PATCH", "status": 503},
            Auth0UnreachableError,
        ),
        (
            {
                "path": ACTION_PATH,
                "method": "PATCH",
                "status": 400,
                "body": {"statusCode": 400, "message": f"'{NEW_KEY}' is refused"},
            },
            Auth0RefusalError,
        ),
        ({"path": ".*/deploy", "status": 400}, Auth0RefusalError),
        ({"path": ".*/deploy", "body": []}, Auth0ResponseError),
    ],
    ids=str,
)
def test_delivery_create_that_fails_raises_its_message_without_the_key(
    provider, declared, auth0, fault, error
):
    fault = {"service": "auth0", "kind": "status", "status": 200, **fault}
    auth0.control.arm(Fault(**fault))
    with pytest.raises(error) as caught:
        provider.create(inputs(declared, api_key=NEW_KEY))
    assert re.search("pulumi |run again", last_line(caught.value))
    assert NEW_KEY not in str(caught.value)


def test_delivery_create_without_credentials_names_what_is_missing(
    provider, auth0_config
):
    del auth0_config["auth0:clientSecret"]
    with pytest.raises(Auth0MissingError, match="Neither auth0:clientSecret"):
        provider.create(inputs("id"))


def test_delivery_create_prefers_given_credentials(
    provider, auth0_config, auth0_credentials, new
):
    auth0_config.clear()
    given = {**new, "credentials": auth0_credentials}
    assert provider.create(given).outs["credentials"] == auth0_credentials
    wrong = {**auth0_credentials, "client_secret": "sesame"}
    with pytest.raises(Auth0LoginError):
        provider.create({**given, "credentials": wrong})


# Changes


def test_delivery_diff_of_the_same_is_none(provider):
    result = provider.diff("id", inputs("id"), inputs("id"))
    assert result.changes is False
    assert not result.replaces


def test_delivery_diff_knows_that_an_action_is_new_only_once(provider):
    olds = inputs("id", is_new_action=True)
    assert provider.diff("id", olds, inputs("id")).changes is False


@pytest.mark.parametrize(
    "name",
    [
        "action_name",
        "code_sha256",
        "runtime",
        "dependencies",
        "api_key",
        "credentials",
        "owner",
        "domain",
        "client_id",
    ],
)
@pytest.mark.parametrize("value", ["other", UNKNOWN], ids=["known", "unknown"])
def test_delivery_diff_finds_what_changed_and_replaces_nothing(provider, name, value):
    result = provider.diff("id", inputs("id"), inputs("id") | {name: value})
    assert result.changes is True
    assert not result.replaces


@pytest.mark.parametrize("value", ["other", UNKNOWN], ids=["known", "unknown"])
def test_delivery_of_another_action_replaces_the_one_from_before(provider, value):
    """So that the engine deletes that one, with its guard, before its Action."""
    result = provider.diff("id", inputs("id"), inputs(value))
    assert (result.changes, result.replaces) == (True, ["action_id"])


@pytest.mark.parametrize("value", ["new", UNKNOWN], ids=["made", "unknown"])
def test_delivery_behind_another_binding_replaces_the_one_from_before(provider, value):
    """The engine asks with an unknown value before it deletes a binding."""
    result = provider.diff("id", inputs("id"), inputs("id", new_binding=value))
    assert (result.changes, result.replaces) == (True, ["new_binding"])


def test_delivery_behind_a_binding_that_was_lost_stays(provider):
    """A protected component would not allow to replace it."""
    olds = inputs("id", drift=UNBOUND)
    result = provider.diff("id", olds, inputs("id", new_binding="made"))
    assert result.changes
    assert not result.replaces


def test_delivery_of_an_earlier_run_is_not_replaced_for_its_binding(provider):
    """The engine asks so before it deletes something else: with the inputs it has."""
    olds = inputs("id", new_binding="made")
    assert provider.diff("id", olds, olds).replaces == []
    assert provider.diff("id", olds, inputs("id")).changes is False


@pytest.mark.parametrize(
    "found",
    [{"is_changed_action": True}, {"unbound": ["unbound"]}, {"flow_fault": "fault"}],
    ids=lambda it: next(iter(it)),
)
def test_delivery_diff_looks_again_at_what_this_run_found(provider, found):
    olds = inputs("id", **found)
    assert provider.diff("id", olds, inputs("id")).changes is False
    assert provider.diff("id", inputs("id"), inputs("id", **found)).changes is True


class Tenant:
    """What the delivery takes of the tenant's check."""

    domain, client_id = "tenant.example", "client"


def test_delivery_resource_declares_what_the_provider_needs(declare):
    given = {"domain": "tenant.example"}
    registered = declare(
        lambda: Auth0Delivery(
            "name",
            action_id="id",
            action_name=NAME,
            code_sha256=sha256(CODE),
            api_key=KEY,
            findings={
                "is_new_action": True,
                "is_changed_action": False,
                "new_binding": "",
                "flow_fault": "",
            },
            tenant=Tenant(),  # type: ignore[arg-type]
            owner=OWN,
            credentials=given,
        )
    )
    assert registered.typ == "pulumi-python:dynamic/auth0:Delivery"
    found = {name: it for name, it in registered.inputs.items() if name[:2] != "__"}
    assert rpc.is_rpc_secret(found["api_key"])
    assert rpc.is_rpc_secret(found["credentials"])
    plain = {name: rpc.unwrap_rpc_secret(it) for name, it in found.items()}
    assert plain == inputs(
        "id",
        is_new_action=True,
        credentials=given,
        domain="tenant.example",
        client_id="client",
        dependencies=manifest().dependencies,
        runtime=manifest().runtime,
    )


# The state


def test_delivery_provider_is_stored_by_reference_and_without_credentials(
    provider, new, auth0
):
    provider.create(new)
    stored, holds_secrets = _serialize(True, dill.dumps, provider)
    assert not holds_secrets
    assert len(stored) < 200
    assert b"consumer_on_login.delivery.resource" in stored
    for secret in (KEY, auth0.auth0_client_secret):
        assert secret.encode() not in stored
        assert secret.encode() not in base64.b64encode(stored)
