"""The table: one row per message and remedy, with how to bring the message about.

A row is a function below @remedy that gives what was printed. It begins with a stack
that is deployed as declared; what it changes beside the configuration is put right by
the remedy, or the next row gets a new stack.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from sandbox.engine.deployment import Run

from ..environment import text
from .harness import Remedies

Bring = Callable[[Remedies], Run | str]
EVERY = None
"""All remedies of a message belong together, one per fault."""


@dataclass(frozen=True)
class Row:
    """One remedy of one message."""

    words: str
    """Of the message's text in the source, and of no other's."""
    bring: Bring
    way: int | None
    """Which of the message's remedies; EVERY, or else its place."""

    def __str__(self) -> str:
        return self.bring.__name__

    def output(self, harness: Remedies) -> str:
        """Bring the message about, and give all that was printed."""
        printed = self.bring(harness)
        return text(printed) if isinstance(printed, Run) else printed


TABLE: list[Row] = []


def rows_of(module: ModuleType) -> list[Row]:
    return [it for it in TABLE if it.bring.__module__ == module.__name__]


def remedy(words: str, way: int | None = 0) -> Callable[[Bring], Bring]:
    """Add a row; the name of the function is the test's."""

    def added(bring: Bring) -> Bring:
        TABLE.append(Row(words, bring, way))
        return bring

    return added
