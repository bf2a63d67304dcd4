"""Two runs in a row fail: what the first leaves must not pass the second unseen.

The invariant is that of test_faults.py. A change that failed may be in the state, in
the tenant or in both; the next change begins there, and may ask for what one of them
has.
"""

import sys

import pytest

from .pairs import BACK, every_pair, read, run_in_a_row, write


# An edit writes twice, PATCH and deploy, and then the component looks: read 8. In a
# rotation the component repeats both writes. A first up creates, deploys and binds.
@pytest.mark.parametrize(
    "steps",
    [
        # The tenant runs the new key, and the states of both have the old one again.
        [("rotation", write(2)), (BACK, write(0))],
        [("rotation", write(2)), (BACK, write(0)), ("again", write(2))],
        [("edit", read(8)), (BACK, write(0))],
        # The old key was sent again, which the delivery has not seen.
        [("rotation", write(0)), (BACK, write(2))],
        [("rotation", write(3, "response lost")), ("rotation", write(1))],
        [("edit", write(1)), (BACK, write(0, "response lost"))],
        [("first up", write(2, "response lost")), ("edit", write(1))],
        [("first up", write(1)), ("rotation", write(0))],
    ],
    ids=lambda it: ", ".join(change for change, _ in it),
)
def test_changes_that_fail_in_a_row_are_fixed_by_the_next_up(harness, steps):
    outcome = run_in_a_row(harness, *steps)

    assert len(outcome.hits) == len(steps), outcome
    assert outcome.happened == ["failed"] * len(steps) + ["green"], outcome
    assert outcome.broken == [], outcome


def test_edit_after_a_first_up_that_lost_its_action_ends_as_the_message_says(harness):
    """It writes nothing, since the Action that was left is not in the state."""
    created = ("first up", write(0, "response lost"))

    outcome = run_in_a_row(harness, created, ("edit", write(0)))

    assert len(outcome.hits) == 1, outcome
    assert outcome.happened[:3] == ["failed"] * 3, outcome
    assert outcome.broken == [], outcome


@pytest.mark.faults
@pytest.mark.timeout(14400)
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("rotation", BACK),
        ("edit", BACK),
        ("first up", "rotation"),
        ("rotation", "rotation"),
        ("edit", "edit"),
    ],
)
def test_every_write_of_two_changes_fails(harness, capsys, first, second):
    wrong = []
    for outcome in every_pair(harness, first, second):
        with capsys.disabled():
            print(f"{first}, {second} | {outcome}", file=sys.stderr)
        wrong += [outcome] if outcome.broken else []
    assert wrong == []
