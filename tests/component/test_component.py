"""The component with Pulumi's mocks, in preview and in update."""

import base64

import pulumi
import pytest
from pulumi.runtime import rpc

from consumer_on_login import ConsumerOnLogin, SettingsError
from tests.toolkit.programs import (
    ACTION,
    BINDING,
    BUCKET,
    COMPONENT,
    DELIVERY,
    TENANT,
    args,
    declare,
    unknown,
)


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


def test_component_invalid_output_fails_before_the_action(mocks):
    bucket = pulumi.Output.from_input("X")
    with pytest.raises(SettingsError, match="zuplo_bucket must be 5 to 128"):
        declare(lambda: ConsumerOnLogin("portal", args(zuplo_bucket=bucket)))
    assert mocks.names(ACTION) == []


def test_component_keeps_its_arguments_when_the_program_changes_them(mocks):
    def program():
        ids, metadata = ["portal"], {"plan": "free"}
        given = args(portal_client_ids=ids, consumer_metadata=metadata)
        ConsumerOnLogin("portal", given)
        ids.append("later")
        metadata["plan"] = "later"

    declare(program)
    code = mocks.inputs(ACTION)["code"]
    assert 'portalClientIds: ["portal"]' in code
    assert 'consumerMetadata: {"plan": "free"}' in code


def test_component_invalid_arguments_fail_before_any_registration(mocks):
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
