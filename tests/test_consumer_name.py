"""A consumer's name and owner in Python are those that the Action's code derives."""

import json
import random
import re
import subprocess

import pytest

from consumer_on_login.action_code.rendering import action_folder
from consumer_on_login.consumer_name import OWNER_BYTES, consumer_name, consumer_owner
from tests.toolkit.repository import NODE

SCRIPT = """
const { calls, name, code } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const derive = new Function('exports', 'require', `${code}; return ${name};`);
const derived = derive({}, require);
process.stdout.write(JSON.stringify(calls.map((each) => derived(...each))));
"""
ALPHABETS = (
    [chr(code) for code in range(0x00, 0xA1)],
    [chr(code) for code in range(0xD7F0, 0xE010)],
    list("\u00e9\u2028\u2029\ufeff\uffff\U00010000\U0001f642\U0010ffff"),
)
HIGH, LOW = chr(0xD83D), chr(0xDE00)
PAIRS = 3000
LONGEST = 12


def derived_by_node(name, calls):
    """Call a function of the Action's code, each time with a list of arguments."""
    code = (action_folder() / "code.js").read_text("utf-8")
    done = subprocess.run(
        [NODE, "-e", SCRIPT],
        # Escaped as ASCII, so that halves of surrogate pairs arrive as they are.
        input=json.dumps({"calls": calls, "name": name, "code": code}),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def named_by_node(pairs):
    return derived_by_node("consumerName", pairs)


def owned_by_node(user_ids):
    return derived_by_node("owner", [[user_id] for user_id in user_ids])


def test_consumer_name_is_the_golden_one():
    assert consumer_name("tenant", "auth0|ada") == "c-6615424ccc212144cdd742dbc2a5eff8"


def test_consumer_name_of_any_text_is_what_node_derives():
    source = random.Random(20)

    def text():
        alphabet = source.choice(ALPHABETS)
        return "".join(source.choices(alphabet, k=source.randint(0, LONGEST)))

    pairs = [[text(), text()] for _ in range(PAIRS)]
    assert [consumer_name(*pair) for pair in pairs] == named_by_node(pairs)


@pytest.mark.parametrize(
    "text",
    [HIGH, LOW, HIGH + LOW, LOW + HIGH, "\x00\x1f\x7f", '"\\/', ""],
    ids=ascii,
)
def test_consumer_name_of_odd_text_is_what_node_derives(text):
    assert [consumer_name(text, text)] == named_by_node([[text, text]])


def test_consumer_name_keeps_tenant_and_user_apart():
    assert consumer_name("a", "b") != consumer_name("ab", "")
    assert consumer_name('a","b', "c") != consumer_name("a", 'b","c')


def test_consumer_owner_of_any_text_is_what_node_derives():
    source = random.Random(21)
    lengths = range(OWNER_BYTES)
    texts = [
        "".join(source.choices(source.choice(ALPHABETS), k=source.choice(lengths)))
        for _ in range(PAIRS)
    ]
    owners = [consumer_owner(text) for text in texts]
    assert owners == owned_by_node(texts)
    hashed = sum(re.fullmatch("[0-9a-f]{64}", owner) is not None for owner in owners)
    assert 0 < hashed < PAIRS


@pytest.mark.parametrize("length", [OWNER_BYTES - 2, OWNER_BYTES - 1])
@pytest.mark.parametrize("start", ["", '"', HIGH, HIGH + LOW], ids=ascii)
def test_consumer_owner_at_the_limit_is_what_node_derives(start, length):
    text = start.ljust(length, "x")
    assert [consumer_owner(text)] == owned_by_node([text])
