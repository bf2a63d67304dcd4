"""Rules of the Zuplo stand-in, without a socket."""

from datetime import datetime, timedelta, timezone

import pytest

from sandbox.zuplo.errors import ConflictError, InvalidRequestError
from sandbox.zuplo.replies import timestamp
from sandbox.zuplo.schemas import ConsumerCreate, parse_body
from sandbox.zuplo.state import State


@pytest.fixture
def state():
    return State()


@pytest.fixture
def bucket(state):
    return state.accounts["acme"].bucket("zprj-1-development")


def consumer_body(content: bytes) -> ConsumerCreate:
    return parse_body(ConsumerCreate, content)


def test_consumer_with_one_manager_twice_is_not_created_at_all(bucket):
    twice = consumer_body(
        b'{"name": "jane", "managers": [{"email": "a", "sub": "s"},'
        b' {"email": "b", "sub": "s"}]}'
    )
    with pytest.raises(ConflictError):
        bucket.create_consumer(twice, with_api_key=True)
    assert bucket.consumers == {}


def test_consumer_with_a_number_that_json_cannot_write_is_refused():
    with pytest.raises(InvalidRequestError, match="metadata"):
        consumer_body(b'{"name": "jane", "metadata": {"a": NaN}}')


def test_timestamp_is_written_in_utc_with_milliseconds():
    zone = timezone(timedelta(hours=2))
    moment = datetime(2026, 4, 19, 1, 0, 0, 67_000, tzinfo=zone)
    assert timestamp(moment) == "2026-04-18T23:00:00.067Z"
