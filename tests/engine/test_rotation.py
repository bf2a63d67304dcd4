"""A new Zuplo key: refused before it is sent, or live, whatever happens in between."""

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import psutil
import pytest
from pulumi import automation as auto

from sandbox.commands.try_ import PROGRAM
from sandbox.engine.workspace import set_secret
from sandbox.host.faults import Fault
from tests.toolkit.patience import until

from .environment import ZUPLO_KEY, last_line, obey
from .invariants import ACTION, CREATE, Harness, open_harness, said

DEPLOY = f"{ACTION}/deploy"
# `pulumi up` in a process of its own.
UP = """
import runpy, sys
from pulumi import automation as auto

program, folder, name = sys.argv[1:]
workspace = auto.LocalWorkspace(
    work_dir=folder, program=lambda: runpy.run_path(program, run_name="__main__")
)
auto.Stack.select(name, workspace).up()
"""


@pytest.fixture(scope="module")
def harness(engine, tmp_path_factory):
    with open_harness(engine, tmp_path_factory.mktemp("rotation")) as harness:
        yield harness


@pytest.fixture
def sound(harness):
    """The stage with a stack that is deployed as declared."""
    harness.deploy_soundly()
    return harness


def log_in(harness: Harness, name: str) -> str:
    """Log a new user in, and say how it ended and how many consumers they have."""
    user = harness.tenant.add_user(name)
    login = harness.log_in(user)
    recorded = harness.tenant.user(user).get("app_metadata", {}).get("api_consumer")
    made = [it for it in harness.zuplo.consumers() if it["id"] == recorded]
    return f"{login.outcome}, {len(made)}"


@pytest.mark.parametrize("fault", ["unknown", "revoked", "not permitted"])
def test_key_that_zuplo_refuses_is_never_sent(sound, fault):
    control = sound.sandbox.control
    refused = control.add_zuplo_key("acme", permitted=fault != "not permitted")
    if fault != "not permitted":
        control.remove_zuplo_key(refused)
    if fault == "unknown":
        refused += "x"
    set_secret(sound.deployment.stack, ZUPLO_KEY, refused)
    control.clear_requests()

    runs = [sound.deployment.preview(), sound.deployment.up()]

    for run in runs:
        assert not run.succeeded
        assert last_line(said(run)).endswith("pulumi config set --secret zuploApiKey")
    asked = {(it.method, it.path) for it in control.requests("auth0")}
    assert {it for it in asked if it[0] != "GET"} <= {("POST", "/oauth/token")}
    set_secret(sound.deployment.stack, ZUPLO_KEY, sound.key)
    assert sound.broken_invariants() == []


def test_logins_during_a_rotation_all_get_their_consumers(sound):
    sound.rotate()
    assert sound.up().succeeded
    old_key, has_ended = sound.key, Event()
    sound.rotate()

    def log_in_until_the_end() -> list[str]:
        logins: list[str] = []
        while not has_ended.is_set():
            logins.append(log_in(sound, f"user-{len(logins)}"))
        return logins

    with ThreadPoolExecutor(1) as pool:
        logins = pool.submit(log_in_until_the_end)
        try:
            up = sound.up()
        finally:
            has_ended.set()
    sound.sandbox.control.remove_zuplo_key(old_key)

    assert up.succeeded, up.output
    assert set(logins.result()) == {"success, 1"}
    assert log_in(sound, "after-all") == "success, 1"
    assert sound.broken_invariants() == []


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
def test_failed_rotation_is_ended_by_the_next_up(sound, what, fault):
    sound.rotate()

    run = sound.up(Fault(**{"service": "auth0", "kind": "status", **fault}))

    assert not run.succeeded
    assert log_in(sound, what) == "success, 1"
    assert sound.heal(run) == ["pulumi up"]
    assert sound.broken_invariants() == []


@pytest.mark.parametrize("by", ["provider", "component"])
def test_rotation_whose_build_failed_is_ended_by_the_next_up(sound, by):
    sound.rotate()
    assert sound.up().succeeded
    failed = sound.tenant.action(sound.own_actions()[0]) | {"status": "failed"}
    fault = Fault(
        service="auth0",
        method="GET",
        path=ACTION,
        kind="status",
        status=200,
        body=failed,
        times=1,
        # The provider sends the key and has it built, then the component.
        skip=reads_before_update(sound, ["provider", "component"].index(by)),
    )
    sound.rotate()

    run = sound.up(fault)

    assert not run.succeeded
    assert "build" in said(run)
    assert log_in(sound, f"{by}-failed") == "success, 1"
    assert sound.heal(run) == ["pulumi up"]
    assert sound.broken_invariants() == []


def reads_before_update(harness: Harness, number: int) -> int:
    """Count how often the last up read the Action before one of its updates."""
    methods = [it.method for it in harness.calls if re.fullmatch(ACTION, it.path)]
    updates = [place for place, method in enumerate(methods) if method == "PATCH"]
    return methods[: updates[number]].count("GET")


@pytest.mark.parametrize(
    ("moment", "call"),
    [
        ("update-sent", {"method": "PATCH", "when": "after"}),
        ("deploy-due", {"path": DEPLOY}),
        ("deploy-sent", {"path": DEPLOY, "when": "after"}),
        ("second-deploy-due", {"path": DEPLOY, "skip": 1}),
    ],
)
def test_killed_rotation_is_ended_by_cancel_and_up(sound, moment, call):
    sound.rotate()

    kill_within(sound, call)

    assert log_in(sound, moment) == "success, 1"
    with pytest.raises(auto.ConcurrentUpdateError, match="pulumi cancel"):
        sound.deployment.stack.up()
    sound.deployment.stack.cancel()
    up = sound.up()
    assert up.succeeded, up.output
    assert sound.broken_invariants() == []


@pytest.mark.parametrize(
    ("change", "healed"),
    [
        (Harness.rotate, []),
        # The component sends no code.
        (Harness.lengthen, ["pulumi up", "pulumi up --refresh"]),
    ],
    ids=["rotation", "edit"],
)
def test_killed_change_that_is_taken_back_does_not_stay_live(sound, change, healed):
    """The state has what was declared before, and so does the declaration."""
    before = sound.key, sound.timeout_ms
    change(sound)
    kill_within(sound, {"path": DEPLOY, "when": "after"})
    sound.deployment.stack.cancel()
    sound.want_again(*before)

    run = sound.up()

    assert sound.heal(run) == healed
    assert sound.broken_invariants() == []


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


def kill_within(harness: Harness, call: dict[str, object]) -> None:
    """Deploy in another process, and kill it and the engine within a call to Auth0."""
    control, stack = harness.sandbox.control, harness.deployment.stack
    control.arm(Fault.model_validate({"service": "auth0", "kind": "hang", **call}))
    process = subprocess.Popen(
        [sys.executable, "-c", UP, str(PROGRAM), stack.workspace.work_dir, stack.name],
        env={**os.environ, **stack.workspace.env_vars},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def is_within() -> bool:
        assert process.poll() is None, "it ended before"
        return control.faults()[0].hits > 0

    try:
        until(is_within)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        # Plugins have process groups of their own, and outlive their engine.
        for plugin in plugins_of(harness):
            plugin.kill()
            plugin.wait()
        control.clear_faults()
    harness.is_sound = False


def plugins_of(harness: Harness) -> list[psutil.Process]:
    """Every process that the engine started for the stage's stack."""
    backend = harness.deployment.stack.workspace.env_vars["PULUMI_BACKEND_URL"]
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("PULUMI_BACKEND_URL") == backend:
                found.append(process)
        except psutil.Error:
            continue
    return found
