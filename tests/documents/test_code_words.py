"""Docstrings, comments and names of the Python files use the words of words.py."""

import ast
import io
import tokenize
from collections.abc import Iterator

from tests.toolkit.repository import REPOSITORY

from .words import unwanted

FILES = [
    REPOSITORY / "__main__.py",
    *(
        file
        for folder in ("components", "docs", "examples", "sandbox", "tests")
        for file in sorted((REPOSITORY / folder).rglob("*.py"))
        if "node_modules" not in file.parts
    ),
]


def texts(source: str) -> Iterator[tuple[int, str]]:
    """Give what people wrote for people, with its line. A name is its words."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield node.lineno, text
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.Name(id=name, ctx=ast.Store())
                | ast.arg(arg=name)
            ):
                yield node.lineno, name.replace("_", " ")


def findings(source: str) -> list[str]:
    """Give each word that is not to be used, by line."""
    return sorted(
        f"{line}: {found}" for line, text in texts(source) for found in unwanted(text)
    )


def test_python_files_use_the_words():
    found = {
        str(file.relative_to(REPOSITORY)): findings(file.read_text("utf-8"))
        for file in FILES
    }
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_unwanted_words_of_code_are_found_and_those_of_strings_left_alone():
    source = '''"""Gives an answer."""
SCENE = "the answer"  # It mends.
"""It was told."""
def ask_somebody(twin): ...
'''
    assert [it.split(": write")[0] for it in findings(source)] == [
        '1: "answer"',
        '2: "SCENE"',
        '2: "mends"',
        '3: "told"',
        '4: "somebody"',
        '4: "twin"',
    ]
