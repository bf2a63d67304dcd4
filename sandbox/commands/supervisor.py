"""Runs a command so that nothing of it stays, however it ends.

The engine starts plugins in process groups of their own, and they outlive it when it
is killed. All of them share the session that is opened here, and its number tells them
from everybody else's processes.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from tempfile import TemporaryDirectory
from types import FrameType

import psutil

GRACE_SECONDS = 10


class _Interrupted(BaseException):
    """A signal arrived; not an Exception, so that nothing swallows it."""

    def __init__(self, number: int) -> None:
        self.number = number


def run_supervised(module_arguments: Sequence[str]) -> int:
    """Run `python -m sandbox ARGUMENTS FOLDER` with a temporary folder.

    Afterwards its processes have ended and the folder is gone. Gives its exit code, or
    128 plus the signal's number, as shells do.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    with TemporaryDirectory(prefix="zuplo-consumer-on-login-") as folder:
        child = None
        try:
            child = subprocess.Popen(
                [sys.executable, "-m", "sandbox", *module_arguments, folder],
                start_new_session=True,
                # Whatever the engine and its clients leave behind is inside, too.
                env={**os.environ, "TMPDIR": folder},
            )
            return child.wait()
        except _Interrupted as interrupted:
            print("\nInterrupted: everything is being stopped and removed.")
            return 128 + interrupted.number
        finally:
            # From here on, a second Ctrl-C must not cut the cleaning short.
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            if child is not None:
                _end_session(child)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    raise _Interrupted(number)


def _end_session(child: subprocess.Popen[bytes]) -> None:
    """Ask every process of the child's session to end, then make it."""
    for process in _members(child.pid):
        _send(process, signal.SIGINT)
    psutil.wait_procs(_members(child.pid), timeout=GRACE_SECONDS)
    for process in _members(child.pid):
        _send(process, signal.SIGKILL)
    child.wait()


def _members(session: int) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == session:
                found.append(process)
        except (ProcessLookupError, PermissionError):
            continue
    return found


def _send(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
