"""Every command of the documents is run here, or at least exists in the CLI.

A shell block is marked in its first line: `sh sandbox` runs on the stand-ins, `sh
account` needs real accounts or the CLI's own Python host. Of the latter, and of
commands within sentences, subcommand and flags are looked up in the pinned CLI's help.
"""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import requests
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sandbox.commands.serve import settings
from sandbox.engine.binaries import Engine
from sandbox.host.servers import Sandbox
from tests.toolkit.patience import PATIENCE_SECONDS
from tests.toolkit.repository import PAGES, REPOSITORY

CURRENT = [page for page in PAGES if page.name != "CHANGELOG.md"]
MARKS = ("sh sandbox", "sh account")
# Beside pulumi: what blocks for accounts may call, and nothing here can look up.
OTHER_PROGRAMS = {*("auth0", "cd", "export", "git", "gh", "make", "pip", "python")}
PLACEHOLDER = re.compile(r"<[^<>\n]+>")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    place: str
    """Page and line."""
    mark: str
    text: str

    def __str__(self) -> str:
        return self.place


def tokens(page: Path) -> list[Token]:
    return MarkdownIt().parse(page.read_text())


def blocks() -> Iterator[Block]:
    for page in CURRENT:
        for token in tokens(page):
            if token.type == "fence" and token.map:
                place = f"{page.relative_to(REPOSITORY)}:{token.map[0] + 1}"
                yield Block(place, token.info.strip(), token.content)


def inline_commands() -> Iterator[str]:
    """Give each command of the CLI that stands within a sentence."""
    for page in CURRENT:
        for token in tokens(page):
            for child in token.children or []:
                if child.type == "code_inline" and child.content.startswith("pulumi "):
                    yield child.content


BLOCKS = list(blocks())


def test_every_shell_block_is_marked():
    shells = ("sh", "bash", "shell", "console", "zsh")
    unmarked = [
        it.place
        for it in BLOCKS
        if it.mark.split(" ")[0] in shells and it.mark not in MARKS
    ]
    assert unmarked == []


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with Sandbox(tmp_path_factory.mktemp("documented")) as sandbox:
        make_consumer(sandbox)
        yield sandbox


def make_consumer(sandbox: Sandbox) -> None:
    """As a login with the Action does, of which the blocks speak."""
    account = f"{sandbox.zuplo_url}/v1/accounts/{sandbox.zuplo_account}"
    path = f"/key-buckets/{sandbox.zuplo_bucket}/consumers?with-api-key=true"
    response = requests.post(
        account + path,
        json={
            "name": "c-ada",
            "managers": [{"email": "ada@example.com", "sub": "auth0|abc123"}],
        },
        headers={"Authorization": f"Bearer {sandbox.zuplo_api_key}"},
        timeout=PATIENCE_SECONDS,
    )
    response.raise_for_status()


# Readers of these blocks have curl. `make test` must do with Python, Node, Go, make and
# git, so that where curl is missing the blocks that call it are all that is left out.
needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="no curl here")


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(it, marks=[needs_curl] if "curl " in it.text else [])
        for it in BLOCKS
        if it.mark == "sh sandbox"
    ],
    ids=str,
)
def test_block_for_the_sandbox_runs(block: Block, sandbox: Sandbox, engine: Engine):
    # Those that another block has switched on.
    sandbox.control.clear_faults()
    # `make try` runs in test_story.py, and `make test` runs this; others take long.
    script = re.sub(r"^make ", "make --dry-run ", block.text, flags=re.M)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=REPOSITORY,
        env={**os.environ, **settings(sandbox), "PATH": engine.path()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "block", [it for it in BLOCKS if it.mark == "sh account"], ids=str
)
def test_block_for_accounts_names_what_the_cli_has(block: Block, engine: Engine):
    for line in block.text.replace("\\\n", " ").splitlines():
        for command in commands(line):
            require_known(command, engine)


def test_commands_in_sentences_name_what_the_cli_has(engine: Engine):
    for text in inline_commands():
        for command in commands(text):
            require_known(command, engine)


def commands(line: str) -> Iterator[list[str]]:
    """Split a line into its commands, with a word for each placeholder."""
    lexer = shlex.shlex(PLACEHOLDER.sub("X", line), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if set(word) <= set("();|&"):
            yield words
            words = []
        else:
            words.append(word)
    yield words


def require_known(words: list[str], engine: Engine) -> None:
    while words and re.fullmatch(r"\w+=.*", words[0]):
        words = words[1:]
    if not words:
        return
    if words[0] != "pulumi":
        assert words[0] in OTHER_PROGRAMS or "=" in words[0], words
        return
    path, rest = subcommand(words[1:], engine)
    assert path, f"the CLI knows no {words}"
    known = usage(engine, *path)
    taken = re.findall(rf"^  pulumi {' '.join(path)} ?(.*)", known, re.M)
    flags = [word.split("=")[0] for word in rest if word.startswith("-")]
    assert [it for it in flags if not re.search(rf"{re.escape(it)}\b", known)] == []
    if len(rest) > len(flags) and not flags:
        # Else a word may be a flag's value.
        assert set(taken) - {"", "[flags]", "[command]"}, f"{words}: {rest[0]}"


def subcommand(words: list[str], engine: Engine) -> tuple[list[str], list[str]]:
    """Split words into the names of a command, aliases resolved, and what follows."""
    path: list[str] = []
    for position, word in enumerate(words):
        shown = (
            usage(engine, *path, word) if re.fullmatch(r"[a-z][a-z-]+", word) else ""
        )
        line = re.search(rf"^  pulumi {' '.join([*path, ''])}([\w-]+)", shown, re.M)
        aliases = re.search(r"^Aliases:\n  (.*)", shown, re.M)
        names = aliases[1].split(", ") if aliases else [line[1]] if line else []
        if not line or word not in names:
            return path, words[position:]
        path.append(line[1])
    return path, []


@cache
def usage(engine: Engine, *path: str) -> str:
    """Give the CLI's help of a command."""
    pulumi = shutil.which("pulumi", path=engine.path())
    assert pulumi
    done = subprocess.run([pulumi, *path, "--help"], capture_output=True, text=True)
    return done.stdout


@pytest.mark.parametrize(
    "line",
    ["pulumi upp", "pulumi up --refersh", "pulumi config sett a b", "plumi up"],
)
def test_misspelt_command_is_found(line: str, engine: Engine):
    (words,) = commands(line)
    with pytest.raises(AssertionError):
        require_known(words, engine)
