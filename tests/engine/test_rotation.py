"""A new Zuplo key: refused before it is sent, or live, whatever happens in between."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from sandbox.engine.workspace import set_secret
from sandbox.host.faults import Fault
from tests.toolkit.messages import last_line

from .environment import ZUPLO_KEY
from .invariants import ACTION, Harness, log_in, said

DEPLOY = f"{ACTION}/deploy"


@pytest.mark.parametrize("fault", ["unknown", "revoked", "not permitted"])
def test_key_that_zuplo_refuses_is_never_sent(deployed, fault):
    control = deployed.sandbox.control
    refused = control.add_zuplo_key(
        "acme", buckets="none" if fault == "not permitted" else "read_and_write"
    )
    if fault != "not permitted":
        control.remove_zuplo_key(refused)
    if fault == "unknown":
        refused += "x"
    set_secret(deployed.deployment.stack, ZUPLO_KEY, refused)
    control.clear_requests()

    runs = [deployed.deployment.preview(), deployed.deployment.up()]

    for run in runs:
        assert not run.succeeded
        assert last_line(said(run)).endswith("pulumi config set --secret zuploApiKey")
    asked = {(it.method, it.path) for it in control.requests("auth0")}
    assert {it for it in asked if it[0] != "GET"} <= {("POST", "/oauth/token")}
    set_secret(deployed.deployment.stack, ZUPLO_KEY, deployed.key)
    assert deployed.broken_invariants() == []


def test_logins_during_a_rotation_all_get_their_consumers(deployed):
    deployed.rotate()
    assert deployed.up().succeeded
    old_key, has_ended = deployed.key, Event()
    deployed.rotate()

    def log_in_until_the_end() -> list[str]:
        logins: list[str] = []
        while not has_ended.is_set():
            logins.append(log_in(deployed, f"user-{len(logins)}"))
        return logins

    with ThreadPoolExecutor(1) as pool:
        logins = pool.submit(log_in_until_the_end)
        try:
            up = deployed.up()
        finally:
            has_ended.set()
    deployed.sandbox.control.remove_zuplo_key(old_key)

    assert up.succeeded, up.output
    assert set(logins.result()) == {"success, 1"}
    assert log_in(deployed, "after-all") == "success, 1"
    assert deployed.broken_invariants() == []


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        ("update-refused", {"method": "PATCH", "status": 400, "times": 1}),
        ("update-forbidden", {"method": "PATCH", "status": 403, "times": 1}),
        ("update-unavailable", {"method": "PATCH", "status": 503}),
        ("update-lost", {"method": "PATCH", "kind": "reset", "when": "after"}),
        ("deploy-refused", {"path": DEPLOY, "status": 400, "times": 1}),
        ("deploy-lost", {"path": DEPLOY, "kind": "reset", "when": "after"}),
    ],
)
def test_failed_rotation_is_ended_by_the_next_up(deployed, what, fault):
    deployed.rotate()

    run = deployed.up(Fault(**{"service": "auth0", "kind": "status", **fault}))

    assert not run.succeeded
    assert log_in(deployed, what) == "success, 1"
    assert deployed.heal(run) == ["pulumi up"]
    assert deployed.broken_invariants() == []


@pytest.mark.parametrize("by", ["provider", "component"])
def test_rotation_whose_build_failed_is_ended_by_the_next_up(deployed, by):
    deployed.rotate()
    assert deployed.up().succeeded
    failed = deployed.tenant.action(deployed.own_actions()[0]) | {"status": "failed"}
    fault = Fault(
        service="auth0",
        method="GET",
        path=ACTION,
        kind="status",
        status=200,
        body=failed,
        times=1,
        # The provider sends the key and has it built, then the component.
        skip=reads_before_update(deployed, ["provider", "component"].index(by)),
    )
    deployed.rotate()

    run = deployed.up(fault)

    assert not run.succeeded
    assert "build" in said(run)
    assert log_in(deployed, f"{by}-failed") == "success, 1"
    assert deployed.heal(run) == ["pulumi up"]
    assert deployed.broken_invariants() == []


def reads_before_update(harness: Harness, number: int) -> int:
    """Count how often the last up read the Action before one of its updates."""
    methods = [it.method for it in harness.calls if re.fullmatch(ACTION, it.path)]
    updates = [place for place, method in enumerate(methods) if method == "PATCH"]
    return methods[: updates[number]].count("GET")
