"""docs/not-tried-live.md points to code that is there."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "components" / "consumer_on_login"
PAGE = (REPOSITORY / "docs" / "not-tried-live.md").read_text("utf-8")
ROWS = re.findall(r"^\| (?!Statement|---)(.+) \|$", PAGE, re.M)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split(" | ")[0])
def test_statement_names_its_place_source_and_trial(row: str):
    cells = row.split(" | ")
    assert len(cells) == 4
    assert all(cells)
    path, name = cells[1].strip("`").split(": ")
    (file,) = (it / path for it in (REPOSITORY, PACKAGE) if (it / path).exists())
    assert re.search(rf"\b{re.escape(name)}\b", file.read_text("utf-8"))
