"""Fixtures of all tests."""

from collections.abc import Iterator

import pytest

from sandbox.hosting import Sandbox


@pytest.fixture
def zuplo(sandbox: Sandbox) -> Iterator[Sandbox]:
    """The sandbox without faults and with an empty request log."""
    sandbox.control.clear_faults()
    sandbox.control.clear_requests()
    yield sandbox
    sandbox.control.clear_faults()
