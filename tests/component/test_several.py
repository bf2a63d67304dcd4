"""Components beside each other, and below providers and parents."""

import pulumi
import pulumi_auth0 as auth0
import pytest
from pulumi.runtime import rpc
from pulumi.runtime.resource import register_resource_hook

from consumer_on_login import ConsumerOnLogin, SettingsError
from tests.toolkit.programs import (
    ACTION,
    BINDING,
    COMPONENT,
    DELIVERY,
    PARENT,
    TENANT,
    Mocks,
    args,
    declare,
)


def test_components_are_bound_one_after_the_other(mocks):
    def program():
        for name in ("one", "two", "three"):
            ConsumerOnLogin(name, args(action_name=name, metadata_key=name))

    declare(program)
    assert "one-delivery" in mocks.monitor.waits_for["two-binding"]
    assert "two-delivery" in mocks.monitor.waits_for["three-binding"]


def test_components_same_metadata_key_different_buckets_are_refused(mocks):
    def program():
        ConsumerOnLogin("one", args())
        ConsumerOnLogin("two", args(zuplo_bucket="zprj-2-preview", action_name="Two"))

    with pytest.raises(SettingsError) as caught:
        declare(program)
    assert '"two" and "one" use different buckets' in str(caught.value)
    assert str(caught.value).splitlines()[-1] == ('Set another metadata_key for "two".')
    assert mocks.names(COMPONENT) == ["one"]


@pytest.mark.parametrize("name", [None, "Portal"], ids=["default", "given"])
def test_components_of_one_tenant_and_action_name_are_refused(mocks, name):
    def program():
        ConsumerOnLogin("one", args(action_name=name))
        ConsumerOnLogin("two", args(action_name=name, metadata_key="two"))

    with pytest.raises(SettingsError) as caught:
        declare(program)
    assert '"one" and "two" would both create an Action' in str(caught.value)
    assert str(caught.value).splitlines()[-1] == ('Set another action_name for "two".')


def test_components_that_adopt_one_action_are_refused(mocks):
    action = "4e9e9b0c-0000-0000-0000-000000000000"

    def program():
        ConsumerOnLogin("one", args(adopt_action_id=action))
        ConsumerOnLogin("two", args(action_name="Two", adopt_action_id=action))

    with pytest.raises(SettingsError) as caught:
        declare(program)
    assert f'"one" and "two" would both adopt the Action "{action}"' in str(
        caught.value
    )


def test_components_of_one_name_below_different_parents_have_hooks_of_their_own(
    mocks, monkeypatch
):
    hooks: list[str] = []

    def recorded(hook):
        hooks.append(hook.name)
        return register_resource_hook(hook)

    monkeypatch.setattr("pulumi.resource_hooks.register_resource_hook", recorded)

    def program():
        for number, name in enumerate(["portal", "portal", "portal-2"]):
            parent = pulumi.ComponentResource(PARENT, str(number))
            own = args(action_name=str(number), metadata_key=f"key{number}")
            ConsumerOnLogin(name, own, pulumi.ResourceOptions(parent=parent))

    declare(program)
    assert len(hooks) == len(set(hooks)) == 12


def test_component_with_an_explicit_provider_says_that_nothing_is_checked(
    mocks, warnings
):
    provider = auth0.Provider("tenant", domain="tenant.example")
    opts = pulumi.ResourceOptions(providers=[provider])
    declare(lambda: ConsumerOnLogin("portal", args(), opts))
    assert mocks.names(TENANT) == mocks.names(DELIVERY) == []
    (warning,) = warnings
    assert "The component does not check the tenant: " in warning
    assert mocks.names(BINDING) == ["portal-binding"]


def test_component_with_an_explicit_provider_adopts_nothing(mocks):
    provider = auth0.Provider("tenant", domain="tenant.example")
    opts = pulumi.ResourceOptions(providers=[provider])
    with pytest.raises(SettingsError, match="cannot adopt the Action id"):
        declare(
            lambda: ConsumerOnLogin("portal", args(adopt_action_id="id"), opts),
        )
    assert mocks.names(ACTION) == []


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


def test_components_of_two_tenants_may_share_metadata_key_and_action_name(mocks):
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
