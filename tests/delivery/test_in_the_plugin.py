"""The delivery check in the process where the engine runs it."""

import pytest

from consumer_on_login.delivery.resource import Auth0DeliveryProvider
from sandbox.host.faults import Fault
from tests.toolkit.dynamic_plugin import DynamicPlugin, PluginError
from tests.toolkit.tenant_operations import NO_SUCH_ID, delete

from .desired import NEW_KEY, UNBOUND, inputs


def plugin_for(sandbox, folder):
    """Configured with the domain; the rest is in the environment."""
    config = {"auth0:domain": sandbox.auth0_domain}
    return DynamicPlugin(folder, config, sandbox.environment())


@pytest.fixture(scope="module")
def plugin(sandbox, tmp_path_factory):
    with plugin_for(sandbox, tmp_path_factory.mktemp("plugin")) as plugin:
        yield plugin


@pytest.fixture
def plugin_of_next_run(sandbox, tmp_path):
    with plugin_for(sandbox, tmp_path) as plugin:
        yield plugin


@pytest.fixture
def plugged(plugin):
    return plugin.of(Auth0DeliveryProvider())


def test_delivery_lives_its_life_in_the_plugin_process(
    plugin, plugin_of_next_run, plugged, declared, tenant, auth0
):
    news = inputs(declared, api_key=NEW_KEY)
    id_, outs = plugged.create(news)
    assert auth0.control.deployed_action(declared).secrets == {"API_KEY": NEW_KEY}
    assert plugged.read(id_, outs)[1] == outs
    assert not plugged.changes(id_, outs, news)

    tenant.bind()
    _, drifted, drifted_inputs = plugged.read(id_, outs)
    assert drifted["drift"] == UNBOUND
    assert plugged.changes(id_, drifted, news)
    known = {name: it for name, it in news.items() if it is not None}
    assert plugged.check(drifted_inputs, news) == (known, [])
    fixed = plugged.update(id_, drifted, news)
    assert tenant.bound_actions() == [declared]
    next_plugged = plugin_of_next_run.of(Auth0DeliveryProvider())
    assert not next_plugged.changes(id_, fixed, news)
    assert "To deploy the stack again, run: pulumi up --refresh" in plugin.said()
    assert NEW_KEY not in plugin.said()


@pytest.mark.parametrize("method", ["create", "update"])
@pytest.mark.parametrize(
    ("changes", "remedy"),
    [
        (
            {"runtime": "node18"},
            "To send the Action again, run: pulumi up --refresh",
        ),
        (
            {"action_id": NO_SUCH_ID},
            "To create the Action again, run: pulumi up --refresh",
        ),
        (
            {"credentials": {"client_id": "id", "client_secret": "sesame"}},
            "To set both values, change in the program: auth0_credentials.client_id, "
            "auth0_credentials.client_secret",
        ),
        (
            {"credentials": {"api_token": "sesame\n"}},
            "To set a valid value, change in the program: auth0_credentials.api_token",
        ),
    ],
    ids=["draft", "gone", "secret", "malformed token"],
)
def test_delivery_in_the_plugin_process_fails_with_its_message_alone(
    plugin, plugged, declared, auth0, method, changes, remedy
):
    if given := changes.get("credentials"):
        changes = {"credentials": {"domain": auth0.auth0_domain, **given}}
    news = inputs(declared) | changes
    operations = {
        "create": lambda: plugged.create(news),
        "update": lambda: plugged.update(declared, inputs(declared), news),
    }
    with pytest.raises(PluginError) as caught:
        operations[method]()
    text = str(caught.value).rstrip("\n")
    assert text.splitlines()[-1] == remedy
    for said in (text, plugin.said()):
        assert "  File " not in said
        assert "sesame" not in said


def test_delivery_read_in_the_plugin_process_warns_of_failure(
    plugin, plugged, declared, auth0
):
    id_, outs = plugged.create(inputs(declared, is_new_action=True))
    auth0.control.arm(
        Fault(service="auth0", path="/api/.*", kind="status", status=404, body={})
    )
    assert plugged.read(id_, outs)[:2] == (id_, outs)
    assert "The refresh did not check the Action for drift." in plugin.said()
    assert "Traceback" not in plugin.said()


def test_delivery_read_in_the_plugin_process_drops_what_is_gone(
    plugged, declared, tenant
):
    id_, outs = plugged.create(inputs(declared, is_new_action=True))
    delete(tenant, declared)
    assert plugged.read(id_, outs)[:2] == ("", {})
