"""Every remedy is run as it is printed, and the tenant is then as it was declared."""

import ast
from itertools import chain
from pathlib import Path
from types import ModuleType

import pytest

from ..environment import resources, text
from ..invariants import ACTION, CREATE, open_harness_of, remedies_of
from . import (
    of_auth0,
    of_delivery,
    of_offboarding,
    of_probe,
    of_settings,
    of_zuplo,
    page,
)
from .by_hand import BY_HAND, ELSEWHERE
from .harness import Remedies
from .of_delivery import status
from .reading import messages, printed, text_with
from .table import EVERY, TABLE, Row, rows_of


@pytest.fixture(scope="class")
def harness(engine, tmp_path_factory):
    with open_harness_of(
        Remedies, engine, tmp_path_factory.mktemp("remedies")
    ) as harness:
        yield harness


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "row" in metafunc.fixturenames:
        metafunc.parametrize("row", rows_of(metafunc.cls.subject), ids=str)


class Subject:
    """Rows that share a stack. A worker takes a class as a whole."""

    subject: ModuleType

    def test_remedy_does_what_the_message_says(self, harness: Remedies, row: Row):
        harness.begin()
        try:
            output = row.output(harness)
            message = printed(output, text_with(row.words))
            # Faults of settings come a line each.
            remedies = remedies_of(output if row.way is EVERY else message)
            ways = [it.way for it in TABLE if it.words == row.words]
            if row.way is EVERY:
                harness.follow(list(dict.fromkeys(chain.from_iterable(remedies))))
            else:
                assert {*ways} - {EVERY} == {*range(len(remedies))}, message
                harness.follow(remedies[row.way])
            assert harness.broken_invariants() == []
            assert harness.is_reached()
        finally:
            harness.end()


class TestSettings(Subject):
    subject = of_settings


class TestZuplo(Subject):
    subject = of_zuplo


class TestAuth0(Subject):
    subject = of_auth0


class TestDelivery(Subject):
    subject = of_delivery


class TestProbe(Subject):
    subject = of_probe


class TestOffboarding(Subject):
    subject = of_offboarding


@pytest.mark.parametrize("path", [ACTION, CREATE], ids=["delivery", "tenant"])
def test_remedy_of_a_refused_destroy_destroys(harness: Remedies, path: str):
    """A delete may be of a `destroy` or of an `up`, and cannot tell which."""
    harness.begin()
    harness.sandbox.control.arm(status(401, path=path, method="GET"))
    output = text(harness.destroy())
    harness.sandbox.control.clear_faults()
    message = printed(output, text_with("Auth0 refused a request"))
    assert "pulumi up" not in output
    (commands,) = remedies_of(message)
    harness.follow(commands)
    assert resources(harness.deployment) == {}
    assert harness.own_actions() == []


def test_every_message_is_in_the_table_or_listed():
    known = [*{it.words for it in TABLE}, *BY_HAND, *ELSEWHERE]
    found = {
        it.words: [word for word in known if word in it.words] for it in messages()
    }
    assert {it: by for it, by in found.items() if len(by) != 1} == {}
    assert [it for it in known if not any(it in text for text in found)] == []


def test_every_command_of_the_page_is_run_or_listed():
    assert {*page.commands()} == {*page.RUN_BY, *page.NOT_RUN}


def test_tests_that_run_other_remedies_are_there():
    folder = Path(__file__).parents[1]
    there = {
        f"{path.relative_to(folder)}::{node.name}"
        for path in folder.rglob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    assert {*ELSEWHERE.values(), *page.RUN_BY.values()} - there == set()
