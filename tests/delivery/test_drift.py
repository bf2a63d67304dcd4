"""What differs between a tenant's Action and the desired one."""

from dataclasses import replace

import pytest

from consumer_on_login.auth0.shapes import (
    Content,
    TenantAction,
    TenantBinding,
    Version,
    secrets_of_others,
)
from consumer_on_login.delivery.drift import (
    Desired,
    Drift,
    differences,
    drift_of,
    is_added_secret,
    is_unbound,
    secret_times,
    sentence,
    sha256,
)

CODE = "exports.x = 1;"
DESIRED = Desired(
    code_sha256=sha256(CODE),
    runtime="node22",
    dependencies={"undici": "6.29.1"},
    secret="API_KEY",
)
CONTENT = Content(
    code=CODE,
    runtime="node22",
    dependencies={"undici": "6.29.1"},
    secrets={"API_KEY": "monday"},
)
OURS = TenantBinding("a1", "Portal", "Portal")
OTHERS = TenantBinding("a2", "Deny", "Deny")


def action(draft=CONTENT, deployed=CONTENT):
    return TenantAction(
        id="a1",
        name="Portal",
        status="built",
        draft=draft,
        deployed=None if deployed is None else Version(deployed, 7, True),
        is_draft_deployed=True,
    )


def with_secrets(**secrets):
    return replace(CONTENT, secrets=secrets)


def found(action, flow=(OURS,), secrets_at=None):
    at = {"draft": "monday", "deployed": "monday"} if secrets_at is None else secrets_at
    return [sentence(it) for it in drift_of(action, list(flow), DESIRED, at)]


def test_drift_of_what_was_desired_is_none():
    assert found(action(), (OTHERS, OURS)) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "exports.x = 2;"}, "the code"),
        ({"dependencies": {"undici": "7.0.0"}}, "the dependencies"),
        ({"dependencies": {}}, "the dependencies"),
        ({"runtime": "node18-actions"}, "the runtime"),
    ],
    ids=str,
)
def test_drift_of_the_deployed_version_names_what_and_which(changes, words):
    deployed = replace(CONTENT, **changes)
    assert found(action(deployed=deployed)) == [
        f"{words} of the deployed version 7 differs"
    ]


def test_drift_of_a_draft_that_is_not_deployed_is_the_providers_to_find():
    assert found(action(draft=replace(CONTENT, code="other"))) == []


def test_drift_without_a_deployed_version_says_so_alone():
    assert found(action(deployed=None), flow=()) == ["no version is deployed"]


@pytest.mark.parametrize(
    ("draft", "deployed", "expected"),
    [
        (
            {"API_KEY": "monday", "OTHER": "x"},
            {"API_KEY": "monday"},
            ["secret OTHER was added (draft)"],
        ),
        (
            {"API_KEY": "monday"},
            {"API_KEY": "monday", "B": "x", "A": "x"},
            ["secret A was added (deployed)", "secret B was added (deployed)"],
        ),
        ({}, {"API_KEY": "monday"}, ["secret API_KEY was removed (draft)"]),
        ({"API_KEY": "monday"}, {}, ["secret API_KEY was removed (deployed)"]),
        (
            {"API_KEY": "tuesday"},
            {"API_KEY": "monday"},
            ["secret API_KEY was changed (draft)"],
        ),
        (
            {"API_KEY": "tuesday"},
            {"API_KEY": "tuesday"},
            [
                "secret API_KEY was changed (draft)",
                "secret API_KEY was changed (deployed)",
            ],
        ),
        (
            {"API_KEY": "monday"},
            {"API_KEY": "sunday"},
            ["secret API_KEY was changed (deployed)"],
        ),
    ],
    ids=[
        "added to the draft",
        "added and deployed",
        "removed from the draft",
        "removed and deployed",
        "changed in the draft",
        "changed and deployed",
        "rolled back",
    ],
)
def test_drift_of_secrets_names_them_and_where(draft, deployed, expected):
    changed = action(with_secrets(**draft), with_secrets(**deployed))
    assert found(changed) == expected


def test_drift_without_noted_times_is_a_changed_secret():
    assert found(action(), secrets_at={}) == [
        "secret API_KEY was changed (draft)",
        "secret API_KEY was changed (deployed)",
    ]


@pytest.mark.parametrize(
    ("flow", "count"),
    [((), 0), ((OTHERS,), 0), ((OURS, OTHERS, OURS), 2)],
    ids=["empty", "lost", "doubled"],
)
def test_drift_of_the_binding_counts_it(flow, count):
    assert found(action(), flow) == [
        f"the Action is bound {count} times to the login flow"
    ]


def test_drift_of_several_kinds_is_listed_together():
    deployed = Content("", "node12", {}, {})
    assert found(action(deployed=deployed), ()) == [
        "the code of the deployed version 7 differs",
        "the dependencies of the deployed version 7 differs",
        "the runtime of the deployed version 7 differs",
        "secret API_KEY was removed (deployed)",
        "the Action is bound 0 times to the login flow",
    ]


def test_drift_is_kept_as_data_that_the_engine_gives_back():
    """Numbers come back from the state as floats."""
    draft = with_secrets(API_KEY="monday", OTHER="x")
    kept = drift_of(action(draft), [], DESIRED, {"draft": "monday"})
    assert {"kind": "added", "place": "draft", "name": "OTHER", "number": 0} in kept
    assert is_added_secret(kept, "OTHER")
    assert not is_added_secret(kept, "API_KEY")
    assert is_unbound(kept)
    unbound = Drift(kind="bindings", place="login flow", name="", number=0.0)  # type: ignore[typeddict-item]
    assert sentence(unbound) == "the Action is bound 0 times to the login flow"


def test_differences_know_auth0s_other_name_of_a_runtime():
    desired = replace(DESIRED, runtime="node18")
    assert differences(replace(CONTENT, runtime="node18-actions"), desired) == []


def test_third_party_secrets_are_sorted_without_ours():
    content = with_secrets(B="x", API_KEY="x", A="x")
    assert secrets_of_others(content, "API_KEY") == ["A", "B"]


def test_secret_times_are_those_of_ours_in_both_places():
    both = action(with_secrets(API_KEY="tuesday", OTHER="x"), with_secrets(OTHER="x"))
    assert secret_times(both, DESIRED) == {"draft": "tuesday", "deployed": ""}
    assert secret_times(action(deployed=None), DESIRED) == {
        "draft": "monday",
        "deployed": "",
    }


def test_sha256_hashes_any_text():
    assert sha256("") == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    assert sha256("\ud800") != sha256("?")
