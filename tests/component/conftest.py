"""Pulumi's mocks, in preview and in update."""

import sys

import pulumi
import pytest

from tests.toolkit.programs import Mocks, Monitor


@pytest.fixture(params=[False, True], ids=["update", "preview"])
def mocks(request):
    mocks = Mocks()
    mocks.monitor = Monitor(mocks)
    pulumi.runtime.set_mocks(mocks, preview=request.param, monitor=mocks.monitor)
    return mocks


@pytest.fixture(autouse=True)
def whole_stack(monkeypatch):
    """Pulumi reads its own stack, which an error's remedy alone may have cut short."""
    monkeypatch.delattr(sys, "tracebacklimit", raising=False)
