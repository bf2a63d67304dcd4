"""A tenant for each module, in which each test deploys stacks of its own."""

from itertools import count
from pathlib import Path

import pytest

from tests.toolkit.tenant_operations import delete

from ..environment import open_environment
from .owners import our_actions

NUMBERS = count(1)
RENAMED = Path(__file__).parents[1] / "programs" / "renamed" / "__main__.py"


@pytest.fixture(scope="module")
def environment(engine, tmp_path_factory):
    with open_environment(engine, tmp_path_factory.mktemp("ownership")) as environment:
        yield environment


@pytest.fixture
def stack(environment):
    """Make stacks of a program whose component's name is a setting."""
    made = []

    def stack(name, **settings):
        settings = {"componentName": "portal", **settings}
        made.append(environment.stack(f"{name}-{next(NUMBERS)}", RENAMED, **settings))
        return made[-1]

    yield stack
    for action in our_actions(environment):
        delete(environment.tenant, action["id"])
