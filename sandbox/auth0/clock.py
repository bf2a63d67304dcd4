"""Timestamps in the two precisions of the STAND-IN's API."""

import time
from datetime import UTC, datetime

NANOSECONDS = 1_000_000_000


def now() -> str:
    """Write this moment as Actions and bindings carry it (all recordings)."""
    seconds, rest = divmod(time.time_ns(), NANOSECONDS)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def now_in_milliseconds() -> str:
    """Write this moment as event streams and users carry it.

    Recording "event stream with action"; for users inferred.
    """
    return f"{now()[:23]}Z"
