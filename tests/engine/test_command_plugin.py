"""What a Command does with each input, by the released plugin or by its stand-in."""

import json
import shutil
from pathlib import Path

import pytest
from pulumi import automation as auto

from sandbox.engine.deployment import Deployment
from sandbox.engine.workspace import create_stack

from .scene import keeping_main, text

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
        name="dev",
    )

    def inputs(**given):
        value = auto.ConfigValue(json.dumps({"dir": str(tmp_path), **given}))
        stack.set_config("command:inputs", value)

    with keeping_main():
        yield Deployment(stack), inputs


def up(deployment):
    """Deploy, and give the operations and what the command printed."""
    run = deployment.up()
    assert run.succeeded, text(run)
    done = run.changes.keys() - {"same"}
    return done, deployment.stack.outputs()["stdout"].value


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


def test_command_that_fails_fails_the_run_in_its_own_words(command):
    deployment, inputs = command
    inputs(interpreter=["/bin/sh", "-ec"], create="echo no such user >&2; exit 3")
    run = deployment.up()
    assert not run.succeeded
    (message,) = [it for it in run.messages("error") if "exit status 3" in it]
    assert message.endswith("no such user")
    assert deployment.destroy().succeeded


@pytest.mark.parametrize("name", ["asset_paths", "archive_paths"])
def test_stand_in_of_the_plugin_refuses_what_it_does_not_imitate(command, engine, name):
    found = shutil.which("pulumi-resource-command", path=engine.path())
    if not found or Path(found).parent not in engine.folders:
        pytest.skip("the released plugin does what its stand-in refuses")
    deployment, inputs = command
    inputs(create="true", **{name: ["*.txt"]})
    run = deployment.preview()
    assert not run.succeeded
    assert "does not imitate assetPaths and archivePaths" in text(run)
