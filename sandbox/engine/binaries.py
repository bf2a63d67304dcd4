"""Finds the Pulumi CLI, or builds it and its plugins from Go modules.

A `pulumi` on PATH that is recent enough is used as it is and fetches its plugins
itself. Elsewhere CLI, Auth0 plugin and the launcher of dynamic providers are built from
the modules pinned in cli/go.mod and auth0_plugin/go.mod, which need separate files:
together their dependencies do not compile. Builds are cached per pinned version.
"""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

from sandbox.cached_build import Step, build_once

MINIMUM_CLI = (3, 250)
"""The oldest release that pyproject.toml allows for the SDK."""

_HERE = Path(__file__).parent
_CLI_MODULE = "github.com/pulumi/pulumi/pkg/v3"
_SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
_VERSION_VARIABLE = f"{_SDK_MODULE}/go/common/version.Version"


class EngineError(Exception):
    """The engine can be neither found nor built, or refuses; the last line says why."""


@dataclass(frozen=True)
class Engine:
    """A Pulumi CLI and its plugins."""

    root: Path | None
    """Folder whose bin/ holds CLI and plugins; None stands for the CLI on PATH."""

    def path(self) -> str:
        """Give a PATH on which these programs and this interpreter come first.

        Under the Automation API the dynamic provider runs the first python3 on PATH.
        """
        own = [str(self.root / "bin")] if self.root else []
        own.append(str(Path(sys.executable).parent))
        return os.pathsep.join([*own, os.environ["PATH"]])


def cache_folder() -> Path:
    """Where builds are kept between runs."""
    return user_cache_path("zuplo-consumer-on-login") / "engine"


def find_or_build_engine(step: Step) -> Engine:
    """Use the CLI on PATH if it will do, else the cached build, else build it.

    Raises:
        EngineError: Go is missing or a build failed.
    """
    on_path = shutil.which("pulumi")
    if on_path and _cli_version(on_path) >= MINIMUM_CLI:
        return Engine(None)
    built = build_once(
        cache_folder(), _build_key(), lambda it: _build(it / "bin", step)
    )
    return Engine(built)


def _cli_version(command: str) -> tuple[int, ...]:
    printed = subprocess.run([command, "version"], capture_output=True, text=True)
    found = re.match(r"v(\d+)\.(\d+)\.", printed.stdout)
    return tuple(map(int, found.groups())) if found else (0,)


def _build_key() -> str:
    """Hash all that a build depends on."""
    digest = hashlib.sha256(f"{platform.system()} {platform.machine()}".encode())
    digest.update(version("pulumi-auth0").encode())
    for source in sorted(_HERE.rglob("*")):
        if source.suffix in (".go", ".mod", ".sum") or source == Path(__file__):
            digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _build(folder: Path, step: Step) -> None:
    if not shutil.which("go"):
        msg = (
            "Neither a recent Pulumi CLI nor Go is on PATH.\n"
            "Install one: Pulumi by its installer, or Go 1.26 to build it here"
        )
        raise EngineError(msg)
    folder.mkdir()
    with step("Build the Pulumi CLI (minutes, once)"):
        cli_version = _go("cli", "list", "-m", "-f", "{{.Version}}", _CLI_MODULE)
        _go_build(
            "cli",
            folder / "pulumi",
            f"-X {_VERSION_VARIABLE}={cli_version}",
            f"{_CLI_MODULE}/cmd/pulumi",
        )
    with step("Build the Auth0 plugin (a minute, once)"):
        plugin_version = version("pulumi-auth0")
        _go_build(
            "auth0_plugin",
            folder / "pulumi-resource-auth0",
            f"-X main.version={plugin_version}",
            ".",
        )
    sdk = Path(_go("cli", "list", "-m", "-f", "{{.Dir}}", _SDK_MODULE))
    launcher = folder / "pulumi-resource-pulumi-python"
    shutil.copyfile(sdk / "python" / "dist" / launcher.name, launcher)
    launcher.chmod(0o755)


def _go_build(module: str, target: Path, variables: str, package: str) -> None:
    flags = ["-mod=readonly", "-trimpath", f"-ldflags=-s -w {variables}"]
    _go(module, "build", *flags, "-o", str(target), package)


def _go(module: str, *arguments: str) -> str:
    """Run go in one of the module folders and give what it printed.

    Raises:
        EngineError: with the end of go's own words.
    """
    done = subprocess.run(
        ["go", *arguments],
        cwd=_HERE / module,
        env={**os.environ, "GOWORK": "off"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = "\n".join(done.stderr.splitlines()[-5:])
        msg = (
            f"go {arguments[0]} failed in {module}:\n{said}\n"
            "Check that Go is 1.26 or newer and reaches its module proxy, "
            "or install the Pulumi CLI by its installer"
        )
        raise EngineError(msg)
    return done.stdout.strip()
