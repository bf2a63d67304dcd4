"""Event streams of the Auth0 stand-in, over a socket."""

import pytest

from tests.sandbox.auth0_api import Management


@pytest.fixture
def action_id(api: Management) -> str:
    trigger = {"id": "event-stream", "version": "v1"}
    return str(api.deployed_action(supported_triggers=[trigger])["id"])


def stream_to(action_id):
    return {
        "name": "deleted users",
        "subscriptions": [{"event_type": "user.deleted"}],
        "destination": {"type": "action", "configuration": {"action_id": action_id}},
    }


def test_created_stream_is_enabled_and_can_be_changed(api, action_id):
    created = api.call("POST", "/event-streams", stream_to(action_id))
    assert created.status_code == 201
    stream = created.json()
    assert len(stream["id"]) == 26
    assert stream["status"] == "enabled"
    path = f"/event-streams/{stream['id']}"
    assert api.call("GET", path).json() == stream

    changed = api.call("PATCH", path, {"name": "renamed"}).json()

    assert changed == stream | {
        "name": "renamed",
        "updated_at": changed["updated_at"],
    }


def test_deleting_a_stream_deletes_its_action(api, action_id):
    stream = api.call("POST", "/event-streams", stream_to(action_id)).json()

    assert api.call("DELETE", f"/event-streams/{stream['id']}").status_code == 204

    assert api.call("GET", f"/event-streams/{stream['id']}").status_code == 404
    assert api.call("DELETE", f"/actions/actions/{action_id}").status_code == 404


def test_stream_to_an_unknown_action_is_refused(api):
    response = api.call("POST", "/event-streams", stream_to("unknown"))

    assert response.status_code == 404


def test_stream_to_a_webhook_is_refused(api):
    body = stream_to("unknown") | {"destination": {"type": "webhook"}}

    assert api.call("POST", "/event-streams", body).status_code == 400
