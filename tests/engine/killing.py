"""Kills a run of the engine with all its processes, at a call to one of the clouds."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

import psutil

from sandbox.commands.try_ import PROGRAM
from sandbox.engine.deployment import Deployment
from sandbox.host.faults import Fault
from tests.toolkit.patience import until
from tests.toolkit.preloaded_plugin import VARIABLE

from .invariants import Harness

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


def kill_within(harness: Harness, call: dict[str, object]) -> None:
    """Deploy in another process, and kill it and the engine within a call.

    Args:
        call: fields of a fault; to Auth0, unless it names the service.
    """
    control, stack = harness.sandbox.control, harness.deployment.stack
    control.arm(Fault.model_validate({"service": "auth0", "kind": "hang", **call}))
    process = subprocess.Popen(
        [sys.executable, "-c", UP, str(PROGRAM), stack.workspace.work_dir, stack.name],
        env={**_own_interpreter(), **stack.workspace.env_vars},
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
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        kill_plugins(harness.deployment)
        control.clear_faults()
    harness.is_as_desired = False


def _own_interpreter() -> dict[str, str]:
    """With the real interpreter: its process shows the environment it was given."""
    return {name: value for name, value in os.environ.items() if name != VARIABLE}


def kill_plugins(deployment: Deployment) -> None:
    """Plugins have process groups of their own, and outlive a killed engine."""
    for plugin in processes_of(deployment):
        _kill(plugin)


def _kill(orphan: psutil.Process) -> None:
    """It stays a zombie where no init asks how it ended, as in many containers."""
    with suppress(psutil.NoSuchProcess):
        orphan.kill()
        until(lambda: orphan.status() == psutil.STATUS_ZOMBIE)


def processes_of(deployment: Deployment) -> list[psutil.Process]:
    """Every process that an engine started for a stack."""
    backend = deployment.stack.workspace.env_vars["PULUMI_BACKEND_URL"]
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("PULUMI_BACKEND_URL") == backend:
                found.append(process)
        except psutil.Error:
            continue
    return found
