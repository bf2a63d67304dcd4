"""Runs one operation of a stack, in whatever environment runs this script.

    python drive.py STACK OPERATION [FLAG]

In the folder of Pulumi.yaml and __main__.py. It imports nothing of this repository, so
that it shows what another environment has.
"""

import runpy
import sys
from pathlib import Path

from pulumi import automation as auto


def program() -> None:
    # As the CLI's language host does it; this script's own folder is not the program's.
    sys.path[0] = str(Path.cwd())
    runpy.run_path("__main__.py", run_name="__main__")


def main(name: str, operation: str, *flags: str) -> int:
    workspace = auto.LocalWorkspace(work_dir=".", program=program)
    stack = auto.Stack.select(name, workspace)
    try:
        getattr(stack, operation)(
            on_output=print, color="never", **dict.fromkeys(flags, True)
        )
    except auto.CommandError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
