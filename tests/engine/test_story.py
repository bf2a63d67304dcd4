"""`make try`, as a process: it holds, and it leaves nothing behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.toolkit.repository import REPOSITORY


@pytest.fixture
def start(tmp_path, engine):
    """Start the story with a temporary folder of its own to watch."""
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "try"],
            cwd=REPOSITORY,
            env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with process:
            process.kill()


def listing(folder):
    return sorted(folder.rglob("*"))


def processes_below(folder):
    """Every process that was started with this temporary folder or one inside."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("TMPDIR", "").startswith(str(folder)):
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_story_holds_from_end_to_end(start, tmp_path):
    users_own = listing(Path.home() / ".pulumi")
    process = start()
    transcript, _ = process.communicate()
    assert process.returncode == 0, transcript
    assert "✗" not in transcript
    assert "Every step held" in transcript
    assert listing(Path.home() / ".pulumi") == users_own
    assert list(tmp_path.iterdir()) == []
    assert processes_below(tmp_path) == []


@pytest.mark.parametrize(
    ("reached", "number"),
    [
        ("Find the Pulumi engine", signal.SIGINT),
        ("pulumi stack init", signal.SIGINT),
        ("pulumi preview", signal.SIGINT),
        ("pulumi up", signal.SIGINT),
        ("pulumi up", signal.SIGTERM),
        ("A new user", signal.SIGHUP),
    ],
)
def test_story_interrupted_leaves_nothing(start, tmp_path, reached, number):
    process = start()
    for line in process.stdout:
        if reached in line:
            break
    process.send_signal(number)
    rest, _ = process.communicate()
    assert process.returncode == 128 + number
    assert "Traceback" not in rest
    assert list(tmp_path.iterdir()) == []
    assert processes_below(tmp_path) == []
