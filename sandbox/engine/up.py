"""Deploys a stack from a process of its own: ``python -m sandbox.engine.up``.

Which package the program imports is up to this process's PYTHONPATH.
"""

import argparse
import sys
from pathlib import Path

from pulumi import automation as auto

from .binaries import Engine
from .workspace import open_stack


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.engine.up")
    parser.add_argument("folder", type=Path)
    parser.add_argument("program", type=Path)
    parser.add_argument("folders", type=Path, nargs="*", help="of the engine")
    chosen = parser.parse_args()
    engine = Engine(tuple(chosen.folders))
    stack = open_stack(chosen.folder, engine, chosen.program, environment={})
    try:
        stack.up(on_output=sys.stdout.write, color="never")
    except auto.CommandError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
