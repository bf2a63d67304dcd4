"""The control API's own shapes, and its typed client."""

import pytest
import requests

from sandbox.auth0.logins import LoginRequest
from sandbox.commands.clouds import Auth0Tenant
from sandbox.host.control.client import ControlError
from sandbox.host.faults import Fault
from sandbox.host.servers import Sandbox
from tests.sandbox.auth0_api import Management
from tests.toolkit.http_client import send

REMEMBERING_CODE = """
let logins = 0;
exports.onExecutePostLogin = async (event, api) => {
  logins += 1;
  api.user.setAppMetadata('logins', logins);
};
"""


@pytest.fixture(autouse=True)
def no_faults_left(sandbox: Sandbox):
    yield
    sandbox.control.clear_faults()


def call(sandbox: Sandbox, method: str, path: str, **request) -> requests.Response:
    return send(sandbox, method, sandbox.control_url + path, **request)


def test_control_root_tells_all_addresses(sandbox):
    assert sandbox.control.addresses() == {
        "auth0_domain": sandbox.auth0_domain,
        "zuplo_url": sandbox.zuplo_url,
        "gateway_url": sandbox.gateway_url,
        "portal_url": sandbox.portal_url,
        "control_url": sandbox.control_url,
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/faults/", 404),
        ("PATCH", "/faults", 405),
    ],
    ids=["unknown path", "slash at the end", "unknown method"],
)
def test_control_unknown_route_is_refused(sandbox, method, path, status):
    response = call(sandbox, method, path)
    assert response.status_code == status
    assert set(response.json()) == {"error"}


@pytest.mark.parametrize(
    ("method", "path", "body", "named"),
    [
        ("POST", "/faults", {"service": "zuplo"}, "kind"),
        ("POST", "/faults", {"service": "zuplo", "kind": "hang", "odd": 1}, "odd"),
        ("POST", "/faults", {"service": "zuplo", "kind": "hang", "path": "("}, "path"),
        (
            "POST",
            "/faults",
            {"service": "zuplo", "kind": "delay", "seconds": "inf"},
            "seconds",
        ),
        (
            "POST",
            "/faults",
            {"service": "zuplo", "kind": "status", "headers": {"a b": "c\n"}},
            "headers",
        ),
        ("POST", "/faults", {"service": "key_service", "kind": "hang"}, "service"),
        ("GET", "/requests?service=x", None, "service"),
        ("PUT", "/gateway", {"cache_ttl_seconds": -1}, "cache_ttl_seconds"),
        ("PUT", "/zuplo/manager-rules", {"shown_by": ["name"]}, "shown_by"),
        ("POST", "/logins", {"user_id": "auth0|1", "odd": 1}, "odd"),
        ("POST", "/auth0/clients", {"scopes": "read:users"}, "scopes"),
    ],
)
def test_control_bad_request_is_refused_by_name(sandbox, method, path, body, named):
    response = call(sandbox, method, path, json=body)
    assert response.status_code == 422
    assert set(response.json()) == {"error"}
    assert named in response.json()["error"]


def test_control_under_another_name_is_refused(sandbox):
    response = call(sandbox, "GET", "/", headers={"Host": "rebound.example.com"})
    assert response.status_code == 400
    assert "auth0" not in response.text


def test_control_body_that_is_no_json_is_refused(sandbox):
    response = call(sandbox, "POST", "/faults", data="kind=hang")
    assert response.status_code == 422
    assert "JSON" in response.json()["error"]


def test_control_lists_faults_as_armed_with_their_hits(sandbox):
    fault = Fault(service="zuplo", path="/v1/.*", kind="status", status=502, times=1)
    sandbox.control.arm(fault)
    for _ in range(2):
        send(sandbox, "GET", sandbox.zuplo_url + "/v1/who-am-i")
    [listed] = sandbox.control.faults()
    assert listed.hits == 1
    assert listed.model_dump(exclude={"hits"}) == fault.model_dump()


def test_control_zuplo_key_unknown_cannot_be_removed(sandbox):
    with pytest.raises(ControlError, match="no such API key") as refusal:
        sandbox.control.remove_zuplo_key("zpka_unknown")
    assert refusal.value.status == 404


def test_control_client_added_has_only_its_scopes(sandbox):
    with Management(sandbox, scopes=["read:users"]) as api:
        assert api.call("GET", "/users").status_code == 200
        assert api.call("POST", "/users", {}).status_code == 403


def test_control_lists_the_token_that_was_given(sandbox):
    known = sandbox.control.auth0_tokens()
    with Management(sandbox) as api:
        (token,) = set(sandbox.control.auth0_tokens()) - set(known)
        assert api.token == token


def test_control_deployed_of_an_unknown_action_is_not_found(sandbox):
    with pytest.raises(ControlError, match="no action 'no-such-action'") as refusal:
        sandbox.control.deployed_action("no-such-action")
    assert refusal.value.status == 404


def test_control_deployed_action_shows_its_secret_values(sandbox):
    secrets = [{"name": "API_KEY", "value": "open sesame"}]
    with Management(sandbox) as api:
        action = api.deployed_action(code=REMEMBERING_CODE, secrets=secrets)
    deployed = sandbox.control.deployed_action(action["id"])
    assert deployed.model_dump() == {
        "code": REMEMBERING_CODE,
        "runtime": action["runtime"],
        "dependencies": [],
        "secrets": {"API_KEY": "open sesame"},
    }


def test_control_draft_is_no_deployed_action(sandbox):
    with Management(sandbox) as api:
        action = api.create_action()
    with pytest.raises(ControlError, match="deployed version"):
        sandbox.control.deployed_action(action["id"])


def test_control_instances_stopped_make_the_next_login_a_cold_start(sandbox):
    with Auth0Tenant(sandbox) as tenant:
        tenant.add_bound_action("remembering", REMEMBERING_CODE)
        login = LoginRequest(user_id=tenant.add_user("cold"))
    counts = [seen_logins(sandbox, login), seen_logins(sandbox, login)]
    sandbox.control.stop_instances()
    assert [*counts, seen_logins(sandbox, login)] == [1, 2, 1]


def seen_logins(sandbox: Sandbox, login: LoginRequest) -> object:
    return sandbox.control.log_in(login).app_metadata["logins"]


def test_control_login_of_an_unknown_user_is_not_found(sandbox):
    with pytest.raises(ControlError, match=r"auth0\|nobody") as refusal:
        sandbox.control.log_in(LoginRequest(user_id="auth0|nobody"))
    assert refusal.value.status == 404
