"""The component with Pulumi's mocks, in preview and in update."""

import base64
import sys
from typing import Any, ClassVar

import pulumi
import pulumi_auth0 as auth0
import pytest
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.resource import register_resource_hook

from consumer_on_login import ConsumerOnLogin, SettingsError

ACTION = "auth0:index/action:Action"
BINDING = "auth0:index/triggerAction:TriggerAction"
BUCKET = "pulumi-python:dynamic/zuplo:Bucket"
TENANT = "pulumi-python:dynamic/auth0:Tenant"
DELIVERY = "pulumi-python:dynamic/auth0:Delivery"
PROBE = "command:local:Command"
COMPONENT = "zuplo-auth0:index:ConsumerOnLogin"
PARENT = "test:index:Parent"
ARGS: Any = {
    "zuplo_account": "acme",
    "zuplo_bucket": "zprj-1-preview",
    "zuplo_api_key": "zpka_test",
    "portal_client_ids": ["portal"],
}


def args(**changes: Any) -> Any:
    return {**ARGS, **changes}


class Mocks(pulumi.runtime.Mocks):
    """Records every registration and refuses types it was not told about."""

    OUTPUTS: ClassVar[dict[str, dict[str, Any]]] = {
        ACTION: {},
        BINDING: {},
        TENANT: {},
        DELIVERY: {},
        PROBE: {"stdout": "", "stderr": ""},
        BUCKET: {"bucket_id": "bckt_1", "tags": {"environmentType": "PREVIEW"}},
        COMPONENT: {},
        PARENT: {},
        "pulumi:providers:auth0": {},
    }

    monitor: Any

    def __init__(self):
        self.registered = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> Any:
        self.registered.append(args)
        return f"{args.name}-id", {**args.inputs, **self.OUTPUTS[args.typ]}

    def call(self, args):
        raise AssertionError(args.token)

    def inputs(self, typ):
        (found,) = [args for args in self.registered if args.typ == typ]
        return found.inputs

    def names(self, typ):
        return [args.name for args in self.registered if args.typ == typ]


class Monitor(MockMonitor):
    """Writes down what each resource waits for, which mocks are not told."""

    def __init__(self, mocks):
        super().__init__(mocks)
        self.waits_for = {}
        self.secret_outputs = {}

    def RegisterResource(self, request):
        names = {urn.rpartition("::")[2] for urn in request.dependencies}
        self.waits_for[request.name] = names
        self.secret_outputs[request.name] = set(request.additionalSecretOutputs)
        return super().RegisterResource(request)


@pytest.fixture(params=[False, True], ids=["update", "preview"])
def mocks(request):
    mocks = Mocks()
    mocks.monitor = Monitor(mocks)
    pulumi.runtime.set_mocks(mocks, preview=request.param, monitor=mocks.monitor)
    return mocks


@pytest.fixture(autouse=True)
def whole_stack(monkeypatch):
    """Pulumi reads its own stack, which an error's remedy alone may have cut short."""
    monkeypatch.delattr(sys, "tracebacklimit", raising=False)


def declare(build):
    """Run a program to its end, as the engine does."""
    pulumi.runtime.test(lambda: build() and None)()


def unknown():
    return pulumi.Output.from_input(pulumi.output.Unknown())


def test_component_declares_checks_action_binding_and_delivery(mocks):
    declare(lambda: ConsumerOnLogin("portal", args()))
    assert [(args.typ, args.name) for args in mocks.registered] == [
        (COMPONENT, "portal"),
        (BUCKET, "portal-bucket"),
        (TENANT, "portal-tenant"),
        (ACTION, "portal-action"),
        (BINDING, "portal-binding"),
        (DELIVERY, "portal-delivery"),
    ]


def test_component_action_is_what_the_manifest_states(mocks):
    declare(lambda: ConsumerOnLogin("portal", args()))
    inputs = mocks.inputs(ACTION)
    assert inputs["name"] == "Create Zuplo consumer on login"
    assert inputs["runtime"] == "node22"
    assert inputs["deploy"] is True
    assert inputs["supportedTriggers"] == {"id": "post-login", "version": "v3"}
    assert [d["name"] for d in inputs["dependencies"]] == ["undici"]


def test_component_action_code_knows_the_stack(mocks):
    declare(lambda: ConsumerOnLogin("portal", args(metadata_key="pk")))
    code = mocks.inputs(ACTION)["code"]
    assert 'zuploBucket: "zprj-1-preview"' in code
    assert 'portalClientIds: ["portal"]' in code
    assert 'metadataKey: "pk"' in code


def test_component_key_is_a_secret_of_the_action_and_not_in_its_code(mocks):
    declare(lambda: ConsumerOnLogin("portal", args()))
    inputs = mocks.inputs(ACTION)
    assert "zpka_test" not in inputs["code"]
    assert rpc.is_rpc_secret(inputs["secrets"])
    assert rpc.unwrap_rpc_secret(inputs["secrets"]) == [
        {"name": "API_KEY", "value": "zpka_test"}
    ]


def test_component_key_given_as_plain_text_is_secret_on_every_resource(mocks):
    declare(lambda: ConsumerOnLogin("portal", args(zuplo_api_key="zpka_plain")))
    holders = {
        args.name: name
        for args in mocks.registered
        for name, value in args.inputs.items()
        if "zpka_plain" in str(value)
    }
    assert holders == {
        "portal-bucket": "api_key",
        "portal-action": "secrets",
        "portal-delivery": "api_key",
    }
    assert rpc.is_rpc_secret(mocks.inputs(BUCKET)["api_key"])
    assert rpc.is_rpc_secret(mocks.inputs(DELIVERY)["api_key"])
    assert rpc.is_rpc_secret(mocks.inputs(ACTION)["secrets"])


def test_component_each_step_waits_for_the_one_before(mocks):
    declare(lambda: ConsumerOnLogin("portal", args()))
    waits_for = mocks.monitor.waits_for
    assert "portal-bucket" in waits_for["portal-tenant"]
    assert "portal-tenant" in waits_for["portal-action"]
    assert "portal-action" in waits_for["portal-binding"]
    assert "portal-binding" in waits_for["portal-delivery"]


def test_components_are_bound_one_after_the_other(mocks):
    def program():
        for name in ("one", "two", "three"):
            ConsumerOnLogin(name, args(action_name=name, metadata_key=name))

    declare(program)
    assert "one-delivery" in mocks.monitor.waits_for["two-binding"]
    assert "two-delivery" in mocks.monitor.waits_for["three-binding"]


def test_component_outputs_tell_action_and_bucket(mocks):
    @pulumi.runtime.test
    def program():
        component = ConsumerOnLogin("portal", args())
        outputs = pulumi.Output.all(
            component.action_id,
            component.action_name,
            component.runtime,
            component.bucket_name,
            component.bucket_id,
            component.bucket_tags,
        )
        return outputs.apply(check, run_with_unknowns=True)

    def check(outputs):
        assert outputs == [
            "portal-action-id",
            "Create Zuplo consumer on login",
            "node22",
            "zprj-1-preview",
            "bckt_1",
            {"environmentType": "PREVIEW"},
        ]

    program()


def test_component_unknown_key_is_declared_all_the_same(mocks):
    declare(lambda: ConsumerOnLogin("portal", args(zuplo_api_key=unknown())))
    assert mocks.names(BINDING) == ["portal-binding"]


def test_component_unknown_bucket_leaves_the_code_unknown(mocks):
    declare(lambda: ConsumerOnLogin("portal", args(zuplo_bucket=unknown())))
    assert not isinstance(mocks.inputs(ACTION).get("code"), str)


def test_component_outputs_as_arguments_are_rendered(mocks):
    bucket = pulumi.Output.from_input("zprj-2-preview")
    declare(lambda: ConsumerOnLogin("portal", args(zuplo_bucket=bucket)))
    assert 'zuploBucket: "zprj-2-preview"' in mocks.inputs(ACTION)["code"]


def test_component_unsound_output_fails_before_the_action(mocks):
    bucket = pulumi.Output.from_input("X")
    with pytest.raises(SettingsError, match="zuplo_bucket must be 5 to 128"):
        declare(lambda: ConsumerOnLogin("portal", args(zuplo_bucket=bucket)))
    assert mocks.names(ACTION) == []


def test_component_unsound_arguments_fail_before_any_registration(mocks):
    with pytest.raises(SettingsError) as caught:
        ConsumerOnLogin("portal", args(zuplo_bucket="X", login_timeout_ms=1))
    assert [fault.split()[0] for fault in caught.value.faults] == [
        "zuplo_bucket",
        "login_timeout_ms",
    ]
    assert mocks.registered == []


def test_component_missing_argument_is_named(mocks):
    with pytest.raises(SettingsError, match="zuplo_account must be"):
        ConsumerOnLogin("portal", args(zuplo_account=None))


def test_component_misspelt_argument_is_named(mocks):
    with pytest.raises(SettingsError, match="portal_ids: no such argument"):
        ConsumerOnLogin("portal", args(portal_ids=[]))


def test_component_without_applications_warns_of_the_cost(mocks, warnings):
    declare(lambda: ConsumerOnLogin("portal", args(portal_client_ids=None)))
    (warning,) = warnings
    assert "any application of the tenant" in warning
    assert warning.splitlines()[-1].endswith(
        "pulumi config set --path 'portalClientIds[0]' <client id>"
    )
    assert "portalClientIds: null" in mocks.inputs(ACTION)["code"]


def test_component_with_every_application_named_does_not_warn(mocks, warnings):
    declare(lambda: ConsumerOnLogin("portal", args(portal_client_ids=["*"])))
    assert warnings == []
    assert "portalClientIds: null" in mocks.inputs(ACTION)["code"]


def test_components_same_metadata_key_different_buckets_are_refused(mocks):
    def program():
        ConsumerOnLogin("one", args())
        ConsumerOnLogin("two", args(zuplo_bucket="zprj-2-preview", action_name="Two"))

    with pytest.raises(SettingsError) as caught:
        declare(program)
    assert '"two" and "one" use different buckets' in str(caught.value)
    assert str(caught.value).splitlines()[-1] == (
        'Give "two" a metadata_key of its own.'
    )
    assert mocks.names(COMPONENT) == ["one"]


@pytest.mark.parametrize("name", [None, "Portal"], ids=["default", "given"])
def test_components_of_one_tenant_and_action_name_are_refused(mocks, name):
    def program():
        ConsumerOnLogin("one", args(action_name=name))
        ConsumerOnLogin("two", args(action_name=name, metadata_key="two"))

    with pytest.raises(SettingsError) as caught:
        declare(program)
    assert '"one" and "two" would both make an Action' in str(caught.value)
    assert str(caught.value).splitlines()[-1] == (
        'Give "two" an action_name of its own.'
    )


def test_components_of_two_tenants_may_name_their_actions_alike(mocks, warnings):
    def program():
        for name in ("one", "two"):
            provider = auth0.Provider(name, domain=f"{name}.example")
            opts = pulumi.ResourceOptions(providers=[provider])
            ConsumerOnLogin(name, args(), opts)

    declare(program)
    assert sorted(mocks.names(ACTION)) == ["one-action", "two-action"]


def test_components_of_one_name_below_different_parents_have_hooks_of_their_own(
    mocks, monkeypatch
):
    hooks: list[str] = []

    def recorded(hook):
        hooks.append(hook.name)
        return register_resource_hook(hook)

    monkeypatch.setattr("pulumi.resource_hooks.register_resource_hook", recorded)

    def program():
        for number in ("1", "2"):
            parent = pulumi.ComponentResource(PARENT, number)
            own = args(action_name=number, metadata_key=f"key{number}")
            ConsumerOnLogin("portal", own, pulumi.ResourceOptions(parent=parent))

    declare(program)
    assert len(hooks) == len(set(hooks)) == 8


def test_component_with_a_foreign_provider_says_that_nothing_is_checked(
    mocks, warnings
):
    provider = auth0.Provider("tenant", domain="tenant.example")
    opts = pulumi.ResourceOptions(providers=[provider])
    declare(lambda: ConsumerOnLogin("portal", args(), opts))
    assert mocks.names(TENANT) == mocks.names(DELIVERY) == []
    (warning,) = warnings
    assert "The tenant is not checked, the delivery not proven and no" in warning
    assert mocks.names(BINDING) == ["portal-binding"]


def test_component_with_the_providers_credentials_checks_them_and_keeps_them(mocks):
    provider = auth0.Provider("tenant", domain="tenant.example")
    opts = pulumi.ResourceOptions(providers=[provider])
    credentials = {"domain": "tenant.example", "api_token": "token"}
    declare(
        lambda: ConsumerOnLogin("portal", args(auth0_credentials=credentials), opts)
    )
    for typ in (TENANT, DELIVERY):
        given = mocks.inputs(typ)["credentials"]
        assert rpc.is_rpc_secret(given)
        assert rpc.unwrap_rpc_secret(given) == credentials


def test_components_of_two_tenants_may_share_a_metadata_key(mocks):
    def program():
        for tenant in ("one", "two"):
            provider = auth0.Provider(tenant, domain=f"{tenant}.example")
            ConsumerOnLogin(
                f"{tenant}-portal",
                args(zuplo_bucket=f"bucket-{tenant}"),
                pulumi.ResourceOptions(providers=[provider]),
            )

    declare(program)
    assert mocks.names(BINDING) == ["one-portal-binding", "two-portal-binding"]


def test_components_of_another_deployment_are_forgotten(mocks):
    declare(lambda: ConsumerOnLogin("one", args()))
    pulumi.runtime.set_mocks(Mocks())
    other = args(zuplo_bucket="zprj-2-preview")
    declare(lambda: ConsumerOnLogin("two", other))


def probed(mocks, **changes):
    """Declare a component with a probe and give the command's inputs."""
    declare(lambda: ConsumerOnLogin("portal", args(login_probe=True, **changes)))
    return mocks.inputs(PROBE)


@pytest.mark.parametrize(
    ("given", "is_asked_meanwhile"),
    [(None, True), ({"domain": "t.example", "api_token": "token"}, False)],
    ids=["configuration", "given"],
)
def test_component_asks_auth0_beside_zuplo_with_the_credentials_of_configuration(
    mocks, given, is_asked_meanwhile
):
    declare(lambda: ConsumerOnLogin("portal", args(auth0_credentials=given)))
    stored = base64.b64decode(rpc.unwrap_rpc_secret(mocks.inputs(BUCKET)["__provider"]))
    assert (b"BucketBesideTenantProvider" in stored) is is_asked_meanwhile


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
    assert mocks.names(PROBE) == []


def test_component_probe_runs_its_script_behind_the_delivery(mocks):
    inputs = probed(mocks)
    assert mocks.names(PROBE) == ["portal-probe"]
    assert "portal-delivery" in mocks.monitor.waits_for["portal-probe"]
    assert inputs["interpreter"] == [sys.executable, "-m"]
    assert inputs["create"] == inputs["update"] == "consumer_on_login.login_probe"
    assert "delete" not in inputs
    assert inputs["addPreviousOutputInEnv"] is False


def test_component_probe_knows_all_but_what_the_environment_holds(mocks):
    assert environment_of(probed(mocks)) == {
        "ZUPLO_API_URL": "https://dev.zuplo.com",
        "ZUPLO_ACCOUNT": "acme",
        "ZUPLO_BUCKET": "zprj-1-preview",
        "ZUPLO_API_KEY": "zpka_test",
        "LOGIN_PROBE_ACTION_ID": "portal-action-id",
        "LOGIN_PROBE_ACTION_NAME": "Create Zuplo consumer on login",
        "LOGIN_PROBE_CLIENT_ID": "portal",
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
    credentials = {
        name: value for name, value in environment.items() if name.startswith("AUTH0_")
    }
    assert credentials == {
        "AUTH0_DOMAIN": "t.example",
        "AUTH0_CLIENT_ID": "id",
        "AUTH0_CLIENT_SECRET": "sesame",
    }


def test_component_probe_gets_given_credentials_and_no_others(mocks, auth0_config):
    auth0_config(domain="other.example", clientId="other")
    given = {"domain": "t.example", "api_token": pulumi.Output.secret("token")}
    environment = environment_of(probed(mocks, auth0_credentials=given))
    # What is empty here hides what the plugin's own environment may hold.
    assert {
        name: value for name, value in environment.items() if name.startswith("AUTH0_")
    } == {
        "AUTH0_DOMAIN": "t.example",
        "AUTH0_CLIENT_ID": "",
        "AUTH0_CLIENT_SECRET": "",
        "AUTH0_API_TOKEN": "token",
        "AUTH0_AUDIENCE": "",
    }


def test_component_probe_shows_no_secret(mocks, auth0_config):
    auth0_config(domain="t.example", clientSecret="sesame")
    inputs = probed(mocks)
    for name, value in inputs.items():
        holds_secret = any(key in str(value) for key in ("zpka_test", "sesame"))
        assert rpc.is_rpc_secret(value) or not holds_secret, name
    assert mocks.monitor.secret_outputs["portal-probe"] == {"stdout", "stderr"}


def trigger_of(inputs):
    (trigger,) = rpc.unwrap_rpc_secret(inputs["triggers"])
    return rpc.unwrap_rpc_secret(trigger)


def test_component_probe_trigger_is_secret(mocks):
    triggers = probed(mocks)["triggers"]
    (trigger,) = rpc.unwrap_rpc_secret(triggers)
    assert rpc.is_rpc_secret(triggers) or rpc.is_rpc_secret(trigger)


def trigger_with(mocks, **changes):
    mocks.registered.clear()
    pulumi.runtime.set_mocks(mocks, monitor=Monitor(mocks))
    return trigger_of(probed(mocks, **changes))


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
    assert trigger_with(mocks) == trigger_with(mocks)
    assert trigger_with(mocks) != trigger_with(mocks, **change)


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
    assert "the delivery not proven" in warning


@pytest.mark.parametrize("given", ["true", 1, unknown()], ids=["text", "one", "output"])
def test_component_probe_must_be_known_beforehand(mocks, given):
    with pytest.raises(SettingsError, match="login_probe must be true or false"):
        ConsumerOnLogin("portal", args(login_probe=given))
    assert mocks.registered == []
