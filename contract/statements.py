"""A statement about a service that the code relies on, and what trying it gives."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

Test = TypeVar("Test", bound=Callable[..., Any])


@dataclass(frozen=True)
class Statement:
    """One sentence about a live service. Texts are Markdown."""

    id: str
    """Service and subject, such as zuplo-created."""
    sentence: str
    where: str
    """The place that relies on it, as `file: word in it`."""
    rests_on: str
    """Document, recording, guess: docs/not-tried-live.md explains the words."""
    breaks: str
    """What users of this project see if it is false."""


def statement(
    id_: str, sentence: str, *, where: str, rests_on: str, breaks: str
) -> Callable[[Test], Test]:
    """Mark a test as the one that tries a statement."""
    stated = Statement(id_, sentence, where, rests_on, breaks)
    return pytest.mark.statement(stated)


def stated_by(item: pytest.Item) -> Statement:
    """Give the statement that a test tries."""
    mark = item.get_closest_marker("statement")
    if mark is None:
        msg = f"{item.nodeid} tries no statement"
        raise LookupError(msg)
    stated: Statement = mark.args[0]
    return stated


class DidNotHoldError(AssertionError):
    """A service does something else than a statement says."""

    def __init__(self, what: str, expected: object, seen: object) -> None:
        super().__init__(f"{what}: expected {expected!r}, seen {seen!r}")
        self.what, self.expected, self.seen = what, expected, seen


def expect(what: str, expected: object, seen: object) -> None:
    """Raise DidNotHoldError unless both are equal."""
    if seen != expected:
        raise DidNotHoldError(what, expected, seen)
