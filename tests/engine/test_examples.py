"""Each example with the settings of its Pulumi.dev.yaml, on clouds of the sandbox."""

from dataclasses import replace

import pytest
import yaml

from consumer_on_login.settings.settings import SETTINGS
from sandbox.auth0.logins import LoginRequest
from sandbox.commands.clouds import ZuploAccount
from sandbox.engine.deployment import Deployment
from sandbox.engine.workspace import create_stack
from tests.toolkit.repository import EXAMPLES

from .environment import THIRD_PARTY_CODE, action_of, outputs, pulumi, text, types

ACTION = "auth0:index/action:Action"


def read(name):
    """Give the namespace of an example and its Pulumi.dev.yaml without it."""
    folder = EXAMPLES / name
    project = yaml.safe_load((folder / "Pulumi.yaml").read_text())["name"]
    stated = yaml.safe_load((folder / "Pulumi.dev.yaml").read_text())["config"]
    return project, {
        key.removeprefix(f"{project}:"): value for key, value in stated.items()
    }


@pytest.fixture(autouse=True)
def default_address(sandbox, monkeypatch):
    """Only `complete` names Zuplo's address; elsewhere the default is the stand-in."""
    here = replace(SETTINGS["zuplo_api_url"], default=sandbox.zuplo_url)
    monkeypatch.setitem(SETTINGS, "zuplo_api_url", here)


@pytest.fixture
def example(tmp_path, engine, sandbox):
    """Make a stack of an example; values replace those of its Pulumi.dev.yaml."""

    def example(name, secrets=(), **values):
        project, stated = read(name)
        values |= {"zuploAccount": sandbox.zuplo_account}
        if "auth0:domain" in stated:
            values |= {"auth0:domain": sandbox.auth0_domain}
        assert values.keys() <= stated.keys()
        settings = {**stated, **values}
        secrets = {"zuploApiKey": sandbox.zuplo_api_key, **dict(secrets)}

        def full(settings):
            return {
                key if ":" in key else f"{project}:{key}": value
                for key, value in settings.items()
            }

        stack = create_stack(
            tmp_path / "stack",
            engine,
            EXAMPLES / name / "__main__.py",
            environment=sandbox.environment(),
            config=full(settings),
            secret_config=full(secrets),
            name="dev",
        )
        return settings, Deployment(stack)

    return example


def deploy(deployment):
    """Preview, deploy, and see that nothing is left to change."""
    preview = deployment.preview()
    assert preview.succeeded, text(preview)
    assert [it for it in preview.messages("warning") if "from $PATH" not in it] == []
    up = deployment.up()
    assert up.succeeded, text(up)
    assert up.changes == preview.changes
    assert deployment.preview(refresh=True, expect_no_changes=True).succeeded


def log_in(sandbox, user, client_id):
    login = LoginRequest(user_id=user, client_id=client_id)
    result = sandbox.control.log_in(login)
    assert result.outcome == "success"
    return result.app_metadata


def consumers(sandbox, bucket):
    with ZuploAccount(sandbox) as zuplo:
        return zuplo.consumers(bucket)


def destroy(deployment, tenant):
    """Remove the stack, and see that the tenant is as it was."""
    done = deployment.destroy()
    assert done.succeeded, text(done)
    assert tenant.actions() == []


def test_simple(example, sandbox, tenant):
    settings, deployment = example("simple", zuploBucket="zprj-1-development")

    deploy(deployment)

    (portal,) = settings["portalClientIds"]
    remembered = log_in(sandbox, tenant.add_user("ada"), portal)
    (consumer,) = consumers(sandbox, "zprj-1-development")
    assert remembered == {"api_consumer": consumer["id"]}
    destroy(deployment, tenant)


def test_complete(example, sandbox, tenant):
    settings, deployment = example(
        "complete",
        {"auth0ClientSecret": sandbox.auth0_client_secret},
        auth0Domain=sandbox.auth0_domain,
        auth0ClientId=sandbox.auth0_client_id,
        zuploBucket="zprj-1-development",
        zuploApiUrl=sandbox.zuplo_url,
        loginProbe=True,
    )

    deploy(deployment)

    made = outputs(deployment)
    assert made["action_name"] == settings["actionName"]
    assert made["bucket_tags"]["environmentType"] == "WORKING_COPY"
    live = sandbox.control.deployed_action(made["action_id"])
    assert f"loginTimeoutMs: {settings['loginTimeoutMs']}," in live.code
    ada = tenant.add_user("ada")
    remembered = log_in(sandbox, ada, settings["portalClientIds"][-1])
    (consumer,) = consumers(sandbox, "zprj-1-development")
    assert remembered == {settings["metadataKey"]: consumer["id"]}
    assert consumer["metadata"] == {**settings["consumerMetadata"], "user_id": ada}
    destroy(deployment, tenant)


def test_several_portals(example, sandbox, tenant):
    buckets = {"payments": "zprj-1-production", "weather": "zprj-1-preview"}
    _, deployment = example(
        "several-portals",
        **{
            f"{portal}Portal": {"bucket": bucket, "clientId": f"{portal}-client"}
            for portal, bucket in buckets.items()
        },
    )

    deploy(deployment)

    ada = tenant.add_user("ada")
    assert log_in(sandbox, ada, "payments-client").keys() == {"payments_consumer"}
    remembered = log_in(sandbox, ada, "weather-client")
    assert remembered == {
        f"{portal}_consumer": consumers(sandbox, bucket)[0]["id"]
        for portal, bucket in buckets.items()
    }
    destroy(deployment, tenant)


def test_adopt_existing(example, sandbox, tenant):
    _, settings = read("adopt-existing")
    hand_made = tenant.add_bound_action(settings["actionName"], THIRD_PARTY_CODE)
    _, deployment = example(
        "adopt-existing", zuploBucket="zprj-1-development", adoptActionId=hand_made
    )

    deploy(deployment)

    assert tenant.bound_actions() == [hand_made]
    assert action_of(deployment) == hand_made
    assert tenant.action(hand_made)["name"] == settings["actionName"]
    assert not deployment.destroy().succeeded
    assert tenant.bound_actions() == [hand_made]
    assert ACTION in types(deployment)
    pulumi(deployment, "state", "unprotect", "--all", "--yes")
    destroy(deployment, tenant)
