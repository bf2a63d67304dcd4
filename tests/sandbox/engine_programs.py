"""Stand-ins of `go` and `pulumi` on PATH, which write down how they are called."""

from contextlib import nullcontext
from pathlib import Path

from sandbox.engine.binaries import Engine, find_or_build_engine

AUTH0 = "pulumi-resource-auth0"
COMMAND = "pulumi-resource-command"
LAUNCHER = "pulumi-resource-pulumi-python"
GO = """#!/bin/sh
echo "$*" >> "$GO_LOG"
case "$1" in
  list) echo v3.274.1 ;;
  mod) echo "{\\"Dir\\": \\"$GO_SDK\\"}" ;;
  build)
    [ -z "$GO_BREAKS" ] || { echo "no such module" >&2; exit 1; }
    while [ "$1" != -o ]; do shift; done
    echo built > "$2" ;;
esac
"""
PULUMI = """#!/bin/sh
[ "$1" = version ] && { echo v3.274.1; exit; }
echo "$*" >> "$PULUMI_LOG"
"""
FETCHES = """
plugin="$PULUMI_HOME/plugins/resource-$4-v$5"
mkdir -p "$plugin"
echo fetched > "$plugin/pulumi-resource-$4"
chmod +x "$plugin/pulumi-resource-$4"
"""
FETCHES_NOTHING = """
echo "warning: will retry" >&2
echo "error: no such host" >&2
exit 1
"""


def program(folder: Path, name: str, script: str = "") -> Path:
    """Put a program into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(script)
    (folder / name).chmod(0o755)
    return folder / name


def find() -> Engine:
    return find_or_build_engine(lambda _: nullcontext())


def built(engine: Engine) -> list[str]:
    """Names of the programs that were built."""
    return [file.name for folder in engine.folders for file in folder.iterdir()]
