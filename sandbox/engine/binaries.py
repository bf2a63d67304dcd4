"""Finds the Pulumi engine's programs, and fetches or builds those that are missing.

- A `pulumi` on PATH that is recent enough is used as it is. Elsewhere it is built.
- A provider's plugin is used where the engine itself would find it. One that is missing
  is fetched by the CLI on PATH, as for any user. Where that fails it is built, and that
  build is used from then on. A CLI that was built here fetches nothing.
- The launcher of dynamic providers comes with the CLI; it is copied where it does not.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sandbox.cached_build import Step

from .builds import AUTH0, CLI, COMMAND, LAUNCHER, EngineError, Program, build, is_built

MINIMUM_CLI = (3, 260)
"""The oldest release that pyproject.toml allows for the SDK."""
FETCH_SECONDS = 60
"""A network that swallows packets must not hold a first run up for long."""


@dataclass(frozen=True)
class Engine:
    """A Pulumi CLI and its plugins."""

    folders: tuple[Path, ...] = ()
    """Folders bin/ of what was built here, one for each program that PATH lacks."""

    @property
    def root(self) -> Path | None:
        """Folder whose bin/ holds the CLI; None stands for the one on PATH."""
        own = [it.parent for it in self.folders if (it / CLI.name).exists()]
        return own[0] if own else None

    def path(self) -> str:
        """Give a PATH on which these programs and this interpreter come first.

        Under the Automation API the dynamic provider runs the first python3 on PATH.
        """
        own = [*map(str, self.folders), str(Path(sys.executable).parent)]
        return os.pathsep.join([*own, os.environ["PATH"]])


def find_or_build_engine(step: Step) -> Engine:
    """Give the engine with all programs that a stack of this repository needs.

    Raises:
        EngineError: a program can be neither found nor fetched nor built.
    """
    cli = _recent_cli()
    engine = Engine() if cli else Engine((build(CLI, step),))
    refused = ""
    for program in (AUTH0, COMMAND, LAUNCHER):
        if _engine_finds(program, engine):
            continue
        # A network that refused one plugin, or hung, is not asked for the next.
        if cli and program.provider and not refused and not is_built(program):
            refused = _fetch(cli, program, step)
            if not refused:
                continue
        try:
            engine = Engine((*engine.folders, build(program, step)))
        except EngineError as error:
            msg = f"{refused}\n{error}".lstrip()
            raise EngineError(msg) from error
    return engine


def _recent_cli() -> str | None:
    on_path = shutil.which(CLI.name)
    if on_path and _cli_version(on_path) >= MINIMUM_CLI:
        return on_path
    return None


def _cli_version(command: str) -> tuple[int, ...]:
    printed = subprocess.run([command, "version"], capture_output=True, text=True)
    found = re.match(r"v(\d+)\.(\d+)\.", printed.stdout)
    return tuple(map(int, found.groups())) if found else (0,)


def _engine_finds(program: Program, engine: Engine) -> bool:
    """Tell whether a program is on PATH, beside the CLI or in its cache of plugins."""
    folders = [engine.path()]
    if cli := shutil.which(CLI.name, path=engine.path()):
        folders.append(str(Path(cli).resolve().parent))
    if program.provider:
        home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
        cached = home / "plugins" / f"resource-{program.provider}-v{program.version}"
        # The CLI's mark of a fetch that was cut off.
        if not cached.with_name(f"{cached.name}.partial").exists():
            folders.append(str(cached))
    return shutil.which(program.name, path=os.pathsep.join(folders)) is not None


def _fetch(cli: str, program: Program, step: Step) -> str:
    """Have the CLI install a plugin; give the end of its words if it could not."""
    fetch = [cli, "plugin", "install", "resource", str(program.provider)]
    with step(f"Fetch {program.name} (once)"):
        try:
            done = subprocess.run(
                [*fetch, program.version, "--non-interactive"],
                env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=FETCH_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return f"{program.name} was not fetched within {FETCH_SECONDS} s."
    if done.returncode == 0:
        return ""
    said = "\n".join(done.stderr.splitlines()[-1:])
    return f"{program.name} could not be fetched: {said}"
