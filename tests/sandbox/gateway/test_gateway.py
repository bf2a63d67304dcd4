"""What opens the stand-in of a gateway, over a socket."""

from itertools import count

import pytest

from sandbox.host.servers import Sandbox
from sandbox.zuplo.key_form import new_key
from tests.toolkit.http_client import send
from tests.toolkit.zuplo_api import BucketApi, hello

NUMBERS = count()


@pytest.fixture
def bucket(portal_bucket):
    return portal_bucket


@pytest.fixture
def name():
    return f"consumer-{next(NUMBERS)}"


@pytest.fixture
def cache_keys_for(zuplo):
    """Set the gateway's `cacheTtlSeconds` until the end of the test."""
    yield zuplo.control.cache_keys_for
    zuplo.control.cache_keys_for(60)


def key_of(consumer) -> str:
    return consumer["apiKeys"][0]["key"]


def questions(sandbox: Sandbox) -> list[int | None]:
    """The status of each response of the key service."""
    return [logged.status for logged in sandbox.control.requests("key_service")]


def test_gateway_sees_the_consumer_and_its_metadata_and_no_tags(zuplo, bucket, name):
    consumer = bucket.create_consumer(
        name, metadata={"plan": "gold"}, tags={"source": "test"}
    )
    reply = hello(zuplo, key_of(consumer))
    assert reply.status_code == 200
    assert reply.json() == {"user": {"sub": name, "data": {"plan": "gold"}}}


def test_gateway_lets_a_page_of_another_origin_send_a_key(zuplo):
    preflight = send(
        zuplo,
        "OPTIONS",
        f"{zuplo.gateway_url}/hello",
        headers={
            "origin": "https://portal.example.com",
            "access-control-request-method": "GET",
            "access-control-request-headers": "authorization",
        },
    )
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-headers"] == "authorization"
    assert preflight.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "make_key",
    [lambda: None, lambda: "zpka_nobody", lambda: new_key()[:-1], new_key],
    ids=["no key", "no form", "cut", "unknown key"],
)
def test_gateway_without_good_key_gives_a_problem_with_trace(zuplo, make_key):
    reply = hello(zuplo, make_key())
    body = reply.json()
    assert reply.status_code == 401
    assert reply.headers["content-type"] == "application/problem+json"
    assert body.pop("trace").keys() == {"timestamp", "requestId", "buildId"}
    assert body == {
        "status": 401,
        "title": "Unauthorized",
        "type": "https://httpproblems.com/http-status/401",
    }


@pytest.mark.parametrize(
    "make_key", [lambda: None, lambda: new_key()[:-1]], ids=["no key", "cut"]
)
def test_gateway_asks_nobody_about_a_key_without_the_form(zuplo, make_key):
    """The key is a new one, of which the gateway can remember nothing."""
    assert hello(zuplo, make_key()).status_code == 401
    assert questions(zuplo) == []


@pytest.mark.parametrize("scheme", ["Basic", "Token"])
def test_gateway_key_of_another_scheme_is_none(zuplo, bucket, name, scheme):
    key = key_of(bucket.create_consumer(name))
    headers = {"Authorization": f"{scheme} {key}"}
    reply = send(zuplo, "GET", f"{zuplo.gateway_url}/hello", headers=headers)
    assert reply.status_code == 401
    assert questions(zuplo) == []


def test_gateway_remembers_a_refusal(zuplo):
    key = new_key()
    assert [hello(zuplo, key).status_code for _ in range(2)] == [401, 401]
    assert questions(zuplo) == [404]


def test_gateway_key_deleted_is_good_until_the_time_is_over(
    zuplo, bucket, name, cache_keys_for
):
    key = key_of(bucket.create_consumer(name))
    assert hello(zuplo, key).status_code == 200
    bucket.request("DELETE", f"/consumers/{name}")
    assert hello(zuplo, key).status_code == 200
    assert questions(zuplo) == [200]

    cache_keys_for(0)
    assert hello(zuplo, key).status_code == 401


def test_gateway_sees_other_metadata_when_the_time_is_over(
    zuplo, bucket, name, cache_keys_for
):
    def plan():
        return hello(zuplo, key).json()["user"]["data"]["plan"]

    key = key_of(bucket.create_consumer(name, metadata={"plan": "free"}))
    assert plan() == "free"
    bucket.request("PATCH", f"/consumers/{name}", json={"metadata": {"plan": "gold"}})
    assert plan() == "free"

    cache_keys_for(0)
    assert plan() == "gold"


def test_gateway_key_of_another_bucket_is_refused(zuplo, name):
    elsewhere = BucketApi(zuplo).create_consumer(name)
    assert hello(zuplo, key_of(elsewhere)).status_code == 401


def test_gateway_key_for_the_developer_api_is_no_consumers_key(zuplo):
    assert hello(zuplo, zuplo.zuplo_api_key).status_code == 401
    assert questions(zuplo) == [404]


@pytest.mark.parametrize(("year", "status"), [("2020", 401), ("2050", 200)])
def test_gateway_key_is_good_until_its_end(zuplo, bucket, name, year, status):
    bucket.create_consumer(name)
    body = {"expiresOn": f"{year}-01-01T00:00:00.000Z"}
    key = bucket.request("POST", f"/consumers/{name}/keys", json=body).json()["key"]
    assert hello(zuplo, key).status_code == status


def test_gateway_unknown_route_is_a_problem(zuplo):
    reply = send(zuplo, "GET", f"{zuplo.gateway_url}/other")
    assert (reply.status_code, reply.json()["title"]) == (404, "Not Found")
