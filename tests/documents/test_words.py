"""The pages use the words of tests/documents/words.py, in short sentences."""

import pytest

from tests.toolkit.repository import PAGES, REPOSITORY

from . import words

TEXTS = {str(it.relative_to(REPOSITORY)): it.read_text("utf-8") for it in PAGES}
HISTORY = {"CHANGELOG.md"}
"""What it says of a version stays as it was."""


def findings(page: str) -> list[str]:
    """Give what breaks the rules, by line."""
    return [
        f"{it.line}: {finding}"
        for it in words.prose(page)
        for finding in [
            *words.unwanted(it.text),
            *([] if it.is_cell else words.long_sentences(it.text)),
        ]
    ]


@pytest.mark.parametrize("name", sorted(TEXTS.keys() - HISTORY))
def test_page_uses_the_words_and_short_sentences(name: str):
    assert findings(TEXTS[name]) == []


@pytest.mark.parametrize(
    "text",
    ["The answers hold a key.", "Mend it", "She logs in.", "It is what was declared."],
)
def test_unwanted_word_is_found(text: str):
    assert len(words.unwanted(text)) == 1


def test_word_in_an_allowed_phrase_is_left_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(words.ALLOWED, "the answer to the prompt", "the CLI's own word")
    assert words.unwanted("It shows the answer to the prompt.") == []


def test_word_within_another_is_left_alone():
    assert (
        words.unwanted("Troubleshooting recommends staging; the others resound.") == []
    )


def test_sentences_are_counted_one_by_one_and_code_as_one_word():
    (it,) = words.prose("Run `pulumi up --yes`. " + "word " * words.MOST_WORDS + "end.")
    assert it.text.startswith("Run code. word")
    (found,) = words.long_sentences(it.text)
    assert found.startswith(f"{words.MOST_WORDS + 1} words: word")


def test_cells_are_known_and_fenced_code_is_left_out():
    page = "| Head |\n| --- |\n| cell |\n\n```text\nthe answer\n```\n\nText.\n"
    assert [(it.text, it.is_cell) for it in words.prose(page)] == [
        ("Head", True),
        ("cell", True),
        ("Text.", False),
    ]
