"""The table of docs/backends.md follows from its requests and the plans' limits."""

import math
import re

from tests.toolkit.repository import document

PAGE = document("backends.md")
STACKS = 20
PER_MINUTE = (2 * 60, 150, 16 * 60)


def test_pace_of_a_tenant_follows_from_the_requests():
    section = PAGE.split("## How many stacks a tenant carries\n")[1]
    rows = re.findall(r"^\| (.+?) \| (\d+) \| (.+) \|$", section, re.M)
    assert len(rows) == 6
    for run, text, cells in rows:
        requests = int(text)
        expected = [
            f"{limit // requests} a minute; "
            f"{math.ceil(STACKS * requests * 60 / limit)} s"
            for limit in PER_MINUTE
        ]
        assert cells.split(" | ") == expected, run
