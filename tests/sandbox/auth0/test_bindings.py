"""Bindings of the Auth0 stand-in, over a socket."""

from typing import Any

import pytest

from sandbox.commands.clouds import FLOW, CloudError

NAMED = {"type": "action_name", "value": "Greet"}


def test_triggers_list_holds_post_login_v3(api):
    triggers = api.call("GET", "/actions/triggers").json()["triggers"]

    assert triggers[0] == {
        "id": "post-login",
        "version": "v3",
        "status": "CURRENT",
        "runtimes": ["node18-actions", "node22"],
        "default_runtime": "node22",
        "binding_policy": "trigger-bound",
        "compatible_triggers": [{"id": "post-login", "version": "v2"}],
    }


def test_bindings_of_a_new_tenant_are_an_empty_page(api):
    listed = api.call("GET", f"{FLOW}?page=0&per_page=50").json()

    assert listed == {"bindings": [], "per_page": 50}


def test_binding_shows_its_action_as_never_wholly_deployed(api):
    action = api.deployed_action()

    (binding,) = api.bind(action["id"])

    assert binding["trigger_id"] == "post-login"
    assert binding["display_name"] == action["name"]
    assert binding["updated_at"] == binding["created_at"]
    shown = binding["action"]
    assert shown["deployed_version"] == action["deployed_version"]
    assert shown["current_version"] == action["current_version"]
    assert "code" not in shown
    assert shown["all_changes_deployed"] is False


def test_replacing_bindings_keeps_the_order_and_changes_every_id(api):
    first, second = (api.deployed_action()["id"] for _ in "12")
    before = api.bind(first, second)

    after = api.bind(second, first)

    assert [b["action"]["id"] for b in after] == [second, first]
    assert not {b["id"] for b in before} & {b["id"] for b in after}
    listed = api.call("GET", FLOW).json()
    assert listed == {"bindings": after, "total": 2, "per_page": 20}


def test_binding_an_action_that_is_not_deployed_is_refused(api):
    refused = "400 .*binding for an action that has not been deployed yet"
    with pytest.raises(CloudError, match=refused):
        api.bind(api.create_action()["id"])


def test_binding_to_another_trigger_is_refused(api):
    ref = {"type": "action_id", "value": api.deployed_action()["id"]}
    path = "/actions/triggers/post-user-registration/bindings"

    response = api.call("PATCH", path, {"bindings": [{"ref": ref}]})

    assert response.status_code == 400
    assert response.json()["message"] == (
        "Trying to create a binding between an incompatible action and trigger."
    )


def test_refused_replacement_leaves_the_old_bindings(api):
    bound = api.deployed_action()["id"]
    before = api.bind(bound)

    with pytest.raises(CloudError, match="400"):
        api.bind(bound, api.create_action()["id"])

    assert api.bindings() == before


@pytest.mark.parametrize(
    ("item", "status"),
    [
        ({"ref": {"type": "action_id", "value": "unknown"}}, 404),
        ({"ref": {"type": "action_name", "value": "unknown"}}, 404),
        ({"ref": {"type": "binding_id", "value": "unknown"}}, 400),
        ({"display_name": "no ref"}, 400),
    ],
)
def test_binding_without_a_known_action_is_refused(
    api, item: dict[str, Any], status: int
):
    response = api.call("PATCH", FLOW, {"bindings": [item]})

    assert response.status_code == status


def test_action_can_be_bound_by_its_name(api):
    action = api.deployed_action(name="Greet")

    bound = api.call("PATCH", FLOW, {"bindings": [{"ref": NAMED}]}).json()

    assert [it["action"]["id"] for it in bound["bindings"]] == [action["id"]]


def test_name_of_two_actions_is_refused(api):
    for _ in range(2):
        api.deployed_action(name="Greet")

    response = api.call("PATCH", FLOW, {"bindings": [{"ref": NAMED}]})

    assert response.status_code == 400
    assert "2 actions have the name" in response.json()["message"]


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_unknown_trigger_is_an_invalid_path(api, method):
    path = "/actions/triggers/pre-breakfast/bindings"

    response = api.call(method, path, {"bindings": []})

    assert (response.status_code, response.json()["errorCode"]) == (400, "invalid_uri")


def test_entity_bound_trigger_lists_nothing_and_takes_no_binding(api):
    path = "/actions/triggers/event-stream/bindings"

    assert api.call("GET", path).json() == {"bindings": [], "per_page": 20}
    assert api.call("PATCH", path, {"bindings": []}).status_code == 400


def test_deleting_a_bound_action_is_a_conflict(api):
    action = api.deployed_action()
    api.bind(action["id"])

    response = api.call("DELETE", f"/actions/actions/{action['id']}")

    assert response.status_code == 409
    assert response.json() == {
        "statusCode": 409,
        "error": "Conflict",
        "message": "Unable to delete an action bound to a trigger.",
    }


def test_deleting_a_bound_action_by_force_unbinds_it(api):
    gone, left = (api.deployed_action()["id"] for _ in "12")
    api.bind(gone, left)

    response = api.call("DELETE", f"/actions/actions/{gone}?force=true")

    assert response.status_code == 204
    assert api.bound_actions() == [left]
