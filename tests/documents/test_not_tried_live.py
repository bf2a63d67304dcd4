"""docs/not-tried-live.md points to code that is there."""

import re

import pytest

from tests.toolkit.repository import PACKAGE, REPOSITORY, document

PAGE = document("not-tried-live.md")
ROWS = re.findall(r"^\| (?!Statement|---)(.+) \|$", PAGE, re.M)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split(" | ")[0])
def test_statement_names_its_place_source_and_trial(row: str):
    cells = row.split(" | ")
    assert len(cells) == 4
    assert all(cells)
    path, name = cells[1].strip("`").split(": ")
    (file,) = (it / path for it in (REPOSITORY, PACKAGE) if (it / path).exists())
    assert re.search(rf"\b{re.escape(name)}\b", file.read_text("utf-8"))
