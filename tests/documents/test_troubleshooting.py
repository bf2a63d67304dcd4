"""docs/troubleshooting.md has every text that the package can show, and no others.

A text is any string of the source that has a blank and is no docstring, nor of the help
of a script. What stands in a gap at run time may be anything.
"""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from consumer_on_login.settings.settings import SETTINGS
from tests.toolkit.repository import PACKAGE, document

SOURCES = sorted(PACKAGE.rglob("*.py"))
PAGE = document("troubleshooting.md")
OWN_WORDS, _ = PAGE.split("\n## Messages of the engine and the provider\n")

GAP = "\0"
OF_HELP = ("ArgumentParser", "add_argument")
OF_A_RECORD = "matching"
"""`rules.matching(<pattern>, <words>)`: the words stand in a gap of its message."""
NO_MESSAGES = {
    "Create Zuplo consumer on login": "a default",
    "Login probe": "a name in the probe's event",
    "Bearer \0": "a header",
    "expected any of: ": "Auth0's words, as they are found in a response",
    "A test user logged in and got a consumer": "what a successful probe prints",
    " It also removed \0 of earlier": "what a successful probe prints",
    '\0 consumer "\0" and its keys from bucket': "what a successful offboarding prints",
    '\0 \0 of consumer "\0" in bucket': "what a successful offboarding prints",
    "Would delete": "what a successful offboarding prints",
    "module \0 has no attribute \0": "Python's own words of any module",
    "// --- ": "the Action's code",
    "// managed by: ": "the Action's code",
    "^// managed by: ": "the Action's code",
    "\0\0const settings": "the Action's code",
}
"""Beginnings of other strings, and what they are."""
SET_WITH = {setting.set_with for setting in SETTINGS.values()}
"""Ends of a remedy, which docs/reference.md lists."""


class Text(NamedTuple):
    """A string of the source, with GAP for what is put in at run time."""

    place: str
    words: str

    def __str__(self) -> str:
        return self.place

    @property
    def pattern(self) -> str:
        """Match the text in a page whose white space is single blanks."""
        parts = [re.escape(in_a_line(part)) for part in self.words.split(GAP)]
        return ".{1,80}?".join(parts)


def in_a_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def texts(source: str, name: str) -> Iterator[Text]:
    tree = ast.parse(source)
    passed_over: set[ast.AST] = set()
    for node in ast.walk(tree):
        if node in passed_over:
            continue
        if isinstance(node, ast.JoinedStr):
            passed_over |= set(node.values)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed_over.add(node.value)
        elif isinstance(node, ast.Call) and called(node) in (*OF_HELP, OF_A_RECORD):
            passed_over |= set(ast.walk(node))
        if words := words_of(node):
            yield Text(f"{name}:{node.lineno}", words)  # type: ignore[attr-defined]


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def words_of(node: ast.AST) -> str | None:
    """Give a string with gaps, if it may be for people to read."""
    if isinstance(node, ast.JoinedStr):
        parts = (
            it.value if isinstance(it, ast.Constant) else GAP for it in node.values
        )
        words = "".join(map(str, parts))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        words = node.value
    else:
        return None
    is_text = re.search(r"\s", words.strip()) and re.search(r"[^\W\d_]{2}", words)
    return words if is_text else None


ALL = [
    text
    for path in SOURCES
    for text in texts(path.read_text("utf-8"), str(path.relative_to(PACKAGE)))
]
MESSAGES = [
    text
    for text in ALL
    if text.words not in SET_WITH and not text.words.startswith(tuple(NO_MESSAGES))
]


def is_shown(text: Text) -> bool:
    return bool(re.search(text.pattern.strip(), in_a_line(OWN_WORDS)))


def quoted() -> list[str]:
    """Every message block, and every message in the first column of a table."""
    blocks = re.findall(r"^```text\n(.*?)^```", OWN_WORDS, re.S | re.M)
    rows = re.findall(r"^\| (`.*?`) \|", OWN_WORDS, re.M)
    return [*blocks, *(cell for row in rows for cell in re.findall("`(.+?)`", row))]


@pytest.mark.parametrize("text", MESSAGES, ids=str)
def test_page_has_the_text(text: Text):
    lacks = f"docs/troubleshooting.md lacks, of {text.place}: {text.words!r}"
    assert is_shown(text), lacks


@pytest.mark.parametrize("quote", quoted())
def test_text_in_the_page_is_one_of_the_package(quote: str):
    lines = [quote, *quote.splitlines()] if quote.count("\n") > 1 else [quote]
    known = [re.compile(f"{text.pattern}(: <message>)?") for text in MESSAGES]
    is_known = [
        any(it.fullmatch(in_a_line(line).strip()) for it in known) for line in lines
    ]
    assert is_known[0] or all(is_known[1:] or [False])


def test_what_is_no_message_is_still_in_the_code():
    used = {it for it in NO_MESSAGES for text in ALL if text.words.startswith(it)}
    assert used == set(NO_MESSAGES)


def test_new_error_is_missed_in_the_page():
    source = '''
class ZuploMoodError(ZuploError):
    """Zuplo has a mood."""

    def __init__(self, mood: str) -> None:
        super().__init__(f"Zuplo is in a {mood} mood.\\nWait with: pulumi up")
'''
    (text,) = texts(source, "new.py")
    assert text.words == f"Zuplo is in a {GAP} mood.\nWait with: pulumi up"
    assert not is_shown(text)
