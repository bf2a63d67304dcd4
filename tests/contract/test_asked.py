"""What a person is asked at the terminal."""

import io

import pytest
from rich.console import Console

from contract.asked import ASKED, ask_all
from contract.report import Outcome, Report


def test_each_reply_counts_and_a_question_may_be_skipped(monkeypatch):
    replies = iter(["y", "No", "", *[""] * (len(ASKED) - 3)])
    monkeypatch.setattr("builtins.input", lambda _: next(replies))
    console = Console(file=(shown := io.StringIO()), soft_wrap=True)
    report = Report(console)

    ask_all(report, console)

    expected = [Outcome.HELD, Outcome.DID_NOT_HOLD]
    assert [it.outcome for it in report.findings][:2] == expected
    assert {it.outcome for it in report.findings[2:]} == {Outcome.NOT_TRIED}
    assert "  1. Deploy a stack" in shown.getvalue()


@pytest.mark.parametrize("it", ASKED, ids=lambda it: it.statement.id)
def test_question_has_steps_and_yes_means_that_it_holds(it):
    assert it.steps
    assert it.question.endswith("?")
