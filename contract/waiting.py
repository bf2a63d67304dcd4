"""Waiting for what a service does some time after its response."""

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")
WAIT_SECONDS = 120
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 2.0


def wait_for(look: Callable[[], Seen], is_over: Callable[[Seen], bool]) -> Seen:
    """Look until it is over, or for two minutes; give what was seen last."""
    deadline = time.monotonic() + WAIT_SECONDS
    pause = FIRST_PAUSE_SECONDS
    while not is_over(seen := look()) and time.monotonic() < deadline:
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
    return seen
