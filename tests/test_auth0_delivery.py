"""The delivery check's methods, against the stand-in of Auth0 over TLS."""

import base64
import re
from concurrent.futures import ThreadPoolExecutor

import dill
import pulumi
import pytest
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.runtime import rpc
from pulumi.runtime._serialization import _serialize

from consumer_on_login.action import manifest
from consumer_on_login.auth0_delivery import Auth0Delivery, Auth0DeliveryProvider
from consumer_on_login.auth0_errors import (
    Auth0AnswerError,
    Auth0LoginError,
    Auth0RefusalError,
    Auth0SettingError,
    Auth0UnreachableError,
)
from consumer_on_login.delivery_errors import DeliveryError, ForeignSecretError
from consumer_on_login.drift import sha256
from sandbox.faults import Fault
from tests.dynamic_plugin import DynamicPlugin, PluginError
from tests.patience import until
from tests.tenant_deeds import (
    NO_SUCH_ID,
    bind,
    change,
    delete,
    deploy,
    secrets,
)

NAME = "Portal"
CODE = "exports.onExecutePostLogin = async (event, api) => { /* ours */ };"
OTHER_CODE = "exports.onExecutePostLogin = async (event, api) => {};"
KEY, NEW_KEY = "zpka_old_sesame", "zpka_new_sesame"
UNKNOWN = pulumi.output.Unknown()
DRIFT = ["the code of the deployed version 2 differs"]


@pytest.fixture
def provider(auth0_config, no_waiting):
    provider = Auth0DeliveryProvider()
    provider.configure(ConfigureRequest(Config(auth0_config, "project")))
    return provider


@pytest.fixture
def declared(tenant, auth0):
    """The Action as the provider makes it: built, deployed, bound, with the key."""
    id_ = tenant.add_bound_action(NAME, CODE, secrets=secrets(API_KEY=KEY))
    auth0.control.clear_requests()
    return id_


@pytest.fixture
def new(declared):
    """Inputs at the deployment that has created the Action."""
    return inputs(declared, is_new_action=True)


@pytest.fixture
def key_in_use(auth0, declared):
    """Give the key that a login uses."""
    return lambda: auth0.control.deployed_action(declared).secrets["API_KEY"]


def inputs(action_id, **changes):
    return {
        "action_id": action_id,
        "action_name": NAME,
        "code_sha256": sha256(CODE),
        "runtime": "node22",
        "dependencies": {},
        "api_key": KEY,
        "is_new_action": False,
        "flow_fault": "",
        "drift": [],
        **changes,
    }


def is_written(requests):
    """Tell whether anything but a token was asked for that is no reading."""
    return any(not item.startswith(("GET ", "POST /oauth/")) for item in requests)


def last_line(text):
    return str(text).rstrip("\n").splitlines()[-1]


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
    """Each answer of a tenant far away takes its time, and a login waits for none."""
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


@pytest.mark.parametrize("deed", [change, deploy], ids=["draft", "deployed"])
def test_delivery_update_replaces_a_key_that_was_set_by_hand(
    provider, declared, new, tenant, key_in_use, deed
):
    before = provider.create(new).outs
    deed(tenant, declared, secrets=secrets(API_KEY="theirs"))
    # What the Auth0 provider does for an edit: it sends no secret.
    deploy(tenant, declared, code=OTHER_CODE)
    assert key_in_use() == "theirs"
    news = inputs(declared, code_sha256=sha256(OTHER_CODE))
    outs = provider.update(declared, before, news).outs
    assert key_in_use() == KEY
    assert provider.read(declared, outs).outs["drift"] == []


def test_delivery_update_refuses_to_drop_a_foreign_secret_that_no_preview_named(
    provider, declared, new, tenant, auth0
):
    before = provider.create(new).outs
    deploy(tenant, declared, secrets=secrets(API_KEY=KEY, THEIRS="x"))
    news = inputs(declared, credentials=None, api_key=NEW_KEY)
    with pytest.raises(ForeignSecretError, match="holds THEIRS"):
        provider.update(declared, before, news)
    assert "THEIRS" in auth0.control.deployed_action(declared).secrets


def test_delivery_update_after_a_replaced_action_does_not_send_its_key_again(
    provider, new, asked
):
    olds = inputs("before", api_key="zpka_before")
    provider.update("before", olds, new)
    assert not is_written(asked())


ACTION_PATH = "/api/v2/actions/actions/[^/]*"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"path": "/oauth/token", "status": 503}, Auth0UnreachableError),
        ({"path": ACTION_PATH, "method": "GET", "status": 503}, Auth0UnreachableError),
        ({"path": ACTION_PATH, "method": "GET", "body": "<html>"}, Auth0AnswerError),
        ({"path": ".*/bindings", "body": {"bindings": 5}}, Auth0AnswerError),
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
        ({"path": ".*/deploy", "body": []}, Auth0AnswerError),
    ],
    ids=str,
)
def test_delivery_create_in_trouble_raises_its_message_without_the_key(
    provider, declared, auth0, fault, error
):
    fault = {"service": "auth0", "kind": "status", "status": 200, **fault}
    auth0.control.arm(Fault(**fault))
    with pytest.raises(error) as caught:
        provider.create(inputs(declared, api_key=NEW_KEY))
    assert "pulumi " in last_line(caught.value)
    assert NEW_KEY not in str(caught.value)


def test_delivery_create_without_credentials_names_what_is_missing(
    provider, auth0_config
):
    del auth0_config["auth0:clientSecret"]
    with pytest.raises(Auth0SettingError, match="auth0:clientSecret is not set"):
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


# Drift


def test_delivery_read_of_what_was_delivered_finds_no_drift(
    provider, declared, new, asked
):
    outs = provider.create(new).outs
    asked()
    result = provider.read(declared, outs)
    assert (result.id, result.outs) == (declared, outs)
    assert result.inputs == {**new, "credentials": None}
    reads = [item.rpartition("/")[2] for item in asked()]
    assert set(reads) == {declared, "bindings"}
    assert len(reads) == 2


def deploy_other_code(tenant, action_id):
    deploy(tenant, action_id, code=OTHER_CODE)


def deploy_another_secret(tenant, action_id):
    deploy(tenant, action_id, secrets=secrets(API_KEY=KEY, OTHER="x"))


def change_secret(tenant, action_id):
    change(tenant, action_id, secrets=secrets(API_KEY="theirs"))


def remove_secret(tenant, action_id):
    change(tenant, action_id, secrets=[])


def unbind(tenant, _action_id):
    bind(tenant)


DRIFTS = {
    deploy_other_code: ["the code of the deployed version 2 differs"],
    deploy_another_secret: [
        "secret OTHER was added (draft)",
        "secret API_KEY was changed (draft)",
        "secret OTHER was added (deployed)",
        "secret API_KEY was changed (deployed)",
    ],
    change_secret: ["secret API_KEY was changed (draft)"],
    remove_secret: ["secret API_KEY was removed (draft)"],
    unbind: ["the Action is bound 0 times to the login flow"],
}


@pytest.mark.parametrize("deed", DRIFTS, ids=lambda deed: deed.__name__)
def test_delivery_read_says_what_drifted_and_the_next_deployment_mends_it(
    provider, declared, new, tenant, auth0, warnings, deed
):
    outs = provider.create(new).outs
    deed(tenant, declared)
    found = provider.read(declared, outs)
    assert found.outs == {**outs, "drift": DRIFTS[deed]}
    assert found.inputs["drift"] == DRIFTS[deed]

    news = inputs(declared)
    provider.check(found.inputs, news)
    assert warnings == [
        f"In Auth0, {'; '.join(DRIFTS[deed])}.\n"
        "Mend the deployed Action with: pulumi up"
    ]
    assert provider.diff(declared, found.outs, news).changes is True
    if deed is deploy_other_code:
        change(tenant, declared, code=CODE)  # What the Auth0 provider does before.
    mended = provider.update(declared, found.outs, news).outs
    assert provider.read(declared, mended).outs["drift"] == []
    deployed = auth0.control.deployed_action(declared)
    assert (deployed.code, deployed.secrets) == (CODE, {"API_KEY": KEY})
    assert tenant.bound_actions() == [declared]


def test_delivery_read_of_a_deleted_action_is_gone(provider, declared, new, tenant):
    outs = provider.create(new).outs
    delete(tenant, declared)
    result = provider.read(declared, outs)
    assert (result.id, result.outs) == (None, {})


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503},
        {"status": 404, "body": "<html>not here</html>"},
        {"status": 404, "body": {}},
        {"status": 403},
        {"status": 401},
        {"status": 200, "body": {"id": 5}},
        {"kind": "reset"},
    ],
    ids=str,
)
@pytest.mark.parametrize("drifted", [[], DRIFT], ids=["clean", "drifted"])
def test_delivery_read_in_trouble_warns_and_changes_nothing(
    provider, declared, new, auth0, warnings, fault, drifted
):
    outs = {**provider.create(new).outs, "drift": drifted}
    fault = {"service": "auth0", "path": "/api/.*", "kind": "status", **fault}
    auth0.control.arm(Fault(**fault))
    result = provider.read(declared, outs)
    assert (result.id, result.outs, result.inputs) == (declared, outs, None)
    (warning,) = warnings
    assert re.match(r"Whether the Action drifted is not known\. (The |Auth0 )", warning)
    assert "pulumi " in last_line(warning)


def test_delivery_read_without_credentials_warns(
    provider, declared, new, auth0_config, warnings
):
    outs = provider.create(new).outs
    auth0_config.clear()
    assert provider.read(declared, outs).outs == outs
    (warning,) = warnings
    assert "auth0:domain is not set" in warning


def test_delivery_check_without_drift_says_nothing_and_asks_nothing(
    provider, asked, warnings
):
    news = inputs(UNKNOWN, is_new_action=UNKNOWN)
    nothing: dict[str, object] = {}
    for olds in (nothing, inputs("id")):
        result = provider.check(olds, news)
        assert (result.inputs, result.failures) == (news, [])
    assert warnings == []
    assert asked() == []


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
        "action_id",
        "action_name",
        "code_sha256",
        "runtime",
        "dependencies",
        "api_key",
        "credentials",
    ],
)
@pytest.mark.parametrize("value", ["other", UNKNOWN], ids=["known", "unknown"])
def test_delivery_diff_finds_what_changed_and_replaces_nothing(provider, name, value):
    result = provider.diff("id", inputs("id"), inputs("id") | {name: value})
    assert result.changes is True
    assert not result.replaces


def test_delivery_resource_declares_what_the_provider_needs(declare):
    given = {"domain": "tenant.example"}
    registered = declare(
        lambda: Auth0Delivery(
            "name",
            action_id="id",
            action_name=NAME,
            code_sha256=sha256(CODE),
            api_key=KEY,
            is_new_action=True,
            flow_fault="",
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
        dependencies=manifest().dependencies,
        runtime=manifest().runtime,
    )


# In the process where the engine runs it


def test_delivery_provider_is_stored_by_reference_and_without_credentials(
    provider, new, auth0
):
    provider.create(new)
    stored, holds_secrets = _serialize(True, dill.dumps, provider)
    assert not holds_secrets
    assert len(stored) < 200
    assert b"consumer_on_login.auth0_delivery" in stored
    for secret in (KEY, auth0.auth0_client_secret):
        assert secret.encode() not in stored
        assert secret.encode() not in base64.b64encode(stored)


@pytest.fixture(scope="module")
def plugin(sandbox, tmp_path_factory):
    """Configured with the domain; the rest is in the environment."""
    environment = sandbox.environment()
    config = {"auth0:domain": sandbox.auth0_domain}
    folder = tmp_path_factory.mktemp("plugin")
    with DynamicPlugin(folder, config, environment) as plugin:
        yield plugin


@pytest.fixture
def plugged(plugin):
    return plugin.of(Auth0DeliveryProvider())


def test_delivery_lives_its_life_in_the_plugin_process(
    plugin, plugged, declared, tenant, auth0
):
    news = inputs(declared, api_key=NEW_KEY)
    id_, outs = plugged.create(news)
    assert auth0.control.deployed_action(declared).secrets == {"API_KEY": NEW_KEY}
    assert plugged.read(id_, outs)[1] == outs
    assert not plugged.changes(id_, outs, news)

    bind(tenant)
    _, drifted, drifted_inputs = plugged.read(id_, outs)
    assert drifted["drift"] == ["the Action is bound 0 times to the login flow"]
    assert plugged.changes(id_, drifted, news)
    assert plugged.check(drifted_inputs, news) == (news, [])
    mended = plugged.update(id_, drifted, news)
    assert tenant.bound_actions() == [declared]
    assert not plugged.changes(id_, mended, news)
    assert "Mend the deployed Action with: pulumi up" in plugin.said()
    assert NEW_KEY not in plugin.said()


@pytest.mark.parametrize("method", ["create", "update"])
@pytest.mark.parametrize(
    ("changes", "remedy"),
    [
        (
            {"runtime": "node18"},
            "Send them again with: pulumi up --refresh",
        ),
        (
            {"action_id": NO_SUCH_ID},
            "Create it again with: pulumi up --refresh",
        ),
        (
            {"credentials": {"client_id": "id", "client_secret": "sesame"}},
            "Set them with: pulumi config set auth0:clientId <id> and "
            "pulumi config set --secret auth0:clientSecret",
        ),
        (
            {"credentials": {"api_token": "sesame"}},
            "Set a new one with: pulumi config set --secret auth0:apiToken",
        ),
        (
            {"credentials": {"api_token": "sesame\n"}},
            'Give the component auth0_credentials with "api_token"',
        ),
    ],
    ids=["draft", "gone", "secret", "token", "malformed token"],
)
def test_delivery_in_the_plugin_process_fails_with_its_message_alone(
    plugin, plugged, declared, auth0, method, changes, remedy
):
    if given := changes.get("credentials"):
        changes = {"credentials": {"domain": auth0.auth0_domain, **given}}
    news = inputs(declared) | changes
    deeds = {
        "create": lambda: plugged.create(news),
        "update": lambda: plugged.update(declared, inputs(declared), news),
    }
    with pytest.raises(PluginError) as caught:
        deeds[method]()
    text = str(caught.value).rstrip("\n")
    assert text.splitlines()[-1] == remedy
    for said in (text, plugin.said()):
        assert "  File " not in said
        assert "sesame" not in said


def test_delivery_read_in_the_plugin_process_warns_of_trouble(
    plugin, plugged, declared, auth0
):
    id_, outs = plugged.create(inputs(declared, is_new_action=True))
    auth0.control.arm(
        Fault(service="auth0", path="/api/.*", kind="status", status=404, body={})
    )
    assert plugged.read(id_, outs)[:2] == (id_, outs)
    assert "Whether the Action drifted is not known." in plugin.said()
    assert "Traceback" not in plugin.said()


def test_delivery_read_in_the_plugin_process_drops_what_is_gone(
    plugged, declared, tenant
):
    id_, outs = plugged.create(inputs(declared, is_new_action=True))
    delete(tenant, declared)
    assert plugged.read(id_, outs)[:2] == ("", {})
