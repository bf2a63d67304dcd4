"""Builds the engine's programs from Go modules.

The go.mod of a folder beside this file pins each. CLI and plugins need separate ones:
together their dependencies do not compile. Each build is cached by itself, under a key
of what went in, so that a change of one program leaves the others.
"""

import hashlib
import json
import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

from sandbox.cached_build import Step, build_once

_HERE = Path(__file__).parent
_CLI_MODULE = "github.com/pulumi/pulumi/pkg/v3"
_SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
_VERSION_VARIABLE = f"{_SDK_MODULE}/go/common/version.Version"


class EngineError(Exception):
    """The engine can be neither found nor built, or refuses; the last line says why."""


@dataclass(frozen=True)
class Program:
    """A program that the engine consists of."""

    name: str
    module: str
    """Folder beside this file, whose go.mod pins the program."""
    title: str
    """What is announced while it is built."""
    provider: str | None = None
    """Of a provider's plugin: its name. The package pulumi-NAME is the SDK."""

    @property
    def version(self) -> str:
        """Version of a provider's plugin: that of its SDK."""
        return version(f"pulumi-{self.provider}")


CLI = Program("pulumi", "cli", "Build the Pulumi CLI (minutes, once)")
AUTH0 = Program(
    "pulumi-resource-auth0",
    "auth0_plugin",
    "Build the Auth0 plugin (a minute, once)",
    provider="auth0",
)
COMMAND = Program(
    "pulumi-resource-command",
    "command_plugin",
    "Build the command plugin's stand-in (a minute, once)",
    provider="command",
)
LAUNCHER = Program(
    "pulumi-resource-pulumi-python", "cli", "Copy the launcher of dynamic providers"
)


def cache_folder() -> Path:
    """Where builds are kept between runs."""
    return user_cache_path("zuplo-consumer-on-login") / "engine"


def is_built(program: Program) -> bool:
    """Tell whether the cache holds what the sources make."""
    return (cache_folder() / _key(program)).is_dir()


def build(program: Program, step: Step) -> Path:
    """Give the folder bin/ that holds the program, building it where it is missing.

    Raises:
        EngineError: Go is missing or the build failed.
    """

    def fill(folder: Path) -> None:
        _require_go(program)
        with step(program.title):
            (folder / "bin").mkdir()
            _make(program, folder / "bin" / program.name)

    return build_once(cache_folder(), _key(program), fill) / "bin"


def _key(program: Program) -> str:
    """Name a build after the program and a hash of all that it depends on."""
    digest = hashlib.sha256(f"{platform.system()} {platform.machine()}".encode())
    if program.provider:
        digest.update(program.version.encode())
    for source in sorted((_HERE / program.module).rglob("*")):
        if source.suffix in (".go", ".mod", ".sum"):
            digest.update(source.read_bytes())
    return f"{program.name}-{digest.hexdigest()[:16]}"


def _require_go(program: Program) -> None:
    if shutil.which("go"):
        return
    if program == CLI:
        msg = (
            "Neither a recent Pulumi CLI nor Go is on PATH.\n"
            "Install one: Pulumi by its installer, or Go 1.26 to build it here"
        )
    else:
        msg = (
            f"Neither {program.name} nor Go is on PATH.\n"
            f"Install Go 1.26 to build it here, or put {program.name} on PATH"
        )
    raise EngineError(msg)


def _make(program: Program, target: Path) -> None:
    if program == CLI:
        cli_version = _go(program, "list", "-m", "-f", "{{.Version}}", _CLI_MODULE)
        variable = f"{_VERSION_VARIABLE}={cli_version}"
        _go_build(program, target, variable, f"{_CLI_MODULE}/cmd/pulumi")
    elif program.provider:
        _go_build(program, target, f"main.version={program.version}", ".")
    else:
        sdk = json.loads(_go(program, "mod", "download", "-json", _SDK_MODULE))["Dir"]
        shutil.copyfile(Path(sdk, "python", "dist", program.name), target)
        target.chmod(0o755)


def _go_build(program: Program, target: Path, variable: str, package: str) -> None:
    flags = ["-mod=readonly", "-trimpath", f"-ldflags=-s -w -X {variable}"]
    _go(program, "build", *flags, "-o", str(target), package)


def _go(program: Program, *arguments: str) -> str:
    """Run go in a program's module folder and give what it printed.

    Raises:
        EngineError: with the end of go's own words.
    """
    done = subprocess.run(
        ["go", *arguments],
        cwd=_HERE / program.module,
        env={**os.environ, "GOWORK": "off"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = "\n".join(done.stderr.splitlines()[-5:])
        msg = (
            f"go {arguments[0]} failed in {program.module}:\n{said}\n"
            "Check that Go is 1.26 or newer and reaches its module proxy, "
            f"or put {program.name} on PATH"
        )
        raise EngineError(msg)
    return done.stdout.strip()
