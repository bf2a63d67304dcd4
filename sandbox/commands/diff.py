"""What this checkout would change in a stack of another commit: `make diff`.

Program and package of the other commit deploy to fresh stand-ins; then this checkout
previews the same stack. So a change can be judged without an account.
"""

import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from sandbox.commands.transcript import Transcript, require
from sandbox.commands.try_ import NAMESPACE, PROGRAM, run_steps, stack_config
from sandbox.engine.binaries import Engine, find_or_build_engine
from sandbox.engine.deployment import Deployment, Run
from sandbox.engine.workspace import create_stack, open_stack
from sandbox.host.servers import Sandbox

REPOSITORY = PROGRAM.parent
_DEPLOYED = ("Pulumi.yaml", "__main__.py", "action", "components")


def compare(base: str, folder: Path, repository: Path = REPOSITORY) -> int:
    """Show the difference in an empty folder and give the exit code.

    Args:
        base: a commit, by any of git's names for it.
        repository: where it is found.
    """
    return run_steps(lambda reported: _compare(base, folder, repository, reported))


def _compare(base: str, folder: Path, repository: Path, transcript: Transcript) -> None:
    with transcript.step("Find the Pulumi engine"):
        engine = find_or_build_engine(transcript.long_step)
    with transcript.step(f"Take the files of {base}"):
        _take_files(base, folder / "base", repository)
    with Sandbox(folder) as sandbox:
        stack = folder / "stack"
        with transcript.step(f"pulumi up, as of {base}"):
            _deploy(engine, sandbox, stack, folder / "base")
        with transcript.step("pulumi preview --diff, of this checkout") as step:
            preview = _preview(engine, sandbox, stack)
            require(preview.succeeded, "\n".join(preview.output))
            changes = {key: it for key, it in preview.changes.items() if key != "same"}
            found = ", ".join(f"{count} to {key}" for key, count in changes.items())
            step.say(found or "no changes")
    if changes:
        text = "\n".join(["", *(line.rstrip("\n") for line in preview.output)])
        transcript.console.print(text, markup=False, soft_wrap=True)


def _take_files(base: str, folder: Path, repository: Path) -> None:
    done = subprocess.run(
        ["git", "archive", "--format=tar", f"{base}^{{commit}}", *_DEPLOYED],
        cwd=repository,
        capture_output=True,
    )
    said = done.stderr.decode(errors="replace").strip()
    require(
        done.returncode == 0, f"{said}\nName a commit with: make diff BASE=<commit>"
    )
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")


def _deploy(engine: Engine, sandbox: Sandbox, stack: Path, base: Path) -> None:
    """Deploy in another process, whose path begins with the other commit's package."""
    create_stack(
        stack,
        engine,
        base / PROGRAM.name,
        environment=sandbox.environment(),
        config=stack_config(sandbox),
        secret_config={f"{NAMESPACE}:zuploApiKey": sandbox.zuplo_api_key},
    )
    command = [sys.executable, "-m", "sandbox.engine.up"]
    done = subprocess.run(
        [*command, *map(str, (stack, base / PROGRAM.name, *engine.folders))],
        cwd=REPOSITORY,
        env={
            **os.environ,
            **sandbox.environment(),
            "PYTHONPATH": str(base / "components"),
        },
        capture_output=True,
        text=True,
    )
    require(done.returncode == 0, done.stdout + done.stderr)


def _preview(engine: Engine, sandbox: Sandbox, stack: Path) -> Run:
    shutil.copyfile(REPOSITORY / "Pulumi.yaml", stack / "Pulumi.yaml")
    opened = open_stack(stack, engine, PROGRAM, environment=sandbox.environment())
    return Deployment(opened).preview(diff=True)
