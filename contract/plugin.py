"""Hands the accounts to the tests, and tells the report what pytest saw."""

from collections.abc import Iterator

import pytest

from .conftest import RUN
from .http import NoResponseError
from .made import RefusedError
from .report import Finding, Outcome, Report
from .session import Run
from .statements import DidNotHoldError, stated_by

Failure = pytest.ExceptionInfo[BaseException]


class ReportPlugin:
    """A plugin of one run; the tests themselves stay plain tests."""

    def __init__(self, report: Report, run: Run) -> None:
        self._report, self._run = report, run

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[RUN] = self._run

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._report.number = len(session.items)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Iterator[None]:
        report = yield
        if call.when == "call" or (call.when == "setup" and call.excinfo):
            self._report.add(finding(item, call.excinfo))
        return report


def finding(item: pytest.Item, failure: Failure | None) -> Finding:
    """Give what came of a test's statement.

    A failure that is no comparison, such as a request without a response, shows
    nothing about the statement.
    """
    statement = stated_by(item)
    if failure is None:
        return Finding(statement, Outcome.HELD)
    error = failure.value
    if isinstance(error, DidNotHoldError):
        seen = error.what, repr(error.expected), repr(error.seen)
        return Finding(statement, Outcome.DID_NOT_HOLD, *seen)
    return Finding(statement, Outcome.NOT_TRIED, _reason(error))


def _reason(error: BaseException) -> str:
    if isinstance(error, pytest.skip.Exception | RefusedError | NoResponseError):
        return str(error).partition("\n")[0]
    return f"a response has an unexpected form ({type(error).__name__}: {error})"
