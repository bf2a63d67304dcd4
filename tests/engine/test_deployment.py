"""Changes of a stack, each through preview or up on the real engine."""

import re
from pathlib import Path

import pytest
from pydantic import JsonValue

from consumer_on_login.action_code.rendering import manifest
from sandbox.auth0.logins import LoginRequest
from sandbox.commands.clouds import ZuploAccount
from sandbox.commands.try_ import NAMESPACE, PROGRAM
from sandbox.engine.workspace import set_secret
from sandbox.host.faults import Fault

from .environment import action_of, types

BUCKET = "pulumi-python:dynamic/zuplo:Bucket"


def test_key_change_reaches_the_deployed_action(deploy, sandbox):
    deployment = deploy()
    assert deployment.up().succeeded
    new_key = sandbox.control.add_zuplo_key("acme")
    set_secret(deployment.stack, f"{NAMESPACE}:zuploApiKey", new_key)

    up = deployment.up()

    assert up.succeeded, up.output
    # Bucket check, Action and delivery, in place; the others stay.
    assert up.changes == {"update": 3, "same": 4}
    deployed = sandbox.control.deployed_action(action_of(deployment))
    assert deployed.secrets == {manifest().secret: new_key}
    assert deployment.preview(expect_no_changes=True).succeeded


def test_config_change_shows_in_preview_and_is_deployed(deploy, sandbox):
    deployment = deploy()
    assert deployment.up().succeeded
    deployment.configure("loginTimeoutMs", "1234")

    preview = deployment.preview(diff=True)

    assert preview.changes == {"update": 2, "same": 5}
    text = "".join(preview.output)
    assert "-   loginTimeoutMs: 3000," in text
    assert "+   loginTimeoutMs: 1234," in text
    assert deployment.up().succeeded
    deployed = sandbox.control.deployed_action(action_of(deployment))
    assert "loginTimeoutMs: 1234," in deployed.code


def test_action_edited_by_hand_is_found_and_fixed(deploy, sandbox, tenant):
    deployment = deploy()
    assert deployment.up().succeeded
    action_id = action_of(deployment)
    ours = tenant.action(action_id)["code"]
    tenant.api("PATCH", f"/actions/actions/{action_id}", {"code": "// edited"})

    assert deployment.preview(expect_no_changes=True).succeeded
    found = deployment.preview(refresh=True, expect_no_changes=True)
    assert not found.succeeded
    assert found.changes["update"] == 2

    assert deployment.up(refresh=True).succeeded
    assert tenant.action(action_id)["code"] == ours


def test_changed_bucket_warns_that_users_keep_the_old_consumer(deploy):
    deployment = deploy()
    assert deployment.up().succeeded
    deployment.configure("zuploBucket", "zprj-1-preview")

    preview = deployment.preview()

    assert preview.succeeded, preview.output
    text = "".join(preview.output)
    assert "Users who have a consumer in the old bucket get none" in text
    assert "pulumi config set metadataKey <key>" in text


def test_invalid_settings_are_reported_together_before_anything(deploy, sandbox):
    deployment = deploy(zuploBucket="X", loginTimeoutMs=1)
    sandbox.control.clear_requests()

    preview = deployment.preview()

    assert not preview.succeeded
    # The Automation API repeats it for an inline program; the CLI's host does not.
    message = preview.messages("error")[0]
    assert [line.split()[0] for line in message.splitlines()] == [
        "zuploBucket",
        "loginTimeoutMs",
    ]
    assert "Traceback" not in "".join(preview.output)
    assert sandbox.control.requests() == []


@pytest.mark.parametrize("status", [429, 503])
def test_auth0_that_fails_for_a_while_is_waited_for(deploy, sandbox, tenant, status):
    deployment = deploy()
    sandbox.control.arm(
        Fault(service="auth0", path="/api/v2/.*", kind="status", status=status, times=2)
    )

    up = deployment.up()

    assert up.succeeded, up.output
    assert tenant.bound_actions() == [action_of(deployment)]


def test_the_scopes_of_the_readme_suffice(deploy, sandbox, tenant, monkeypatch):
    readme = (PROGRAM.parent / "README.md").read_text()
    scopes = sorted(set(re.findall(r"`(\w+:actions)`", readme)))
    client = sandbox.control.add_auth0_client(scopes)
    monkeypatch.setattr(sandbox, "auth0_client_id", client.client_id)
    monkeypatch.setattr(sandbox, "auth0_client_secret", client.client_secret)
    deployment = deploy()

    assert deployment.up().succeeded
    deployment.configure("loginTimeoutMs", "1234")
    assert deployment.up(refresh=True).succeeded
    assert deployment.destroy().succeeded
    assert tenant.actions() == []


def test_refresh_finds_a_vanished_bucket_but_survives_a_fault(deploy, sandbox):
    deployment = deploy()
    assert deployment.up().succeeded
    sandbox.control.arm(Fault(service="zuplo", kind="status", status=503))
    failed = deployment.refresh()
    assert not failed.succeeded
    assert "pulumi config set zuploApiUrl <address>" in "".join(failed.output)
    assert BUCKET in types(deployment)

    sandbox.control.clear_faults()
    problem: JsonValue = {
        "type": "https://httpproblems.com/http-status/404",
        "title": "Not Found",
    }
    sandbox.control.arm(
        Fault(
            service="zuplo",
            path=".*/key-buckets/zprj-1-development",
            kind="status",
            status=404,
            body=problem,
        )
    )
    gone = deployment.refresh()
    assert gone.succeeded, gone.output
    assert BUCKET not in types(deployment)


def test_two_components_in_one_stack_serve_two_buckets(deploy, sandbox, tenant):
    program = Path(__file__).parent / "programs" / "two_portals" / "__main__.py"
    deployment = deploy(program)

    up = deployment.up()

    assert up.succeeded, up.output
    names = {item: tenant.action(item)["name"] for item in tenant.bound_actions()}
    assert list(names.values()) == [
        "Create consumer of payments",
        "Create consumer of weather",
    ]
    ada = tenant.add_user("ada")
    assert sandbox.control.log_in(LoginRequest(user_id=ada)).outcome == "success"
    account = ZuploAccount(sandbox)
    (paid,) = account.consumers("zprj-1-production")
    (weather,) = account.consumers("zprj-1-preview")
    assert tenant.user(ada)["app_metadata"] == {
        "payments_consumer": paid["id"],
        "weather_consumer": weather["id"],
    }

    assert deployment.destroy().succeeded
    assert tenant.actions() == []
