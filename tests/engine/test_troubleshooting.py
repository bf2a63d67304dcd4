"""The engine's own words in docs/troubleshooting.md are those of this engine."""

import json
import os
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.commands.try_ import PORTAL
from sandbox.engine.deployment import Deployment
from sandbox.host.servers import Sandbox
from tests.toolkit.patience import PATIENCE_SECONDS
from tests.toolkit.repository import document

from .conftest import Deploy
from .environment import ZUPLO_KEY, pulumi, text

_, ENGINES_WORDS = document("troubleshooting.md").split(
    "\n## Messages of the engine and the provider\n"
)


def words(beginning: str) -> str:
    """Give the message of the page that begins so, as a pattern."""
    (message,) = re.findall(
        rf"^```text\n({re.escape(beginning)}.*)$", ENGINES_WORDS, re.M
    )
    return ".+".join(re.escape(part) for part in re.split("<.+?>", message))


def commands(beginning: str) -> list[str]:
    """Give what the page tells to run below the message that begins so."""
    below = ENGINES_WORDS.split(f"```text\n{beginning}")[1].split("```")[1]
    return re.findall(r"`(pulumi [^`]+)`", below)


def preview(deployment: Deployment, **environment: str) -> str:
    """Preview by the CLI itself, which cannot get as far as to run a program here."""
    workspace = deployment.stack.workspace
    done = subprocess.run(
        [workspace.pulumi_command.command, "preview", "--non-interactive"],
        cwd=workspace.work_dir,
        env={**os.environ, **workspace.env_vars, **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode != 0
    return done.stdout + done.stderr


def lock(deployment: Deployment) -> None:
    """Leave a lock as a killed run does."""
    state = Path(deployment.stack.workspace.work_dir) / "state"
    (locks,) = (state / ".pulumi" / "locks").rglob(deployment.stack.name)
    killed = {"pid": 1, "username": "ada", "hostname": "here", "timestamp": None}
    (locks / "killed.json").write_text(json.dumps(killed))


REFUSED: dict[str, Callable[[Deployment], object]] = {
    "Stack '<stack>' is missing": lambda it: pulumi(it, "config", "rm", ZUPLO_KEY),
    "Stack '<stack>' with configuration key 'zuploApiKey'": lambda it: pulumi(
        it, "config", "set", "--plaintext", ZUPLO_KEY, "abc"
    ),
    "Stack '<stack>' with configuration key 'portalClientIds'": lambda it: it.configure(
        f"{ZUPLO_KEY.split(':')[0]}:portalClientIds", "abc"
    ),
}


@pytest.mark.parametrize("beginning", REFUSED)
def test_configuration_that_the_cli_refuses_is_refused_in_these_words(
    beginning: str, deploy: Deploy
):
    deployment = deploy()
    REFUSED[beginning](deployment)
    assert re.search(words(beginning), preview(deployment))


@pytest.mark.parametrize("beginning", REFUSED)
def test_what_the_cli_refuses_is_set_right(
    beginning: str, deploy: Deploy, sandbox: Sandbox
):
    deployment = deploy()
    REFUSED[beginning](deployment)
    for command in commands(beginning):
        arguments = shlex.split(command.replace("<client id>", PORTAL))[1:]
        pulumi(deployment, *arguments, typed=sandbox.zuplo_api_key)
    run = deployment.preview()
    assert run.succeeded, text(run)


def test_missing_passphrase_is_named_in_these_words(deploy: Deploy):
    said = preview(deploy(), PULUMI_CONFIG_PASSPHRASE_FILE="")
    assert re.search(words("passphrase must be set"), said)


def test_other_passphrase_is_named_in_these_words(deploy: Deploy, tmp_path: Path):
    other = tmp_path / "other"
    other.write_text("other")
    said = preview(deploy(), PULUMI_CONFIG_PASSPHRASE_FILE=str(other))
    assert "incorrect passphrase" in said
    assert "`incorrect passphrase`" in ENGINES_WORDS


def test_lock_of_a_killed_run_is_named_in_these_words(deploy: Deploy):
    deployment = deploy()
    lock(deployment)
    run = deployment.up()
    assert not run.succeeded
    assert re.search(words("the stack is currently locked"), "\n".join(run.errors))
    cancel, up = commands("the stack is currently locked")
    pulumi(deployment, *shlex.split(cancel)[1:], "--yes")
    assert up == "pulumi up"
    assert deployment.up().succeeded
