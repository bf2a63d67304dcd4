"""The `api.cache` of one trigger in the STAND-IN.

Limits: Auth0 documentation "Actions limitations". Codes of refusals: Auth0's public
type definitions of the api object; which code gets the twenty-first entry, a
wrong type or a lifetime past the maximum is inferred. Auth0 guarantees nothing about
how long an entry stays; here it stays until it expires or all instances stop.
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

ENTRIES = 20
KEY_BYTES = 64
VALUE_BYTES = 4 * 1024
TOTAL_BYTES = 8 * 1024
DEFAULT_LIFETIME_MS = 15 * 60 * 1000
MAXIMUM_LIFETIME_MS = 24 * 60 * 60 * 1000

Response = dict[str, Any]


class Entry(NamedTuple):
    value: str
    expires_at: int


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class TriggerCache:
    """Entries that all Actions of a trigger share."""

    def __init__(self, clock: Callable[[], int] = now_ms) -> None:
        self._clock = clock
        self._entries: dict[str, Entry] = {}

    def response(self, method: str, arguments: list[Any]) -> Response | None:
        """Respond to a call of an Action; None stands for undefined."""
        self._forget_expired()
        key, value, options = (*arguments, None, None, None)[:3]
        match method:
            case "get":
                entry = self._entries.get(key) if isinstance(key, str) else None
                return entry._asdict() if entry else None
            case "set":
                return self._set(key, value, options)
            case _:
                return self._delete(key)

    def _set(self, key: Any, value: Any, options: Any) -> Response:
        if not isinstance(key, str) or not isinstance(value, str):
            return refusal("FailedToSetCacheRecord")
        if size(key) > KEY_BYTES:
            return refusal("CacheKeySizeExceeded")
        if size(value) > VALUE_BYTES:
            return refusal("CacheValueSizeExceeded")
        now = self._clock()
        expires_at = expiry(now, options if isinstance(options, dict) else {})
        if expires_at is None or expires_at > now + MAXIMUM_LIFETIME_MS:
            return refusal("InvalidExpiry")
        if expires_at <= now:
            return refusal("ItemAlreadyExpired")
        entries = {**self._entries, key: Entry(value, expires_at)}
        total = sum(size(k) + size(entry.value) for k, entry in entries.items())
        if len(entries) > ENTRIES or total > TOTAL_BYTES:
            return refusal("CacheSizeExceeded")
        self._entries = entries
        return {"type": "success", "record": entries[key]._asdict()}

    def _delete(self, key: Any) -> Response:
        if not isinstance(key, str) or self._entries.pop(key, None) is None:
            return refusal("CacheKeyDoesNotExist")
        return {"type": "success"}

    def _forget_expired(self) -> None:
        now = self._clock()
        self._entries = {k: e for k, e in self._entries.items() if e.expires_at > now}


def refusal(code: str) -> Response:
    return {"type": "error", "code": code}


def expiry(now: int, options: dict[str, Any]) -> int | None:
    """Take the earlier of both limits, as documented; None if one is no number."""
    limits = [options.get("expires_at"), options.get("ttl")]
    if any(type(limit) not in (int, float, type(None)) for limit in limits):
        return None
    until, lifetime = limits
    ends = [until, None if lifetime is None else now + lifetime]
    given = [int(end) for end in ends if end is not None]
    return min(given, default=now + DEFAULT_LIFETIME_MS)


def size(text: str) -> int:
    # An Action's strings may hold lone surrogates.
    return len(text.encode(errors="surrogatepass"))
