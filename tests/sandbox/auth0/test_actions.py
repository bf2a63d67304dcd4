"""Drafts, versions and deploys of the Auth0 stand-in, without a socket."""

from pathlib import Path

import pytest

from sandbox.auth0.actions import (
    VERSIONS_PER_ACTION,
    Action,
    TriggerRef,
    stored_secrets,
)
from sandbox.auth0.errors import ApiError
from sandbox.auth0.progress import BuildProgress

MODULES = Path("modules")


def built_action() -> Action:
    return Action(
        name="demo",
        code="first",
        dependencies=[],
        runtime="node22",
        secrets=stored_secrets({"KEY": "one"}, "then", {}),
        supported_triggers=[TriggerRef("post-login", "v3")],
        build=BuildProgress([], MODULES, "built"),
    )


def changed(action: Action, code: str) -> None:
    action.code = code
    action.changed()
    action.build.status = "built"


@pytest.mark.parametrize("status", ["pending", "building", "retrying", "failed"])
def test_deploy_of_a_draft_that_is_not_built_is_refused(status):
    action = built_action()
    action.build.status = status

    with pytest.raises(ApiError, match="must be in the 'built' state") as refusal:
        action.deploy()

    assert refusal.value.status == 400
    assert action.versions == []


def test_deploy_copies_the_draft_with_its_modules():
    action = built_action()

    version = action.deploy()

    assert action.deployed_version is version
    assert (version.number, version.code, version.modules) == (1, "first", MODULES)
    assert version.secrets["KEY"].value == "one"
    assert action.all_changes_deployed


def test_rollback_deploys_the_earlier_code_as_a_new_version():
    action = built_action()
    first = action.deploy()
    changed(action, "second")
    action.deploy()

    again = action.roll_back(first.id)

    assert action.deployed_version is again
    assert again.id != first.id
    assert (again.number, again.code, again.modules) == (3, "first", MODULES)
    assert action.code == "second"
    assert not action.all_changes_deployed


def test_rollback_to_an_unknown_version_is_not_found():
    with pytest.raises(ApiError) as refusal:
        built_action().roll_back("unknown")

    assert refusal.value.status == 404


def test_versions_beyond_the_limit_drop_the_oldest_that_is_not_deployed():
    action = built_action()
    for _ in range(VERSIONS_PER_ACTION + 2):
        action.deploy()

    numbers = [version.number for version in action.versions]
    assert numbers == list(range(3, VERSIONS_PER_ACTION + 3))
