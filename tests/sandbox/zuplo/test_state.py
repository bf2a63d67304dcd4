"""Rules of the Zuplo stand-in, without a socket."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from sandbox.zuplo.errors import ConflictError, InvalidRequestError, NotFoundError
from sandbox.zuplo.replies import masked, timestamp
from sandbox.zuplo.schemas import ConsumerCreate, KeyBody, parse_body
from sandbox.zuplo.state import State


@pytest.fixture
def state():
    return State()


@pytest.fixture
def bucket(state):
    return state.accounts["acme"].bucket("zprj-1-development")


def consumer_body(content: bytes) -> ConsumerCreate:
    return parse_body(ConsumerCreate, content)


def test_consumer_by_key_finds_bucket_and_consumer(state, bucket):
    body = consumer_body(b'{"name": "jane"}')
    jane = bucket.create_consumer(body, with_api_key=True)
    [key] = jane.keys.values()
    assert state.consumer_by_key(key.key) == (bucket, jane)


def test_consumer_by_key_expired_finds_nobody(state, bucket):
    body = consumer_body(b'{"name": "jane"}')
    jane = bucket.create_consumer(body, with_api_key=True)
    [key] = jane.keys.values()
    key.expires_on = datetime.now(UTC) - timedelta(seconds=1)
    assert state.consumer_by_key(key.key) is None


@pytest.mark.parametrize("key", ["", "zpka_unknown"])
def test_consumer_by_key_unknown_finds_nobody(state, key):
    assert state.consumer_by_key(key) is None


def test_consumer_with_own_keys_and_a_generated_one_has_all(bucket):
    body = consumer_body(b'{"name": "jane", "apiKeys": [{"key": "own"}]}')
    jane = bucket.create_consumer(body, with_api_key=True)
    own, generated = jane.keys.values()
    assert own.key == "own"
    assert generated.key.startswith("zpka_")


@pytest.mark.parametrize(
    "content",
    [
        b'{"name": "jane", "apiKeys": [{"key": "taken"}]}',
        b'{"name": "jane", "apiKeys": [{"key": "twice"}, {"key": "twice"}]}',
        b'{"name": "jane", "managers": [{"email": "a", "sub": "s"},'
        b' {"email": "b", "sub": "s"}]}',
    ],
    ids=["key taken", "key twice", "manager twice"],
)
def test_consumer_in_conflict_is_not_created_at_all(bucket, content):
    first = consumer_body(b'{"name": "john", "apiKeys": [{"key": "taken"}]}')
    bucket.create_consumer(first, with_api_key=False)
    with pytest.raises(ConflictError):
        bucket.create_consumer(consumer_body(content), with_api_key=True)
    assert list(bucket.consumers) == ["john"]


def test_key_update_to_its_own_value_is_no_conflict(bucket):
    body = consumer_body(b'{"name": "jane", "apiKeys": [{"key": "own"}]}')
    jane = bucket.create_consumer(body, with_api_key=False)
    [key] = jane.keys.values()
    bucket.update_key(key, KeyBody(key="own"))
    with pytest.raises(ConflictError):
        bucket.update_key(bucket.create_keys(jane, [KeyBody()])[0], KeyBody(key="own"))


def test_consumer_with_a_number_that_json_cannot_write_is_refused():
    with pytest.raises(InvalidRequestError, match="metadata"):
        consumer_body(b'{"name": "jane", "metadata": {"a": NaN}}')


def test_api_key_removed_twice_is_not_found(state):
    key = state.add_api_key("globex")
    state.remove_api_key(key)
    with pytest.raises(NotFoundError):
        state.remove_api_key(key)


@pytest.mark.parametrize(
    ("key", "shown"),
    [("zpka_d67b_69ff2f90", "****69ff2f90"), ("own", "****n"), ("x", "****")],
)
def test_masked_key_shows_its_end(key, shown):
    assert masked(key) == shown


def test_timestamp_is_written_in_utc_with_milliseconds():
    zone = timezone(timedelta(hours=2))
    moment = datetime(2026, 4, 19, 1, 0, 0, 67_000, tzinfo=zone)
    assert timestamp(moment) == "2026-04-18T23:00:00.067Z"
