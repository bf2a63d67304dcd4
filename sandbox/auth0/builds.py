"""Installs the npm modules of Actions for the STAND-IN, once per list of modules.

The cache holds finished builds only: npm works in a folder of its own, which takes
its final name when it is complete. So a build that is cut off, or made by two
processes at once, never shows as a half-filled folder.
"""

import asyncio
import hashlib
import json
import logging
import re
import shutil
from asyncio.subprocess import DEVNULL
from pathlib import Path
from tempfile import TemporaryFile, mkdtemp
from typing import NamedTuple

NPM_INSTALL = (
    "npm",
    "install",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-package-lock",
    "--no-update-notifier",
    "--loglevel=silent",
    "--json",
)
NOT_IN_THE_REGISTRY = {"E404", "ETARGET"}
"""What npm says of modules that do not exist; all else deserves a warning."""

log = logging.getLogger(__name__)


class Dependency(NamedTuple):
    name: str
    version: str
    """Empty for the latest version."""


class BuildFailure(NamedTuple):
    reason: str


class Builder:
    """Gives folders that hold node_modules, and keeps them in the cache.

    A dependency without a version is the latest one when it is first built here.

    Args:
        cache: Made when needed; several processes may share it.
    """

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    async def build(self, dependencies: list[Dependency]) -> Path | BuildFailure:
        """Install the dependencies, unless they are in the cache."""
        wanted = sorted(set(dependencies))
        third_party = [d for d in wanted if re.search("[:/]", d.version)]
        if third_party:
            # Auth0 documentation: public registry only; the refusal is inferred.
            return BuildFailure(
                f"not a version in the registry: {third_party[0].version}"
            )
        key = hashlib.sha256(json.dumps(wanted).encode()).hexdigest()[:32]
        folder = self._cache / key
        return folder if folder.is_dir() else await _fill(folder, wanted)


async def _fill(folder: Path, dependencies: list[Dependency]) -> Path | BuildFailure:
    """Build aside and put the result in place, be it ours or a faster process's."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(mkdtemp(prefix=".building-", dir=folder.parent))
    try:
        failure = await _npm_install(aside, dependencies) if dependencies else None
        if failure is not None:
            return failure
        try:
            aside.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
        return folder
    finally:
        shutil.rmtree(aside, ignore_errors=True)


async def _npm_install(
    folder: Path, dependencies: list[Dependency]
) -> BuildFailure | None:
    """Run npm with the caller's environment, which names registry and proxies."""
    package = {"dependencies": {d.name: d.version or "latest" for d in dependencies}}
    (folder / "package.json").write_text(json.dumps(package))
    with TemporaryFile() as output:
        try:
            npm = await asyncio.create_subprocess_exec(
                *NPM_INSTALL, cwd=folder, stdin=DEVNULL, stdout=output, stderr=DEVNULL
            )
        except FileNotFoundError:
            reason = "npm is not on the PATH; it comes with Node 20 or newer"
            log.warning("cannot build Actions: %s", reason)
            return BuildFailure(reason)
        try:
            status = await npm.wait()
        finally:
            if npm.returncode is None:
                npm.kill()
                await npm.wait()
        output.seek(0)
        return None if status == 0 else _failure(output.read())


def _failure(output: bytes) -> BuildFailure:
    """Read the fault that `npm --json` prints."""
    try:
        error = json.loads(output)["error"]
        code, reason = error["code"], f"{error['code']}: {error['summary']}"
    except (ValueError, TypeError, KeyError):
        code, reason = None, "npm failed without a reason"
    if code not in NOT_IN_THE_REGISTRY:
        log.warning("npm install failed: %s", reason)
    return BuildFailure(reason)
