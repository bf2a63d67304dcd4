"""What a person changed in the dashboard: a refresh says it, the next `up` fixes it.

The tests share one stack, and each expects the tenant as the one before left it: a
rest of that one's drift would show in the words or the changes of the next preview.
"""

import pytest

from consumer_on_login.action_code.rendering import manifest
from sandbox.host.faults import Fault

from .environment import (
    THIRD_PARTY_CODE,
    action_of,
    exported,
    open_environment,
    refusal,
    text,
)

OURS = {"name": manifest().secret, "value": "by hand"}
THEIRS = {"name": "THEIRS", "value": "by hand"}
DELIVERY = "pulumi-python:dynamic/auth0:Delivery"


@pytest.fixture(scope="module")
def deployed(environment):
    """A stack whose Action had another code once."""
    deployment = environment.stack("drift", loginTimeoutMs=1234)
    assert deployment.up().succeeded
    deployment.configure("loginTimeoutMs", "3000")
    assert deployment.up().succeeded
    return deployment


@pytest.fixture(scope="module")
def environment(engine, tmp_path_factory):
    with open_environment(engine, tmp_path_factory.mktemp("drift")) as environment:
        yield environment


@pytest.fixture
def action(environment, deployed):
    """Our Action between two of others."""
    action = action_of(deployed)
    environment.tenant.bind(
        environment.third_party[0], action, environment.third_party[1]
    )
    return action


class Case:
    """Something done in the dashboard, and what a run says of it."""

    def __init__(self, done, words, changes=None, operation="up --refresh"):
        self.done, self.words = done, words
        self.changes = changes or {"same": 6, "update": 1}
        self.operation = operation


def edited(*, deploy, **fields):
    return lambda environment, action: environment.edit(action, deploy=deploy, **fields)


CASES = {
    "secret changed in the draft": Case(
        edited(deploy=False, secrets=[OURS]),
        "secret API_KEY was changed (draft)",
    ),
    "secret changed and deployed": Case(
        edited(deploy=True, secrets=[OURS]),
        "secret API_KEY was changed (draft); secret API_KEY was changed (deployed)",
        operation="refresh, up",
    ),
    "secret added to the draft": Case(
        edited(deploy=False, secrets=[OURS, THEIRS]),
        "secret THEIRS was added (draft); secret API_KEY was changed (draft)",
    ),
    "secret added and deployed": Case(
        edited(deploy=True, secrets=[OURS, THEIRS]),
        "secret THEIRS was added (draft); secret API_KEY was changed (draft); "
        "secret THEIRS was added (deployed); secret API_KEY was changed (deployed)",
    ),
    "secret removed from the draft": Case(
        edited(deploy=False, secrets=[]),
        "secret API_KEY was removed (draft)",
    ),
    "secret removed and deployed": Case(
        edited(deploy=True, secrets=[]),
        "secret API_KEY was removed (draft); secret API_KEY was removed (deployed)",
    ),
    "binding lost": Case(
        lambda environment, action: environment.tenant.bind(*environment.third_party),
        "the Action is bound 0 times to the login flow",
        {"create": 1, "same": 5, "update": 1},
    ),
    "binding doubled": Case(
        lambda environment, action: environment.tenant.bind(
            *environment.third_party, action, action
        ),
        "the Action is bound 2 times to the login flow",
    ),
    "first version deployed again": Case(
        lambda environment, action: environment.roll_back(action),
        "the code of the deployed version {number} differs; "
        # That version's secret is the one of its time.
        "secret API_KEY was changed (deployed)",
    ),
    "code edited and deployed": Case(
        edited(deploy=True, code=THIRD_PARTY_CODE),
        "the code of the deployed version {number} differs",
        {"same": 5, "update": 2},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_drift_is_said_in_words_and_fixed(environment, deployed, action, name):
    case = CASES[name]
    case.done(environment, action)
    others = [environment.tenant.action(it) for it in environment.third_party]
    number = environment.tenant.action(action)["deployed_version"]["number"]

    preview = deployed.preview(refresh=True)

    assert preview.succeeded, preview.output
    words = case.words.format(number=number)
    assert f"warning: The tenant has drifted: {words}.\n" in text(preview)
    assert "To deploy the stack again, run: pulumi up --refresh" in text(preview)
    assert preview.changes == case.changes
    if case.operation == "up --refresh":
        assert deployed.up(refresh=True).succeeded
    else:
        assert deployed.refresh().succeeded
        assert deployed.up().succeeded
    assert_as_declared(environment, action)
    assert [environment.tenant.action(it) for it in environment.third_party] == others
    assert [
        it for it in environment.tenant.bound_actions() if it != action
    ] == environment.third_party


@pytest.mark.parametrize("deployed_by_hand", [False, True], ids=["draft", "deployed"])
def test_key_set_by_hand_does_not_outlive_a_plain_up_that_changes_the_code(
    environment, deployed, action, deployed_by_hand
):
    """The provider deploys the draft, with what stands in it as the secret."""
    environment.edit(action, deploy=deployed_by_hand, secrets=[OURS])
    deployed.configure("loginTimeoutMs", "2500")
    assert deployed.up().succeeded
    assert key_in_use(environment, action) == environment.sandbox.zuplo_api_key
    deployed.configure("loginTimeoutMs", "3000")
    assert deployed.up().succeeded
    assert_as_declared(environment, action)
    assert deployed.preview(refresh=True, expect_no_changes=True).succeeded


def test_third_party_secret_ends_a_plain_up_that_changes_the_code(
    environment, deployed, action
):
    own = {"name": manifest().secret, "value": environment.sandbox.zuplo_api_key}
    environment.edit(action, secrets=[own, THEIRS])
    deployed.configure("loginTimeoutMs", "2500")

    message = refusal(deployed.up())

    assert "do not belong to this stack: THEIRS." in message
    assert THEIRS["name"] in environment.sandbox.control.deployed_action(action).secrets
    deployed.configure("loginTimeoutMs", "3000")
    assert deployed.up(refresh=True).succeeded
    assert_as_declared(environment, action)


def key_in_use(environment, action):
    return environment.sandbox.control.deployed_action(action).secrets[
        manifest().secret
    ]


def assert_as_declared(environment, action):
    live = environment.sandbox.control.deployed_action(action)
    assert live.secrets == {manifest().secret: environment.sandbox.zuplo_api_key}
    assert "loginTimeoutMs: 3000," in live.code
    assert environment.tenant.bound_actions().count(action) == 1
    assert environment.tenant.action(action)["all_changes_deployed"]


def test_code_edited_in_the_draft_alone_shows_as_a_change_of_code(
    environment, deployed, action
):
    """Nothing else runs than before: this is the provider's to show, and no warning."""
    environment.edit(action, deploy=False, code=THIRD_PARTY_CODE)

    preview = deployed.preview(refresh=True)

    assert preview.changes == {"same": 5, "update": 2}
    assert "consumer-on-login-action update [diff: ~code]" in text(preview)
    assert "has drifted" not in text(preview)
    assert deployed.up(refresh=True).succeeded
    assert_as_declared(environment, action)
    assert deployed.preview(refresh=True, expect_no_changes=True).succeeded


@pytest.mark.parametrize(
    ("operation", "options", "fault"),
    [
        ("refresh", {}, {"kind": "status"}),
        ("preview", {"refresh": True}, {"kind": "reset"}),
    ],
    ids=["503", "reset"],
)
def test_fault_while_looking_for_drift_is_no_drift(
    environment, deployed, action, operation, options, fault
):
    """The provider gives up before the proof does, so the run fails all the same."""
    before = exported(deployed)
    environment.sandbox.control.arm(Fault(service="auth0", path="/api/v2/.*", **fault))

    run = getattr(deployed, operation)(**options)

    environment.sandbox.control.clear_faults()
    assert not run.succeeded
    warned = "The refresh did not check the Action for drift. Auth0 cannot be reached"
    assert f"warning: {warned}" in text(run)
    assert "The tenant has drifted" not in text(run)
    assert "Traceback" not in text(run)
    assert not [it for it in run.messages("error") if "delivery" in it]
    assert exported(deployed) == before
    assert deployed.preview(refresh=True, expect_no_changes=True).succeeded
