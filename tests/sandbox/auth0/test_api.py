"""Actions of the Auth0 stand-in as a client sees them, over a socket."""

import re

import pytest

from tests.sandbox.auth0_api import POST_LOGIN
from tests.toolkit.http_client import send
from tests.toolkit.our_action import CODE

TIMESTAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z"
NOT_THERE = {
    "statusCode": 404,
    "error": "Not Found",
    "message": "That action does not exist.",
}


def test_created_action_is_pending_and_built_at_the_next_read(api):
    created = api.create_action(secrets=[{"name": "KEY", "value": "s3cret"}])

    assert created["status"] == "pending"
    assert created["secrets"] == [{"name": "KEY", "updated_at": created["updated_at"]}]
    assert created["runtime"] == "node22"
    assert created["all_changes_deployed"] is False
    assert re.fullmatch(TIMESTAMP, created["created_at"])

    read = api.call("GET", f"/actions/actions/{created['id']}")

    assert read.json() == created | {"status": "built"}
    assert "s3cret" not in read.text


def test_deploy_gives_the_version_before_it_is_deployed(api):
    action = api.create_action()

    version = api.call("POST", f"/actions/actions/{action['id']}/deploy").json()

    assert (version["number"], version["deployed"], version["status"]) == (
        1,
        False,
        "built",
    )
    assert "built_at" not in version
    assert version["action"]["id"] == action["id"]
    assert version["action"]["all_changes_deployed"] is False


def test_deployed_action_shows_its_version_twice(api):
    action = api.deployed_action()

    current, deployed = action["current_version"], action["deployed_version"]
    assert (current["status"], deployed["status"]) == ("BUILT", "built")
    assert current["build_time"] == deployed["built_at"]
    assert current["id"] == deployed["id"]
    assert deployed["deployed"] is True
    assert action["all_changes_deployed"] is True


def test_update_builds_again_and_keeps_what_it_does_not_name(api):
    action = api.deployed_action(
        runtime="node18-actions", secrets=[{"name": "KEY", "value": "1"}]
    )

    updated = api.call(
        "PATCH", f"/actions/actions/{action['id']}", {"code": "// new"}
    ).json()

    assert (updated["code"], updated["status"]) == ("// new", "pending")
    assert updated["runtime"] == "node18-actions"
    assert updated["secrets"] == action["secrets"]
    assert updated["updated_at"] > action["updated_at"]
    assert updated["deployed_version"]["code"] == CODE
    assert updated["all_changes_deployed"] is False


def test_update_with_secrets_replaces_them_all(api):
    action = api.create_action(secrets=[{"name": "OLD", "value": "1"}])
    secrets = [{"name": "bar", "value": "2"}, {"name": "foo", "value": "3"}]

    updated = api.call(
        "PATCH", f"/actions/actions/{action['id']}", {"secrets": secrets}
    ).json()

    at = updated["updated_at"]
    assert updated["secrets"] == [
        {"name": "foo", "updated_at": at},
        {"name": "bar", "updated_at": at},
    ]


def test_update_keeps_a_secret_that_comes_without_a_value(api, sandbox):
    values = [{"name": "KEPT", "value": "1"}, {"name": "NEW", "value": "2"}]
    action = api.create_action(secrets=values)
    path = f"/actions/actions/{action['id']}"

    secrets = [{"name": "KEPT"}, {"name": "NEW", "value": "3"}]
    updated = api.call("PATCH", path, {"secrets": secrets}).json()

    times = {it["name"]: it["updated_at"] for it in updated["secrets"]}
    assert times == {"KEPT": action["updated_at"], "NEW": updated["updated_at"]}
    assert api.call("POST", f"{path}/deploy").status_code == 200
    deployed = sandbox.control.deployed_action(action["id"])
    assert deployed.secrets == {"KEPT": "1", "NEW": "3"}


def test_update_that_leaves_a_new_secret_without_a_value_changes_nothing(api):
    action = api.create_action(secrets=[{"name": "KEY", "value": "1"}])
    path = f"/actions/actions/{action['id']}"

    response = api.call("PATCH", path, {"code": "// new", "secrets": [{"name": "K"}]})

    assert response.status_code == 400
    assert response.json()["message"] == (
        "Payload validation error: "
        "'Missing required property: value' on property secrets.0."
    )
    assert api.call("GET", path).json()["code"] == action["code"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"colour": "red"}, "'Additional properties not allowed: colour'"),
        ({"name": None}, "on property name"),
        ({"supported_triggers": []}, "on property supported_triggers"),
        ({"secrets": [{"name": "K"}]}, "'Missing required property: value'"),
        ({"secrets": [{"name": "K" * 129, "value": ""}]}, "at most 128 characters"),
        ({"secrets": [{"name": "K", "value": "v" * 4097}]}, "at most 4096 characters"),
        ({"secrets": [{"name": "K", "value": ""}] * 31}, "at most 30 items"),
        ({"dependencies": [{"name": "p", "version": "1"}] * 11}, "at most 10 items"),
        ({"code": "x" * 100_001}, "larger than 100 kB"),
        ({"deploy": True}, "'Additional properties not allowed: deploy'"),
    ],
)
def test_create_with_an_invalid_body_is_refused(api, change, fault):
    body = {"name": "refused", "supported_triggers": [POST_LOGIN], **change}

    response = api.call("POST", "/actions/actions", body)

    assert response.status_code == 400
    assert response.json()["errorCode"] == "invalid_body"
    assert response.json()["message"].startswith("Payload validation error: '")
    assert fault in response.json()["message"]


def test_refusal_of_a_secret_does_not_repeat_its_value(api):
    secrets = [{"name": "KEY", "value": "tell-nobody" * 1000}]
    body = {"name": "refused", "supported_triggers": [POST_LOGIN], "secrets": secrets}

    response = api.call("POST", "/actions/actions", body)

    assert response.status_code == 400
    assert "tell-nobody" not in response.text


def test_create_beyond_the_actions_of_a_trigger_is_refused(api):
    for _ in range(20):
        api.create_action()

    body = {"name": "one too many", "supported_triggers": [POST_LOGIN]}
    response = api.call("POST", "/actions/actions", body)

    assert response.status_code == 400
    assert "more than 20 actions" in response.json()["message"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/actions/actions/unknown"),
        ("PATCH", "/actions/actions/unknown"),
        ("DELETE", "/actions/actions/unknown"),
        ("POST", "/actions/actions/unknown/deploy"),
        ("POST", "/actions/actions/unknown/test"),
        ("GET", "/actions/actions/unknown/versions"),
    ],
)
def test_unknown_action_is_not_found(api, method, path):
    response = api.call(method, path, {} if method == "PATCH" else None)

    assert (response.status_code, response.json()) == (404, NOT_THERE)


def test_unknown_execution_is_not_found(api):
    response = api.call("GET", "/actions/executions/unknown")

    assert response.status_code == 404
    assert response.json()["message"] == "That execution does not exist."


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/rules"),
        ("PUT", "/actions/actions"),
        ("GET", "/users/"),
        ("GET", "/actions/modules"),
    ],
)
def test_unknown_route_is_not_found(api, method, path):
    response = api.call(method, path)

    assert response.status_code == 404
    assert response.json() == {
        "statusCode": 404,
        "error": "Not Found",
        "message": "Not Found",
    }


def test_deleted_action_is_gone(api):
    action = api.create_action()

    response = api.call("DELETE", f"/actions/actions/{action['id']}")

    assert (response.status_code, response.content) == (204, b"")
    assert api.call("GET", f"/actions/actions/{action['id']}").json() == NOT_THERE


def test_list_pages_end_with_an_empty_page_without_total(api):
    names = [api.create_action()["name"] for _ in range(3)]

    first, second, third = (
        api.call("GET", f"/actions/actions?page={page}&per_page=2").json()
        for page in range(3)
    )

    assert [action["name"] for action in first.pop("actions")] == names[:2]
    assert first == {"total": 3, "per_page": 2}
    assert [action["name"] for action in second.pop("actions")] == names[2:]
    assert second == {"total": 3, "page": 1, "per_page": 2}
    assert third == {"actions": [], "page": 2, "per_page": 2}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("actionName=wanted", 1),
        ("actionName=unwanted", 0),
        ("triggerId=post-login", 2),
        ("triggerId=post-change-password", 0),
    ],
)
def test_list_filters_by_the_query(api, query, count):
    api.create_action(name="wanted")
    api.create_action(name="other")

    listed = api.call("GET", f"/actions/actions?{query}").json()

    assert len(listed["actions"]) == count


def test_list_with_an_unknown_parameter_is_refused(api):
    response = api.call("GET", "/actions/actions?include_totals=true")

    assert response.status_code == 400
    assert response.json()["message"] == (
        "Query validation error: 'Additional properties not allowed: include_totals'."
    )


def test_versions_are_listed_with_the_deployed_one_marked(api):
    action = api.deployed_action()
    path = f"/actions/actions/{action['id']}"
    api.call("POST", f"{path}/deploy")

    listed = api.call("GET", f"{path}/versions").json()

    versions = {v["number"]: v for v in listed["versions"]}
    assert (listed["total"], listed["per_page"]) == (2, 20)
    assert [versions[n]["deployed"] for n in (1, 2)] == [False, True]


def test_rollback_gives_a_new_version(api):
    action = api.deployed_action()
    path = f"/actions/actions/{action['id']}"
    first = action["deployed_version"]["id"]

    response = api.call("POST", f"{path}/versions/{first}/deploy", {})

    assert response.status_code == 200
    assert response.json()["number"] == 2
    assert response.json()["id"] != first
    deployed = api.call("GET", path).json()["deployed_version"]
    assert deployed["id"] == response.json()["id"]


def test_responses_carry_the_rate_limit_headers(api):
    headers = api.call("GET", "/actions/triggers").headers

    assert headers["content-type"] == "application/json; charset=utf-8"
    assert int(headers["x-ratelimit-remaining"]) < int(headers["x-ratelimit-limit"])
    assert int(headers["x-ratelimit-reset"]) > 0


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b'{"name": NaN}', b"[" * 100_000, rb'{"name": "\ud800"}'],
    ids=["empty", "half", "not UTF-8", "NaN", "too deep", "half a character"],
)
def test_body_that_is_not_json_is_refused(api, sandbox, body):
    headers = {
        "authorization": f"Bearer {api.token}",
        "content-type": "application/json",
    }
    url = f"https://{sandbox.auth0_domain}/api/v2/actions/actions"
    response = send(sandbox, "POST", url, data=body, headers=headers)

    assert response.status_code == 400
    assert response.json()["message"] == "Invalid request payload JSON format"
