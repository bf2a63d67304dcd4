"""The engine is killed within a run: what is left, and what the documents tell to do.

docs/troubleshooting.md says `pulumi cancel`, then `pulumi up`. If that one fails, its
message's first remedy ends it.
"""

import re
import sys
from collections import Counter

import pytest
from pulumi import automation as auto

from .environment import obey
from .invariants import (
    ACTION,
    CREATE,
    Harness,
    begin,
    log_in,
    said,
)
from .killing import kill_within

DEPLOY = f"{ACTION}/deploy"


@pytest.mark.parametrize(
    ("moment", "call"),
    [
        ("update-sent", {"method": "PATCH", "when": "after"}),
        ("deploy-due", {"path": DEPLOY}),
        ("deploy-sent", {"path": DEPLOY, "when": "after"}),
        ("second-deploy-due", {"path": DEPLOY, "skip": 1}),
    ],
)
def test_killed_rotation_is_ended_by_cancel_and_up(deployed, moment, call):
    deployed.rotate()

    kill_within(deployed, call)

    assert log_in(deployed, moment) == "success, 1"
    with pytest.raises(auto.ConcurrentUpdateError, match="pulumi cancel"):
        deployed.deployment.stack.up()
    deployed.deployment.stack.cancel()
    up = deployed.up()
    assert up.succeeded, up.output
    assert deployed.broken_invariants() == []


@pytest.mark.parametrize(
    ("change", "healed"),
    [
        (Harness.rotate, []),
        # The component sends no code.
        (Harness.lengthen, ["pulumi up", "pulumi up --refresh"]),
    ],
    ids=["rotation", "edit"],
)
def test_killed_change_that_is_taken_back_does_not_stay_live(deployed, change, healed):
    """The state has the earlier version, and the program declares that one again."""
    before = deployed.key, deployed.timeout_ms
    change(deployed)
    kill_within(deployed, {"path": DEPLOY, "when": "after"})
    deployed.deployment.stack.cancel()
    deployed.want_again(*before)

    run = deployed.up()

    assert deployed.heal(run) == healed
    assert deployed.broken_invariants() == []


@pytest.mark.parametrize(
    ("call", "way"),
    [
        ({"method": "POST", "path": CREATE, "when": "after"}, "adopt"),
        ({"method": "POST", "path": CREATE, "when": "after"}, "delete"),
        ({"path": DEPLOY}, "adopt"),
    ],
)
def test_action_left_by_a_killed_first_up_is_adopted_or_deleted(harness, call, way):
    harness.new_stack()
    kill_within(harness, call)
    (left,) = harness.own_actions()
    harness.deployment.stack.cancel()

    preview = harness.deployment.preview()

    assert not preview.succeeded
    adopt, delete, _ = re.findall(r"^(?:To|If) .*run: (.+)$", said(preview), re.M)
    obey(harness, harness.deployment, {"adopt": adopt, "delete": delete}[way])
    up = harness.up()
    assert up.succeeded, up.output
    assert (harness.own_actions() == [left]) == (way == "adopt")
    assert harness.broken_invariants() == []


def moments(calls):
    """Give each call as a fault that holds it, before it is done or after it."""
    seen: Counter[str] = Counter()
    for call in calls:
        for when in ("before", "after") if call.method != "GET" else ("before",):
            yield {"service": call.service, "skip": seen[call.service], "when": when}
        seen[call.service] += 1


@pytest.mark.faults
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", ["first up", "edit", "rotation"])
def test_run_killed_at_every_call_is_ended_as_the_documents_say(harness, capsys, name):
    begin(harness, name)
    assert harness.up().succeeded
    calls = harness.all_calls
    assert harness.broken_invariants() == []
    wrong = []
    for call in moments(calls):
        begin(harness, name)
        kill_within(harness, call)
        harness.deployment.stack.cancel()

        run = harness.up()
        happened = ["green" if run.succeeded else "failed", *harness.heal(run)]
        broken = harness.broken_invariants()

        line = f"{name} | {call} | {', '.join(happened)} | {broken}"
        with capsys.disabled():
            print(line, file=sys.stderr)
        wrong += [line] if broken else []
    assert wrong == []
