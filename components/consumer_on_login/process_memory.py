"""What this process remembers: several resources ask in several threads for one thing.

A plugin's process is one run's, so nothing here grows old. Where a process outlives its
deployments (Automation API, tests), `forget` ends what is open.
"""

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Made = TypeVar("Made")


class ProcessMemory:
    """Makes each thing once, and gives it to all who ask for it."""

    def __init__(self) -> None:
        self._made: dict[Hashable, Any] = {}
        self._locks: dict[Hashable, threading.Lock] = {}
        self._changes = threading.Lock()

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Give what was made for the key, or make it. An error is not remembered."""
        with self._changes:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._made:
                self._made[key] = make()
            made: Made = self._made[key]
            return made

    def forget(self) -> None:
        """Forget everything, and close what can be closed."""
        while self._made:
            _, made = self._made.popitem()
            if close := getattr(made, "close", None):
                close()


MEMORY = ProcessMemory()
"""The one of this process."""
