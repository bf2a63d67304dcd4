"""The stand-in for an interpreter ends as a real one does, and runs nothing else."""

import os
import signal
import subprocess

import psutil
import pytest

from tests.toolkit.patience import until
from tests.toolkit.preloaded_plugin import RUN, VARIABLE


@pytest.fixture
def start(engine):
    """Start it as the engine does: in a process group of its own."""
    started = []

    def start(*arguments):
        process = subprocess.Popen(
            [os.environ[VARIABLE], *arguments],
            process_group=0,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with process:
            process.kill()


def members(group):
    """The processes of a group that run."""
    return [
        it.pid
        for it in psutil.process_iter(["status"])
        if it.info["status"] != psutil.STATUS_ZOMBIE and os.getpgid(it.pid) == group
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_group_ends_as_a_whole(start, number):
    process = start(*RUN, "127.0.0.1:1")
    assert int(process.stdout.readline()) > 0
    assert len(members(process.pid)) == 2

    os.killpg(process.pid, number)

    process.communicate()
    until(lambda: not members(process.pid))


def test_other_module_is_refused(start):
    process = start("-c", "print('run')")

    output, errors = process.communicate()

    assert process.returncode == 1
    assert output == ""
    assert "NotImplementedError: it runs" in errors
