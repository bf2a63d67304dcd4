"""What a Command does with each input, by the released plugin or by its stand-in."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pulumi import automation as auto

from sandbox.engine.deployment import Deployment
from sandbox.engine.workspace import create_stack
from tests.toolkit.patience import until
from tests.toolkit.repository import REPOSITORY

from .environment import keeping_main, outputs, resources, text
from .killing import kill_plugins

PROGRAM = Path(__file__).parent / "programs" / "command" / "__main__.py"


@pytest.fixture
def command(tmp_path, engine):
    """Give a stack of one command, and a function that sets its inputs."""
    stack = create_stack(
        tmp_path / "stack",
        engine,
        PROGRAM,
        environment={},
        config={},
        secret_config={},
    )

    def inputs(**given):
        value = auto.ConfigValue(json.dumps({"dir": str(tmp_path), **given}))
        stack.set_config("command:inputs", value)

    deployment = Deployment(stack)
    with keeping_main():
        yield deployment, inputs
    # An engine that is interrupted may leave its plugin behind.
    kill_plugins(deployment)


def up(deployment):
    """Deploy, and give the operations and what the command printed."""
    run = deployment.up()
    assert run.succeeded, text(run)
    done = run.changes.keys() - {"same"}
    return done, outputs(deployment)["stdout"]


def test_command_runs_as_its_inputs_say(command, tmp_path):
    deployment, inputs = command
    given = {"create": "echo create; cat", "stdin": "in", "environment": {"A": "1"}}
    inputs(**given)
    assert up(deployment) == ({"create"}, "create\nin")

    inputs(**given, triggers=["1"])
    assert up(deployment)[0] & {"replace", "create-replacement", "update"}
    inputs(**given, triggers=["2"], update="echo never")
    done, printed = up(deployment)
    assert "replace" in done, "a new trigger replaces, whether update is set or not"
    assert printed == "create\nin"

    given |= {"triggers": ["2"], "environment": {"A": "2"}}
    inputs(**given, update='echo "$A after $PULUMI_COMMAND_STDOUT"')
    assert up(deployment) == ({"update"}, "2 after create\nin")
    given |= {"environment": {"A": "3"}, "delete": "echo $A > gone"}
    inputs(**given)
    assert up(deployment) == ({"update"}, "create\nin"), "without update: create"

    assert deployment.destroy().succeeded
    assert (tmp_path / "gone").read_text() == "3\n"


def start_up(deployment, engine):
    """Deploy from a process of its own.

    After a failed run the SDK may leave its event loop open, of which pytest complains.
    """
    folder = deployment.stack.workspace.work_dir
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "sandbox.engine.up", folder, PROGRAM),
            *engine.folders,
        ],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def failed_up(deployment, engine):
    """Deploy, and give all that a run printed that failed."""
    process = start_up(deployment, engine)
    printed, errors = process.communicate()
    assert process.returncode == 1, errors
    return printed


def test_command_that_fails_fails_the_run_in_its_own_words(command, engine):
    deployment, inputs = command
    inputs(interpreter=["/bin/sh", "-ec"], create="echo no such user >&2; exit 3")
    printed = failed_up(deployment, engine)
    assert re.search(r'error: exit status 3: running ".*":\s+no such user', printed)


def test_command_of_an_interrupted_run_is_killed(command, engine, tmp_path):
    """It gets SIGKILL: what it would do on SIGINT or SIGTERM is not done."""
    deployment, inputs = command
    os.mkfifo(tmp_path / "fifo")
    inputs(create="trap 'touch ended' INT TERM EXIT; echo $$ > pid; read line < fifo")
    process = start_up(deployment, engine)
    pid = tmp_path / "pid"
    until(lambda: pid.exists() and pid.read_text().endswith("\n"))
    os.killpg(process.pid, signal.SIGINT)
    process.communicate()
    until(lambda: not is_alive(int(pid.read_text())))
    assert not (tmp_path / "ended").exists()


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "output"), [("asset_paths", "assets"), ("archive_paths", "archive")]
)
def test_files_of_a_command_are_collected_or_refused_and_never_forgotten(
    command, engine, name, output
):
    """The released plugin collects them, which its stand-in does not imitate."""
    deployment, inputs = command
    inputs(create="true", **{name: ["*.txt"]})
    with start_up(deployment, engine) as process:
        printed, _ = process.communicate()
    if process.returncode == 0:
        found = resources(deployment).values()
        (made,) = [it for it in found if it["type"] == "command:local:Command"]
        assert output in made["outputs"]
    else:
        assert "does not imitate assetPaths and archivePaths" in printed
