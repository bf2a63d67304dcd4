"""Each call to Auth0 fails, one after the other: what is left, and what fixes it.

The invariant: no `up` is green while the tenant runs another code or key than declared,
and a plain `up` afterwards ends as declared or fails with the command that does.
"""

import re
import sys
from typing import Any

import pytest

from sandbox.host.faults import Fault
from tests.toolkit.tenant_operations import BINDINGS

from .invariants import ACTION, CREATE, Harness, begin

KINDS: dict[str, dict[str, Any]] = {
    "400": {"kind": "status", "status": 400, "times": 1},
    "403": {"kind": "status", "status": 403, "times": 1},
    # For ever, since both the provider and the component repeat a call.
    "503 from then on": {"kind": "status", "status": 503},
    "reset from then on": {"kind": "reset"},
    "response lost": {"kind": "reset", "when": "after", "times": 1},
    "responses lost from then on": {"kind": "reset", "when": "after"},
}


def outcome(harness: Harness, name: str, fault: Fault) -> tuple[list[str], list[str]]:
    """Run a change with a fault, fix it, and give what happened and what is wrong."""
    begin(harness, name)
    run = harness.up(fault)
    happened = ["green" if run.succeeded else "failed", *harness.heal(run)]
    return happened, harness.broken_invariants()


@pytest.mark.parametrize(
    ("name", "kind", "call"),
    [
        ("first up", "response lost", {"method": "POST", "path": CREATE}),
        ("first up", "responses lost from then on", {"method": "POST", "path": CREATE}),
        ("first up", "400", {"path": f"{ACTION}/deploy"}),
        (
            "first up",
            "responses lost from then on",
            {"method": "PATCH", "path": BINDINGS},
        ),
        # The provider's look at what it has bound: the state lacks what it reads.
        ("first up", "400", {"method": "GET", "path": BINDINGS, "skip": 3}),
        ("edit", "400", {"method": "PATCH"}),
        ("edit", "responses lost from then on", {"method": "PATCH"}),
        ("edit", "403", {"path": f"{ACTION}/deploy"}),
        ("rotation", "503 from then on", {"method": "PATCH"}),
        # The component's own delivery, behind the provider's.
        ("rotation", "400", {"method": "PATCH", "skip": 1}),
        ("rotation", "response lost", {"path": f"{ACTION}/deploy", "skip": 1}),
        ("rotation", "403", {"path": BINDINGS, "skip": 1}),
    ],
)
def test_failed_call_is_fixed_by_the_next_up(harness, name, kind, call):
    fault = Fault(service="auth0", **KINDS[kind], **call)

    happened, broken = outcome(harness, name, fault)

    assert broken == [], happened


@pytest.mark.faults
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["first up", "edit", "rotation"])
def test_every_call_fails_in_turn(harness, capsys, name, kind):
    begin(harness, name)
    assert harness.up().succeeded
    calls = harness.calls
    assert harness.broken_invariants() == []
    wrong = []
    for number, call in enumerate(calls, 1):
        fault = Fault(service="auth0", skip=number - 1, **KINDS[kind])

        happened, broken = outcome(harness, name, fault)

        hit = f"{number:2} {call.method} {re.sub('/[0-9a-f-]{36}', '/ID', call.path)}"
        with capsys.disabled():
            line = f"{name} | {kind} | {hit} | {', '.join(happened)} | {broken}"
            print(line, file=sys.stderr)
        wrong += [f"{hit}: {happened} {broken}"] if broken else []
    assert wrong == []
