"""The limits of api.cache, with a clock that is set by hand."""

import pytest

from sandbox.auth0.trigger_cache import TriggerCache

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


class Clock:
    now = 1_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(clock: Clock) -> TriggerCache:
    return TriggerCache(clock)


def test_cache_gives_what_was_set_with_its_end(cache, clock):
    record = {"value": "a", "expires_at": clock.now + 15 * MINUTE_MS}

    assert cache.response("set", ["key", "a"]) == {"type": "success", "record": record}
    assert cache.response("get", ["key"]) == record


def test_cache_without_the_key_gives_undefined(cache):
    assert cache.response("get", ["key"]) is None
    assert cache.response("get", [None]) is None


def test_cache_deletes_a_key_once(cache):
    cache.response("set", ["key", "a"])

    assert cache.response("delete", ["key"]) == {"type": "success"}
    assert cache.response("get", ["key"]) is None
    assert cache.response("delete", ["key"]) == {
        "type": "error",
        "code": "CacheKeyDoesNotExist",
    }


@pytest.mark.parametrize(
    ("options", "lifetime_ms"),
    [
        pytest.param(None, 15 * MINUTE_MS, id="default"),
        pytest.param({"ttl": 500}, 500, id="ttl"),
        pytest.param({"expires_at": Clock.now + 700}, 700, id="expires_at"),
        pytest.param({"ttl": 500, "expires_at": Clock.now + 700}, 500, id="earlier"),
        pytest.param({"ttl": 24 * HOUR_MS}, 24 * HOUR_MS, id="maximum"),
    ],
)
def test_cache_forgets_an_entry_at_its_end(cache, clock, options, lifetime_ms):
    assert cache.response("set", ["key", "a", options])["type"] == "success"

    clock.now += lifetime_ms - 1
    assert cache.response("get", ["key"])["value"] == "a"
    clock.now += 1
    assert cache.response("get", ["key"]) is None


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(["k" * 65, "a"], "CacheKeySizeExceeded", id="key"),
        pytest.param(["ä" * 33, "a"], "CacheKeySizeExceeded", id="bytes count"),
        pytest.param(["key", "a" * 4097], "CacheValueSizeExceeded", id="value"),
        pytest.param(["key", "a", {"ttl": "1"}], "InvalidExpiry", id="text"),
        pytest.param(["key", "a", {"ttl": True}], "InvalidExpiry", id="boolean"),
        pytest.param(
            ["key", "a", {"ttl": 24 * HOUR_MS + 1}], "InvalidExpiry", id="too long"
        ),
        pytest.param(["key", "a", {"ttl": 0}], "ItemAlreadyExpired", id="over"),
        pytest.param(
            ["key", "a", {"expires_at": 1}], "ItemAlreadyExpired", id="long over"
        ),
        pytest.param(["key", 1], "FailedToSetCacheRecord", id="no text"),
        pytest.param([None, "a"], "FailedToSetCacheRecord", id="no key"),
        pytest.param([], "FailedToSetCacheRecord", id="nothing"),
    ],
)
def test_cache_refuses_with_a_code_and_keeps_nothing(cache, arguments, code):
    assert cache.response("set", arguments) == {"type": "error", "code": code}
    assert cache.response("get", arguments[:1]) is None


def test_cache_takes_key_and_value_of_the_greatest_size(cache):
    assert cache.response("set", ["k" * 64, "a" * 4096])["type"] == "success"


def test_cache_takes_twenty_entries_and_changes_of_them(cache):
    for number in range(20):
        assert cache.response("set", [str(number), "a"])["type"] == "success"

    assert cache.response("set", ["20", "a"])["code"] == "CacheSizeExceeded"
    assert cache.response("set", ["19", "b"])["type"] == "success"


def test_cache_takes_eight_kilobytes_of_keys_and_values(cache):
    cache.response("set", ["a", "x" * 4095])
    cache.response("set", ["b", "x" * 4095])

    assert cache.response("set", ["c", ""])["code"] == "CacheSizeExceeded"
    assert cache.response("set", ["b", "x" * 4000])["type"] == "success"


def test_cache_has_room_again_when_entries_ended(cache, clock):
    for number in range(20):
        cache.response("set", [str(number), "a", {"ttl": 1}])
    clock.now += 1

    assert cache.response("set", ["20", "a"])["type"] == "success"
