"""Waiting for something that happens in another process."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 60


def until(holds: Callable[[], object]) -> None:
    """Poll until something holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.01)
