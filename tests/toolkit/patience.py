"""Waiting for something that happens in another thread or process."""

import asyncio
from collections.abc import Callable

# By name, so that a test that replaces time.sleep replaces another one.
from time import monotonic, sleep

PATIENCE_SECONDS = 60
"""More than any one step takes on a busy machine."""
POLL_SECONDS = 0.01


def until(holds: Callable[[], object]) -> None:
    """Poll until something holds."""
    deadline = monotonic() + PATIENCE_SECONDS
    while not holds():
        assert monotonic() < deadline, "nothing happened"
        sleep(POLL_SECONDS)


async def eventually(holds: Callable[[], object]) -> None:
    """Poll until something holds that happens in this event loop."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():
            await asyncio.sleep(POLL_SECONDS)
