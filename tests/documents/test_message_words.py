"""Messages use the words of their field, name no gender, and have short sentences."""

import re

import pytest

from .test_troubleshooting import GAP, MESSAGES, Text

SENTENCE_WORDS = 25
COMMANDS = re.compile(r": (?:pulumi|auth0 api|export|--)[ \w].*$", re.MULTILINE)
"""What a remedy says to run, and what is no sentence."""
INSTEAD = {
    r"answer\w*": "response, respond",
    r"amiss|trouble\w*": "wrong, failure",
    r"deeds?": "operation",
    r"foreign": "third-party, of others",
    r"hers?|herself|she": "they",
    r"meant": "desired",
    r"mend\w*": "fix",
    r"namesakes?|twins?": "duplicate",
    r"somebody|someone": "another person, outside this stack",
    r"sound|unsound": "valid, invalid",
    r"told": "reported",
}
"""Words as patterns, and what to write."""
NOT_YET = ("If that is meant, run: ",)
"""Beginnings of messages that still have such a word."""


def found_words(text: str) -> list[str]:
    """Name each word that has a better one."""
    return [
        f"{word[0]}: {better}"
        for pattern, better in INSTEAD.items()
        for word in re.finditer(rf"\b(?:{pattern})\b", text, re.IGNORECASE)
    ]


def sentences(text: str) -> list[str]:
    """Split a message into its sentences, without the commands to run."""
    prose = COMMANDS.sub("", text.replace(GAP, "X"))
    return re.split(r"[.?!](?:\s+|$)|\n", prose)


def too_long(text: str) -> list[str]:
    return [it for it in sentences(text) if len(it.split()) > SENTENCE_WORDS]


@pytest.mark.parametrize("text", MESSAGES, ids=str)
def test_message_has_the_words_of_its_field(text: Text):
    old = [it for it in NOT_YET for line in text.words.splitlines() if it in line]
    assert old or found_words(text.words) == []


@pytest.mark.parametrize("text", MESSAGES, ids=str)
def test_message_has_short_sentences(text: Text):
    assert too_long(text.words) == []


def test_message_in_other_words_is_noticed():
    text = f"The answer of {GAP} does not help: somebody moved her key.\nMend it"
    assert [it.partition(":")[0] for it in found_words(text)] == [
        "answer",
        "her",
        "Mend",
        "somebody",
    ]


def test_long_sentence_is_noticed_and_a_long_command_is_none():
    long = "If " + "very " * SENTENCE_WORDS + "long, run"
    short = "To set it, run: pulumi config set " + "a " * SENTENCE_WORDS
    assert too_long(f"One thing.\n{long}: pulumi up\n{short}") == [long]
