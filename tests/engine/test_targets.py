"""A run with `--target` deploys a component alone, and says what it left out."""

from pathlib import Path

import pytest

from .environment import open_environment, resources, text

PORTALS = Path(__file__).parent / "programs" / "two_portals" / "__main__.py"
LEFT_OUT = "This run targets other resources"


@pytest.fixture(scope="module")
def environment(engine, tmp_path_factory):
    with open_environment(engine, tmp_path_factory.mktemp("targets")) as environment:
        yield environment


@pytest.fixture(scope="module")
def portals(environment):
    """Two components whose bindings are chained, with edits that wait for both."""
    portals = environment.stack(
        "portals", PORTALS, loginTimeoutMs="1000", loginProbe="true"
    )
    assert portals.up().succeeded
    yield portals
    assert portals.destroy().succeeded


def component(portals, name):
    """The URN of a component, as `pulumi stack --show-urns` prints it."""
    (urn,) = [
        it for it in resources(portals) if it.endswith(f"ConsumerOnLogin::{name}")
    ]
    return urn


def edit(portals):
    settings = portals.stack.get_all_config()
    (key,) = [it for it in settings if it.endswith(":loginTimeoutMs")]
    portals.configure("loginTimeoutMs", str(int(settings[key].value) + 1))


def changed(run):
    """Names of what a run changes."""
    planned = [it.resource_pre_event for it in run.events if it.resource_pre_event]
    steps = [it.metadata for it in planned]
    own = [it for it in steps if not it.type.startswith("pulumi:providers:")]
    return {it.urn.rpartition("::")[2] for it in own if it.op.value != "same"}


def left_out(run):
    """What a run says that it left out, one line each."""
    warnings = [it.splitlines() for it in run.messages("warning")]
    reported = [lines for lines in warnings if lines[0].startswith(LEFT_OUT)]
    assert all(
        lines[1:] == ["To deploy the rest, run: pulumi up"] for lines in reported
    )
    return sorted(lines[0].removeprefix(f"{LEFT_OUT}: ") for lines in reported)


NOT_PROVEN = 'not all of "{}" is deployed and proven.'.format
NOT_PROBED = "the login probe does not run."


@pytest.mark.parametrize("operation", ["preview", "up"])
def test_component_is_updated_alone(portals, operation):
    edit(portals)
    target = [component(portals, "payments")]

    run = getattr(portals, operation)(target=target, target_dependents=True)

    assert run.succeeded, text(run)
    assert changed(run) == {
        "payments-action",
        "payments-delivery",
        "payments-probe",
    }
    assert left_out(run) == [NOT_PROVEN("weather")]


@pytest.mark.parametrize("operation", ["preview", "up"])
def test_run_that_leaves_the_proof_out_says_so(portals, operation):
    edit(portals)
    run = getattr(portals, operation)(target=["**::payments-action"])
    assert run.succeeded, text(run)
    assert changed(run) == {"payments-action"}
    assert left_out(run) == [
        NOT_PROVEN("payments"),
        NOT_PROVEN("weather"),
        NOT_PROBED,
    ]


def test_run_that_leaves_the_probe_out_says_so(portals):
    edit(portals)
    run = portals.up(target=["**::payments-action", "**::payments-delivery"])
    assert run.succeeded, text(run)
    assert left_out(run) == [NOT_PROVEN("weather"), NOT_PROBED]


def test_remedy_of_the_warning_deploys_the_rest(portals):
    edit(portals)
    assert left_out(portals.up(target=["**::payments-action"])) != []
    up = portals.up()
    assert up.succeeded, text(up)
    assert left_out(up) == []
    again = portals.up(target=["**::payments-action"], expect_no_changes=True)
    assert again.succeeded
    assert left_out(again) == []


def test_drift_that_a_refresh_has_found_is_left_out_with_a_warning(
    environment, portals
):
    edit(portals)
    assert portals.up().succeeded
    (action,) = [
        item["id"]
        for urn, item in resources(portals).items()
        if urn.endswith("::payments-action")
    ]
    environment.edit(action, code="exports.onExecutePostLogin = async () => {};")
    assert portals.refresh().succeeded
    assert left_out(portals.up(target=["**::weather-bucket"])) == [
        NOT_PROVEN("payments"),
        NOT_PROBED,
    ]
    for run in (portals.preview(), portals.up()):
        assert run.succeeded, text(run)
        assert left_out(run) == []
    live = environment.sandbox.control.deployed_action(action)
    assert "zuplo" in live.code
