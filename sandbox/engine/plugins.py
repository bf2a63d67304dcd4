"""Finds plugins that the engine would use, without letting it fetch any."""

import os
import shutil
from importlib.metadata import version
from pathlib import Path

from .binaries import Engine


def find_plugin(engine: Engine, name: str) -> Path | None:
    """Find a provider's plugin on PATH, beside the CLI, or in the cache of its home.

    Args:
        name: of the provider, whose SDK is the package pulumi-NAME.
    """
    program = f"pulumi-resource-{name}"
    if on_path := shutil.which(program, path=engine.path()):
        return Path(on_path)
    folders = []
    if cli := shutil.which("pulumi", path=engine.path()):
        folders.append(Path(cli).resolve().parent)
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    cached = f"resource-{name}-v{version(f'pulumi-{name}')}"
    folders.append(home / "plugins" / cached)
    found = (shutil.which(program, path=str(folder)) for folder in folders)
    return next((Path(path) for path in found if path), None)
