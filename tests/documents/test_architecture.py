"""docs/architecture.md draws the rooms as the import rules have them."""

import re
import tomllib
from itertools import pairwise

from tests.toolkit.repository import REPOSITORY, document

PAGE = document("architecture.md")
RULES = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
NAME = "Within the package, imports go down"


def layers():
    """The rooms of each layer, from the top."""
    contracts = RULES["tool"]["importlinter"]["contracts"]
    (rule,) = (it for it in contracts if it["name"] == NAME)
    return [frozenset(re.findall(r"\w+", layer)) for layer in rule["layers"]]


def test_drawing_has_the_layers_of_the_import_rules():
    (drawing,) = re.findall(r"```mermaid\nflowchart TD\n(.*?)```", PAGE, re.S)
    arrows = [line.split("-->") for line in drawing.splitlines()]
    drawn = [tuple(frozenset(re.findall(r"\w+", it)) for it in ends) for ends in arrows]
    assert drawn == list(pairwise(layers()))


def test_table_has_a_row_for_each_room():
    (table,) = re.findall(r"^\| Room .*\n\|[- |]+\n((?:\|.*\n)+)", PAGE, re.M)
    rows = [row.split("|")[1] for row in table.splitlines()]
    rooms = [name for row in rows for name in re.findall(r"\w+", row)]
    assert sorted(rooms) == sorted(name for layer in layers() for name in layer)
