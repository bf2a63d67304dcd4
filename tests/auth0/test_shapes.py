"""Auth0's responses, of the documented shape and of others."""

from typing import Any

import pytest

from consumer_on_login.auth0.shapes import (
    Content,
    ShapeError,
    TenantBinding,
    read_action,
    read_binding,
    read_version,
)

CONTENT: dict[str, Any] = {
    "code": "exports.x = 1;",
    "runtime": "node22",
    "dependencies": [{"name": "undici", "version": "6.29.1"}],
    "secrets": [{"name": "API_KEY", "updated_at": "2026-11-01T10:00:00.123456789Z"}],
}
VERSION = {**CONTENT, "number": 3, "deployed": True, "status": "built"}
ACTION = {
    **CONTENT,
    "id": "a1",
    "name": "Portal",
    "status": "built",
    "deployed_version": VERSION,
    "all_changes_deployed": True,
}
BINDING = {
    "id": "b1",
    "display_name": "Shown",
    "action": {"id": "a1", "name": "Portal"},
}
READ = Content(
    code="exports.x = 1;",
    runtime="node22",
    dependencies={"undici": "6.29.1"},
    secrets={"API_KEY": "2026-11-01T10:00:00.123456789Z"},
)


def test_action_is_read_with_draft_and_version():
    action = read_action(ACTION)
    assert (action.id, action.name, action.status) == ("a1", "Portal", "built")
    assert action.draft == READ
    assert action.is_draft_deployed
    assert action.deployed is not None
    assert action.deployed.content == READ
    assert (action.deployed.number, action.deployed.is_deployed) == (3, True)


def test_action_that_was_never_deployed_has_no_version():
    body = {name: ACTION[name] for name in ("id", "name", "status")}
    action = read_action(body)
    assert action.deployed is None
    assert not action.is_draft_deployed
    assert action.draft == Content("", "", {}, {})


def test_secret_without_a_time_is_read():
    action = read_action({**ACTION, "secrets": [{"name": "API_KEY"}]})
    assert action.draft.secrets == {"API_KEY": ""}


@pytest.mark.parametrize("nothing", [None, {}], ids=["null", "empty"])
def test_action_with_an_empty_version_was_never_deployed(nothing):
    assert read_action({**ACTION, "deployed_version": nothing}).deployed is None


def test_version_just_asked_for_is_not_deployed_yet():
    asked_for = {**VERSION, "deployed": False}
    action = read_action({**ACTION, "deployed_version": asked_for})
    assert action.deployed is not None
    assert not action.deployed.is_deployed


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "Action",
        {},
        {**ACTION, "id": 7},
        {**ACTION, "status": None},
        {**ACTION, "code": ["x"]},
        {**ACTION, "runtime": 22},
        {**ACTION, "dependencies": 5},
        {**ACTION, "dependencies": {"undici": "6.29.1"}},
        {**ACTION, "dependencies": [{"name": "undici"}]},
        {**ACTION, "secrets": ["API_KEY"]},
        {**ACTION, "secrets": [{"name": None}]},
        {**ACTION, "secrets": [{"name": "API_KEY", "updated_at": 5}]},
        {**ACTION, "deployed_version": "3"},
        {**ACTION, "deployed_version": [VERSION]},
        {**ACTION, "deployed_version": {**VERSION, "number": "three"}},
        {**ACTION, "deployed_version": {**VERSION, "number": float("inf")}},
        {**ACTION, "deployed_version": {**VERSION, "number": None}},
    ],
    ids=lambda body: str(body).replace(str(CONTENT)[1:-1], "..."),
)
def test_action_of_another_shape_is_refused(body):
    with pytest.raises(ShapeError, match=r"it is not an Action$"):
        read_action(body)


def test_version_of_a_deployment_is_read():
    version = read_version({**VERSION, "deployed": False})
    assert (version.number, version.is_deployed, version.content) == (3, False, READ)


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {**VERSION, "number": "3"}, {**VERSION, "number": None}],
    ids=lambda body: str(body)[-40:],
)
def test_version_of_another_shape_is_refused(body):
    with pytest.raises(ShapeError, match=r"it is not a version of an Action$"):
        read_version(body)


def test_binding_is_read():
    assert read_binding(BINDING) == TenantBinding("a1", "Portal", "Shown")


def test_binding_needs_no_label():
    nothing = {name: it for name, it in BINDING.items() if name != "display_name"}
    for body in (nothing, {**BINDING, "display_name": None}):
        assert read_binding(body) == TenantBinding("a1", "Portal", None)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "binding",
        {},
        {**BINDING, "action": None},
        {**BINDING, "action": "a1"},
        {**BINDING, "action": {"id": "a1"}},
        {**BINDING, "display_name": 5},
    ],
    ids=str,
)
def test_binding_of_another_shape_is_refused(body):
    with pytest.raises(ShapeError, match=r"it is not a binding$"):
        read_binding(body)
