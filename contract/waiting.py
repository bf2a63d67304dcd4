"""Waiting for what a service does some time after its response."""

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")
WAIT_SECONDS = 120
POLL_SECONDS = 0.5


def wait_for(look: Callable[[], Seen], is_over: Callable[[Seen], bool]) -> Seen:
    """Look until it is over, or for two minutes; give what was seen last."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_over(seen := look()) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return seen
