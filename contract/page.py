"""Writes docs/not-tried-live.md from the statements: `python -m contract.page`."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import contract

from .asked import ASKED
from .statements import Statement
from .untried import UNTRIED

PAGE = Path(__file__).parents[1] / "docs" / "not-tried-live.md"
SERVICES = {
    "zuplo": "Zuplo",
    "auth0": "Auth0: deployments",
    "login": "Auth0: logins",
    "portal": "The portal",
    "user": "When a user changes",
}
"""Headings, by the first word of an id."""
HEAD = """\
# Not tried live

<!-- Written from the folder contract/ by: python -m contract.page -->

Nobody has run this project against the live services. The tables list what the code
assumes about them. The stand-ins assume the same, so the other tests of this project
notice no wrong assumption.

With a development tenant and bucket, `make live` tries most of it:
[how to run it](live.md).

Where a statement rests on:

- **document**: the public documentation or API document of the service
- **schema**: Auth0's schema of the event
- **recording**: a published exchange
- **threads**: public issue threads
- **guess**: none of these

Files without a folder are in `components/consumer_on_login/`.

## Tried by `make live`

The same tests run on the sandbox in `make test`. They show that the stand-ins do what
the statements say.
"""
ASKED_HEAD = """
## Looked at by a person

`make live` asks for these, step by step.
"""
UNTRIED_HEAD = """
## Not tried
"""
TAIL = """
## Pulumi

The tests run the real engine and the real Auth0 provider, which is built from its
Terraform source. Two parts of Pulumi are in no test:

- **The CLI's Python host.** The tests run programs through the Automation API.
- **The released `pulumi-command` plugin**, on a machine that cannot fetch it. There,
  the tests use a stand-in on the same framework. The framework decodes inputs, compares
  and previews. The stand-in runs the command.

To try both, run `pulumi install` and `pulumi up` with `loginProbe` on.
"""
COLUMNS = ("Statement", "If it is false", "Where it matters", "Rests on")


def tried() -> Iterator[Statement]:
    """Give the statements of all tests."""
    for module in pkgutil.walk_packages(contract.__path__, "contract."):
        if ".test_" in module.name:
            for item in vars(importlib.import_module(module.name)).values():
                for mark in getattr(item, "pytestmark", []):
                    if mark.name == "statement":
                        yield mark.args[0]


def page() -> str:
    """Give the text of the page."""
    untried = {it.statement.id: it.reason for it in UNTRIED}
    return "".join(
        [
            HEAD,
            *_tables(tried()),
            ASKED_HEAD,
            *_tables(it.statement for it in ASKED),
            UNTRIED_HEAD,
            *_tables((it.statement for it in UNTRIED), untried),
            TAIL,
        ]
    )


def _tables(
    statements: Iterable[Statement], reasons: dict[str, str] | None = None
) -> Iterator[str]:
    """Give a table for each service, with why a statement is not tried, if given."""
    listed = list(statements)
    columns = [*COLUMNS, "Not tried, since"] if reasons else [*COLUMNS]
    for name, heading in SERVICES.items():
        rows = [it for it in listed if it.id.partition("-")[0] == name]
        if not rows:
            continue
        yield f"\n### {heading}\n\n{_row(columns)}{_row(['---'] * len(columns))}"
        for it in rows:
            cells = [it.sentence.rstrip("."), it.breaks.rstrip("."), f"`{it.where}`"]
            reason = [reasons[it.id]] if reasons else []
            yield _row([*cells, it.rests_on, *reason])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
