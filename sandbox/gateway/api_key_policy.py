"""The API Key Authentication policy of the STAND-IN for a gateway, without HTTP.

Zuplo's documentation gives the order: first the form of a key, without a request; then
what the policy remembers, refusals as well; then the key service. Inferred: a response
counts for its whole time, even if the key expires meanwhile.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import JsonValue

from sandbox.zuplo.key_form import has_key_form
from sandbox.zuplo.records import Consumer

CACHE_TTL_SECONDS = 60
"""The default of the policy's option `cacheTtlSeconds`."""


@dataclass(frozen=True)
class User:
    """What the gateway's handlers get as `request.user`: a name and metadata."""

    sub: str
    data: dict[str, JsonValue]


class ApiKeyPolicy:
    """The policy of one gateway; its key service knows the gateway's bucket only."""

    def __init__(
        self,
        ask_key_service: Callable[[str], Consumer | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.cache_ttl_seconds: float = CACHE_TTL_SECONDS
        self._ask_key_service = ask_key_service
        self._clock = clock
        self._cache: dict[str, tuple[float, User | None]] = {}

    def user_of(self, key: str) -> User | None:
        """Find whom a key stands for; None if it opens nothing."""
        if not has_key_form(key):
            return None
        now = self._clock()
        asked_at, user = self._cache.get(key, (-math.inf, None))
        if now - asked_at >= self.cache_ttl_seconds:
            consumer = self._ask_key_service(key)
            user = User(consumer.name, consumer.metadata) if consumer else None
            self._cache[key] = now, user
        return user
