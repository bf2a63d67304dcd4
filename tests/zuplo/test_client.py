"""Consumers through the client, against the stand-in of Zuplo over a socket.

Buckets are covered by the tests of the bucket check.
"""

import pytest
from pydantic import JsonValue

from consumer_on_login import json_http
from consumer_on_login.zuplo import client as zuplo_client
from consumer_on_login.zuplo.client import Consumer, ZuploClient
from consumer_on_login.zuplo.errors import (
    ZuploAccountError,
    ZuploBucketError,
    ZuploForbiddenError,
    ZuploKeyRefusedError,
    ZuploResponseError,
    ZuploUnreachableError,
)
from sandbox.host.faults import Fault


@pytest.fixture
def connect(zuplo):
    """Make clients, with the sandbox's key unless another is given."""
    clients = []

    def connect(key=zuplo.zuplo_api_key, account=zuplo.zuplo_account):
        clients.append(ZuploClient(zuplo.zuplo_url, account, key))
        return clients[-1]

    yield connect
    for client in clients:
        client.__exit__()


CALLS = {
    "list": lambda client, bucket: list(client.consumers(bucket, {})),
    "find": lambda client, bucket: client.find_consumer(bucket, "c-1"),
    "delete": lambda client, bucket: client.delete_consumer(bucket, "c-1"),
    "list keys": lambda client, bucket: list(client.keys(bucket, "c-1")),
    "delete key": lambda client, bucket: client.delete_key(bucket, "c-1", "key_1"),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


def test_consumers_are_listed_by_tag_over_all_pages(connect, bucket, monkeypatch):
    monkeypatch.setattr(zuplo_client, "PAGE", 2)
    for number in range(5):
        tags = {"source": "other" if number == 3 else "ours"}
        bucket.create_consumer(f"c-{number}", tags=tags, metadata={"n": str(number)})
    found = list(connect().consumers(bucket.bucket, {"source": "ours"}))
    assert found == [Consumer(f"c-{n}", {"n": str(n)}) for n in (0, 1, 2, 4)]


def test_consumer_is_found_by_its_name(connect, bucket):
    bucket.create_consumer("c-1", metadata={"user_id": "auth0|ada"})
    found = connect().find_consumer(bucket.bucket, "c-1")
    assert found == Consumer("c-1", {"user_id": "auth0|ada"})


def test_consumer_that_is_not_there_is_none(connect, bucket):
    assert connect().find_consumer(bucket.bucket, "c-1") is None


def test_deleted_consumer_is_gone_and_may_be_deleted_again(connect, bucket):
    bucket.create_consumer("c-1")
    bucket.create_consumer("c-2")
    client = connect()
    for _ in range(2):
        client.delete_consumer(bucket.bucket, "c-1")
    assert [item["name"] for item in bucket.get("/consumers")["data"]] == ["c-2"]


def test_deletion_whose_response_is_lost_is_done(connect, bucket, zuplo):
    bucket.create_consumer("c-1")
    lost = Fault(service="zuplo", method="DELETE", kind="reset", when="after", times=1)
    zuplo.control.arm(lost)
    connect().delete_consumer(bucket.bucket, "c-1")
    assert bucket.get("/consumers")["data"] == []


def test_keys_are_listed_by_id_over_all_pages(connect, bucket, monkeypatch, zuplo):
    monkeypatch.setattr(zuplo_client, "PAGE", 2)
    bucket.create_consumer("c-1")
    for _ in range(4):
        bucket.request("POST", "/consumers/c-1/keys", json={})
    ids = [key["id"] for key in bucket.get("/consumers/c-1/keys")["data"]]
    assert (len(ids), list(connect().keys(bucket.bucket, "c-1"))) == (5, ids)


def test_keys_themselves_are_not_asked_for(connect, bucket, zuplo):
    bucket.create_consumer("c-1")
    zuplo.control.clear_requests()
    list(connect().keys(bucket.bucket, "c-1"))
    (asked,) = zuplo.control.requests("zuplo")
    assert "key-format=none" in asked.query


def test_keys_of_a_consumer_that_is_not_there_are_no_list(connect, bucket):
    with pytest.raises(ZuploResponseError, match="HTTP 404"):
        list(connect().keys(bucket.bucket, "c-1"))


def test_deleted_key_is_gone_and_may_be_deleted_again(connect, bucket):
    bucket.create_consumer("c-1")
    bucket.request("POST", "/consumers/c-1/keys", json={})
    client = connect()
    first, second = client.keys(bucket.bucket, "c-1")
    for _ in range(2):
        client.delete_key(bucket.bucket, "c-1", first)
    assert list(client.keys(bucket.bucket, "c-1")) == [second]


def test_consumers_of_a_missing_bucket_name_the_buckets_there_are(connect):
    with pytest.raises(ZuploBucketError, match=r"zuploBucket zprj-1-development\n"):
        list(connect().consumers("zprj-1-developmnt", {}))


def test_consumers_of_another_account_name_it(connect, bucket):
    with pytest.raises(ZuploAccountError, match=r"zuploAccount acme$"):
        list(connect(account="other").consumers(bucket.bucket, {}))


@every_call
def test_consumer_call_with_a_refused_key_asks_for_another(connect, bucket, call):
    with pytest.raises(ZuploKeyRefusedError) as caught:
        call(connect("zpka_wrong"), bucket.bucket)
    assert "zpka_wrong" not in str(caught.value)


@every_call
def test_consumer_call_without_permission_says_for_what(connect, zuplo, call):
    key = zuplo.control.add_zuplo_key("acme", buckets="none")
    with pytest.raises(
        ZuploForbiddenError, match=r"may not \w+ the (consumers|keys) of"
    ):
        call(connect(key), "zprj-1-preview")


@every_call
def test_consumer_call_in_an_outage_is_neither_found_nor_missing(
    connect, bucket, zuplo, call
):
    headers = {"retry-after": "0"}
    fault = Fault(service="zuplo", kind="status", status=503, headers=headers)
    zuplo.control.arm(fault)
    with pytest.raises(ZuploUnreachableError, match="HTTP 503 after 3 attempts"):
        call(connect(), bucket.bucket)


@every_call
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 404, "body": "<html>not here</html>"},
        {"status": 302, "headers": {"location": "https://example.com"}},
        {"status": 400},
        {"status": 200, "body": "<html>"},
        {"status": 200, "body": {"data": {}}},
        {"status": 200, "body": {"data": [{"id": 1}]}},
    ],
    ids=["404", "redirect", "400", "html", "no list", "nameless"],
)
def test_consumer_call_responded_by_another_server_is_unusable(
    connect, bucket, zuplo, call, fault
):
    path = ".*/consumers.*"
    zuplo.control.arm(Fault(service="zuplo", path=path, kind="status", **fault))
    with pytest.raises(ZuploResponseError, match="is not a response of Zuplo's"):
        call(connect(), bucket.bucket)


def test_consumer_of_another_name_is_no_response(connect, bucket, zuplo):
    other: JsonValue = {"name": "c-2", "metadata": {}}
    zuplo.control.arm(Fault(service="zuplo", kind="status", status=200, body=other))
    with pytest.raises(ZuploResponseError, match="another consumer"):
        connect().find_consumer(bucket.bucket, "c-1")


def test_list_too_large_to_read_is_unreachable(connect, bucket, monkeypatch):
    monkeypatch.setattr(json_http, "RESPONSE_LIMIT_BYTES", 10)
    with pytest.raises(ZuploUnreachableError, match="the response has more than"):
        list(connect().consumers(bucket.bucket, {}))
