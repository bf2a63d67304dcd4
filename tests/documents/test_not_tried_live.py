"""docs/not-tried-live.md is what the contract says, and names places that are there."""

import re
from collections import Counter

import pytest

from contract.asked import ASKED
from contract.page import PAGE, SERVICES, page, tried
from contract.statements import Statement
from contract.untried import UNTRIED
from tests.toolkit.repository import PACKAGE, REPOSITORY

STATEMENTS = [*tried(), *(it.statement for it in (*ASKED, *UNTRIED))]


def test_page_is_written_from_the_contract():
    assert PAGE.read_text("utf-8") == page(), "run: python -m contract.page"


def test_ids_are_of_a_service_and_differ():
    assert [
        it for it, times in Counter(it.id for it in STATEMENTS).items() if times > 1
    ] == []
    assert {it.id.partition("-")[0] for it in STATEMENTS} == SERVICES.keys()


@pytest.mark.parametrize("stated", STATEMENTS, ids=lambda it: it.id)
def test_statement_names_a_place_that_is_there(stated: Statement):
    path, name = stated.where.split(": ")
    (file,) = (it / path for it in (REPOSITORY, PACKAGE) if (it / path).exists())
    assert re.search(rf"\b{re.escape(name)}\b", file.read_text("utf-8"))


@pytest.mark.parametrize("stated", STATEMENTS, ids=lambda it: it.id)
def test_statement_is_one_sentence_or_two_and_says_what_breaks(stated: Statement):
    for text in (stated.sentence, stated.breaks):
        assert text.endswith(".")
        assert "|" not in text
    assert stated.rests_on
