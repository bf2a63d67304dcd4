"""A Pulumi workspace of its own: temporary project, state and passphrase.

Programs run through the Automation API as inline programs, so the engine needs no
language host. The user's login, stacks and plugins stay untouched. Secrets reach the
engine by file or standard input: arguments are visible to every process.
"""

import os
import runpy
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pulumi import automation as auto
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS

from .binaries import Engine
from .builds import EngineError, cache_folder

# Each run has an engine of its own, at a port that an earlier one may have had.
# Channels to one address would share what is known of it: that nobody listens there.
_GRPC_CHANNEL_OPTIONS.append(("grpc.use_local_subchannel_pool", 1))

_THIRD_PARTY_SETTINGS = ("PULUMI_", "AUTH0_", "ZUPLO_")


def leave_user_settings() -> None:
    """Keep this process apart from the user's Pulumi and both clouds' settings.

    A passphrase of the user's would win over the file's, an AUTH0_API_TOKEN over the
    sandbox's credentials; without a PULUMI_HOME `pulumi version` writes into theirs.
    """
    for name in list(os.environ):
        if name.startswith(_THIRD_PARTY_SETTINGS):
            del os.environ[name]
    home = cache_folder() / "home"
    home.mkdir(parents=True, exist_ok=True)
    os.environ["PULUMI_HOME"] = str(home)
    # Each start of the CLI looks at all logs that it has kept: half a gigabyte.
    os.environ["PULUMI_LOG_ROTATION_MAX_TOTAL_MB"] = "5"


def create_stack(
    folder: Path,
    engine: Engine,
    program: Path,
    *,
    environment: Mapping[str, str],
    config: Mapping[str, object],
    secret_config: Mapping[str, str],
    name: str = "sandbox",
    secrets_provider: str = "passphrase",
) -> auto.Stack:
    """Make a stack in an empty folder that runs a program file.

    The Pulumi.yaml beside the program is copied, so that its types and defaults apply.

    Args:
        folder: keeps project, state (state/) and passphrase.
        environment: what engine, plugins and program see beside this process's own.
        config: plain settings by full key, lists and objects as such.
        secret_config: secret settings by full key.
        secrets_provider: as `pulumi stack init` takes it.
    """
    (folder / "state").mkdir(parents=True)
    workspace = _prepared(folder, engine, program, environment)
    workspace.secrets_provider = secrets_provider
    workspace.save_stack_settings(name, auto.StackSettings(config=dict(config)))
    stack = auto.Stack.create(name, workspace)
    for key, value in secret_config.items():
        set_secret(stack, key, value)
    return stack


def open_stack(
    folder: Path,
    engine: Engine,
    program: Path,
    *,
    environment: Mapping[str, str],
    name: str = "sandbox",
) -> auto.Stack:
    """Open a stack that another process has made, with the same arguments."""
    return auto.Stack.select(name, _workspace(folder, engine, program, environment))


def _prepared(
    folder: Path, engine: Engine, program: Path, environment: Mapping[str, str]
) -> auto.LocalWorkspace:
    shutil.copyfile(program.parent / "Pulumi.yaml", folder / "Pulumi.yaml")
    # The engine starts dynamic providers in the virtualenv that Pulumi.yaml names.
    (folder / ".venv").symlink_to(sys.prefix)
    passphrase = folder / "passphrase"
    passphrase.touch(mode=0o600)
    passphrase.write_text(secrets.token_hex(16), "ascii")
    return _workspace(folder, engine, program, environment)


def _workspace(
    folder: Path, engine: Engine, program: Path, environment: Mapping[str, str]
) -> auto.LocalWorkspace:
    return auto.LocalWorkspace(
        work_dir=str(folder),
        pulumi_command=_command(engine.root),
        program=lambda: _run(program, environment),
        env_vars={
            **environment,
            "PATH": engine.path(),
            "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(folder / "passphrase"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            # A proxy of the user's is not for the loopback.
            "NO_PROXY": "localhost,127.0.0.1",
            "no_proxy": "localhost,127.0.0.1",
        },
    )


@cache
def _command(root: Path | None) -> auto.PulumiCommand:
    """It starts the CLI to ask for its version."""
    return auto.PulumiCommand(str(root) if root else None)


def set_secret(stack: auto.Stack, key: str, value: str) -> None:
    """Set a secret setting; the Automation API would pass it as an argument.

    Raises:
        EngineError: in the CLI's words.
    """
    workspace = stack.workspace
    done = subprocess.run(
        [
            workspace.pulumi_command.command,
            *("config", "set", "--secret", key, "--stack", stack.name),
            "--non-interactive",
        ],
        cwd=workspace.work_dir,
        env={**os.environ, **workspace.env_vars},
        input=value,
        text=True,
        capture_output=True,
    )
    if done.returncode:
        raise EngineError(done.stderr.strip())


def _run(program: Path, environment: Mapping[str, str]) -> None:
    """Run an inline program, which shares this process and its environment."""
    os.environ.update(environment)
    runpy.run_path(str(program), run_name="__main__")
