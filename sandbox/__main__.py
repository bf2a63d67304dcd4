"""Command line of the sandbox: ``python -m sandbox <command>``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sandbox.auth0.instances import NodeMissingError
from sandbox.commands.diff import compare
from sandbox.commands.portal import prepare_portal, show
from sandbox.commands.serve import serve
from sandbox.commands.supervisor import run_supervised
from sandbox.commands.try_ import prepare_engine, tell


def file_in_folder(text: str) -> Path:
    """Take the path of a file that can be written: its folder is there."""
    path = Path(text)
    if not path.parent.is_dir():
        msg = f"the folder {str(path.parent)!r} does not exist"
        raise argparse.ArgumentTypeError(msg)
    return path


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="Local stand-ins for Auth0, Zuplo's Developer API and a gateway.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    serve_parser = commands.add_parser(
        "serve",
        help="run the stand-ins until Ctrl-C",
        description="Run the stand-ins and print how to point Pulumi at them.",
    )
    serve_parser.add_argument(
        "--env-file",
        type=file_in_folder,
        metavar="FILE",
        help="write the settings as KEY=value lines here while running",
    )
    serve_parser.set_defaults(run=lambda chosen: serve(chosen.env_file))
    try_parser = commands.add_parser(
        "try",
        help="run the main job once: deploy, log in, destroy",
        description="Run the main job on the stand-ins and leave nothing behind.",
    )
    try_parser.set_defaults(run=lambda _: run_supervised(["story"]))
    story_parser = commands.add_parser(
        "story", description="The main job in a given folder; `try` makes one for it."
    )
    story_parser.add_argument("folder", type=Path)
    story_parser.set_defaults(run=lambda chosen: tell(chosen.folder))
    diff_parser = commands.add_parser(
        "diff",
        help="show what this checkout would change in a stack of another commit",
        description="Deploy another commit to the stand-ins, then preview this one.",
    )
    diff_parser.add_argument("base", metavar="COMMIT", help="such as main")
    diff_parser.set_defaults(
        run=lambda chosen: run_supervised(["compare", chosen.base])
    )
    compare_parser = commands.add_parser(
        "compare", description="The same in a given folder; `diff` makes one for it."
    )
    compare_parser.add_argument("base", metavar="COMMIT")
    compare_parser.add_argument("folder", type=Path)
    compare_parser.set_defaults(run=lambda chosen: compare(chosen.base, chosen.folder))
    portal_parser = commands.add_parser(
        "portal",
        help="show the developer portal until Ctrl-C",
        description="Deploy to the stand-ins and serve the developer portal on them.",
    )
    portal_parser.set_defaults(run=lambda _: run_supervised(["show"]))
    show_parser = commands.add_parser(
        "show", description="The portal in a given folder; `portal` makes one for it."
    )
    show_parser.add_argument("folder", type=Path)
    show_parser.set_defaults(run=lambda chosen: show(chosen.folder))
    engine_parser = commands.add_parser(
        "engine",
        help="find the Pulumi engine, or build it",
        description="Use the pulumi on PATH if it is recent, else build one.",
    )
    engine_parser.set_defaults(run=lambda _: prepare_engine())
    site_parser = commands.add_parser(
        "site", description="Find the developer portal's site, or build it."
    )
    site_parser.set_defaults(run=lambda _: prepare_portal())
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    chosen = parse_arguments(arguments)
    try:
        exit_code: int = chosen.run(chosen)
    except NodeMissingError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
