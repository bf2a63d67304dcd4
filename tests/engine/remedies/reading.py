"""Messages of the package: as its source has them, and as a run prints them."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.documents.test_troubleshooting import (
    GAP,
    MESSAGES,
    SOURCES,
    Text,
    called,
    words_of,
)


def printed(output: str, text: Text) -> str:
    """Give a message from what a run printed, the one of several that comes first.

    Raises:
        AssertionError: the run printed no such message.
    """
    patterns = [
        ".+?".join(re.escape(part) for part in line.split(GAP)) + "$"
        for line in text.words.split("\n")
    ]
    lines = [line.strip() for line in output.splitlines()]
    for place in range(len(lines) - len(patterns) + 1):
        tried = zip(patterns, lines[place:], strict=False)
        found = [re.search(pattern, line) for pattern, line in tried]
        if all(found):
            return "\n".join(it[0] for it in found if it)
    msg = f"{text.words!r} is not among:\n{output}"
    raise AssertionError(msg)


def text_with(words: str) -> Text:
    """Give the one text of the source that has these words."""
    (text,) = (it for it in messages() if words in it.words)
    return text


@cache
def messages() -> list[Text]:
    """Give all texts that tell what to do, and those of all errors and warnings."""
    shown = set(_shown())
    return [
        it
        for it in MESSAGES
        if "\n" in it.words
        or re.search(r"(with|run|by): ", it.words)
        or it.words in shown
    ]


def _shown() -> Iterator[str]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and called(node) in ("warn", "__init__"):
                yield from (words_of(it) or "" for it in node.args[:1])
