"""Messages keep to the words and the length of sentences of `words`."""

import re

import pytest

from .test_troubleshooting import GAP, MESSAGES, Text
from .words import MOST_WORDS, long_sentences, unwanted

COMMANDS = re.compile(r": (?:pulumi|auth0 api|export|--)[ \w].*$", re.MULTILINE)
"""What a remedy says to run, which is no sentence."""


def too_long(text: str) -> list[str]:
    """Give each long sentence. A line ends a sentence, and a command is none."""
    prose = COMMANDS.sub("", text.replace(GAP, "X"))
    return [it for line in prose.splitlines() for it in long_sentences(line)]


@pytest.mark.parametrize("text", MESSAGES, ids=str)
def test_message_has_the_words_of_its_field(text: Text):
    assert unwanted(text.words) == []


@pytest.mark.parametrize("text", MESSAGES, ids=str)
def test_message_has_short_sentences(text: Text):
    assert too_long(text.words) == []


def test_message_in_other_words_is_noticed():
    text = f"The answer of {GAP} does not help: somebody moved her key.\nMend it"
    assert [it.partition(":")[0] for it in unwanted(text)] == [
        '"answer"',
        '"Mend"',
        '"somebody"',
        '"her"',
    ]


def test_long_sentence_is_noticed_and_a_long_command_is_none():
    long = "If " + "very " * MOST_WORDS + "long, run"
    short = "To set it, run: pulumi config set " + "a " * MOST_WORDS
    (found,) = too_long(f"One thing.\n{long}: pulumi up\n{short}")
    assert found.endswith(long)
