"""The words and sentences that all texts of this project keep to.

Readers are engineers in a hurry, many of them no native speakers. So texts use the
field's words, speak of a user as "they", and keep sentences short. The functions take
any text: tests of pages, of the package's messages and of its code use them.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

MOST_WORDS = 25
"""Of a sentence. The aim is 20; the rest is room for names and figures."""

INSTEAD = {
    r"answer(s|ed|ing)?": "response, respond",
    r"mend(s|ed|ing)?": "fix",
    r"amiss": "wrong",
    r"trouble(s|d)?": "failure",
    r"deeds?": "operation",
    r"meant|what (is|was|were) declared": "desired",
    r"told": "reported",
    r"(un)?sound": "valid, invalid",
    r"foreign": "third-party, of others",
    r"namesakes?|twins?": "duplicate name",
    r"somebody": "another person, outside this stack",
    r"she|hers?|herself|he|his|him|himself": "they, their",
    r"not_hers": "owner_mismatch",
    r"scenes?|stages?": "environment, harness",
    r"promises?": "invariant",
}
"""What not to write, as a pattern of whole words, and what to write."""

ALLOWED: dict[str, str] = {}
"""Phrases in which such a word is right, and why."""

CODE = "code"
"""Stands for code within a sentence: one word, which nobody has to like."""


class Prose(NamedTuple):
    """A paragraph, list item, heading or cell of a page, without its markup."""

    line: int
    text: str
    is_cell: bool


def unwanted(text: str) -> list[str]:
    """Give each word that is not to be used, with the words to use instead."""
    for phrase in ALLOWED:
        text = text.replace(phrase, "")
    return [
        f'"{found[0]}": write {instead}'
        for pattern, instead in INSTEAD.items()
        for found in re.finditer(rf"\b({pattern})\b", text, re.I)
    ]


def long_sentences(text: str) -> list[str]:
    """Give each sentence of more than MOST_WORDS words."""
    sentences = re.split(r"(?<=[.!?])[)*\"]*\s+(?=\S)", text)
    counted = [(len(re.findall(r"\w\S*", it)), it) for it in sentences]
    return [f"{count} words: {it}" for count, it in counted if count > MOST_WORDS]


def prose(page: str) -> Iterator[Prose]:
    """Give what a reader of a Markdown page reads, apart from code and addresses."""
    line, is_cell = 0, False
    for token in MarkdownIt().enable("table").parse(page):
        line = token.map[0] + 1 if token.map else line
        if token.type in ("td_open", "th_open"):
            is_cell = True
        elif token.type in ("td_close", "th_close"):
            is_cell = False
        elif token.type == "inline":
            text = "".join(_read(it) for it in token.children or [])
            yield Prose(line, text, is_cell)


def _read(token: Token) -> str:
    if token.type == "softbreak":
        return " "
    return CODE if token.type == "code_inline" else token.content
