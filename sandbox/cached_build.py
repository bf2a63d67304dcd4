"""Builds that take long, kept in the user's cache under a key of their inputs."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from filelock import FileLock

Step = Callable[[str], AbstractContextManager[None]]
"""Announces a long step by its title and its end."""


def build_once(cache: Path, key: str, build: Callable[[Path], None]) -> Path:
    """Give the folder of the build that has this key, building it where it is missing.

    Args:
        cache: holds builds of one kind; it is made where it is missing.
        build: fills an empty folder. What it raises is passed on; nothing is kept then.
    """
    built = cache / key
    if built.is_dir():
        return built
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "build.lock"):
        if built.is_dir():
            return built
        for leftover in cache.glob("partial-*"):
            shutil.rmtree(leftover)
        partial = Path(tempfile.mkdtemp(prefix="partial-", dir=cache))
        try:
            build(partial)
            # Only a finished build ever bears the key's name.
            partial.rename(built)
        except BaseException:
            shutil.rmtree(partial)
            raise
    return built
