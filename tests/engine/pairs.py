"""Changes in a row, each with a fault: what the first leaves, the next one meets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from sandbox.host.faults import Fault
from sandbox.host.recorder import LoggedRequest

from .invariants import CHANGES, Harness, begin

WRITE: dict[str, Any] = {"method": "DELETE|PATCH|POST|PUT", "path": "/api/v2/.*"}
READ: dict[str, Any] = {"method": "GET", "path": "/api/v2/.*"}
KINDS: dict[str, dict[str, Any]] = {
    "refused": {"kind": "status", "status": 400, "times": 1},
    # Half of it comes, since a client repeats a call if it gets nothing at all.
    "response lost": {"kind": "half_body", "when": "after", "times": 1},
}
BACK = "back"
"""Another change: back to what the stack wanted before the first one."""

Step = tuple[str, Fault]
"""A change, and what fails when it is deployed."""


@dataclass
class Outcome:
    """What came of runs with a fault each, and of those that fixed them."""

    hits: list[str]
    """The calls that failed; less than the faults if a run ended before its own."""
    happened: list[str]
    broken: list[str]

    def __str__(self) -> str:
        calls = " then ".join(self.hits)
        return f"{calls} | {', '.join(self.happened)} | {self.broken}"


def write(number: int, kind: str = "refused") -> Fault:
    """Hit a run's write to Auth0 of this number, from 0."""
    return Fault(service="auth0", skip=number, **KINDS[kind], **WRITE)


def read(number: int) -> Fault:
    """Refuse a run's read of Auth0 of this number, from 0."""
    return Fault(service="auth0", skip=number, **KINDS["refused"], **READ)


def run_in_a_row(harness: Harness, first: Step, *later: Step) -> Outcome:
    """Deploy each change with its fault, then plainly, and fix what is left."""
    hits, ends = [], []
    before = begin(harness, first[0])
    for number, (change, fault) in enumerate([first, *later]):
        if change == BACK:
            harness.want_again(*before)
        elif number > 0:
            CHANGES[change](harness)
        ends.append(harness.up(fault))
        hits += _hit(fault, harness.calls)
    # Where this one fails, heal() runs a second one before it heeds the message.
    ends.append(harness.up())
    happened = ["green" if run.succeeded else "failed" for run in ends]
    happened += harness.heal(ends[-1])
    return Outcome(hits, happened, harness.broken_invariants())


def every_pair(harness: Harness, first: str, second: str) -> Iterator[Outcome]:
    """Let each write of a second change fail in each way, after each of a first."""
    begin(harness, first)
    assert harness.up().succeeded
    calls = harness.calls
    assert harness.broken_invariants() == []
    for fault in faults_of(calls):
        for number, kind in ((it, kind) for it in count() for kind in KINDS):
            outcome = run_in_a_row(
                harness, (first, fault), (second, write(number, kind))
            )
            yield outcome
            # How many writes the second has depends on what the first has left.
            if len(outcome.hits) < 2:
                break


def faults_of(calls: list[LoggedRequest]) -> Iterator[Fault]:
    """Give the faults of a first change that makes these calls where nothing fails.

    Each write is refused, or its response is lost. Of the reads behind it, the last one
    before the next write is refused, where the write is done and known: behind a deploy
    it is the component's. The other reads are left out, since a run that fails at one
    leaves what it leaves at the call before or behind; test_faults.py fails each of
    them once.
    """
    places = [place for place, call in enumerate(calls) if _is(WRITE, call)]
    for number, end in enumerate([*places[1:], len(calls)]):
        yield from (write(number, kind) for kind in KINDS)
        yield read(sum(_is(READ, call) for call in calls[:end]) - 1)


def _hit(fault: Fault, calls: list[LoggedRequest]) -> list[str]:
    """Describe the call of a run that a fault has hit, if any."""
    met = [
        (number, it)
        for number, it in enumerate(calls, 1)
        if fault.matches("auth0", it.method, it.path)
    ]
    how = "refused" if fault.when == "before" else "response lost"
    return [
        f"{number} {it.method} {re.sub('/[0-9a-f-]{36}', '/ID', it.path)} {how}"
        for number, it in met[fault.skip : fault.skip + 1]
    ]


def _is(kind: dict[str, Any], call: LoggedRequest) -> bool:
    return Fault(service="auth0", kind="status", **kind).matches(
        "auth0", call.method, call.path
    )
