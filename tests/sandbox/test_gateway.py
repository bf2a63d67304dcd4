"""What opens the stand-in of a gateway, over a socket."""

import pytest
import requests

from sandbox.host.servers import Sandbox
from tests.sandbox.zuplo_api import BucketApi


@pytest.fixture
def api(sandbox):
    return BucketApi(sandbox)


def hello(sandbox: Sandbox, key: str | None) -> requests.Response:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return requests.get(f"{sandbox.gateway_url}/hello", headers=headers, timeout=5)


def test_gateway_consumers_key_tells_whose_it_is(sandbox, api):
    consumer = api.create_consumer("jane", metadata={"plan": "gold"})
    reply = hello(sandbox, consumer["apiKeys"][0]["key"])
    assert reply.status_code == 200
    assert reply.json() == {
        "consumer": "jane",
        "metadata": {"plan": "gold"},
        "bucket": api.bucket,
    }


@pytest.mark.parametrize("key", [None, "zpka_unknown"], ids=["no key", "unknown key"])
def test_gateway_without_good_key_gives_a_problem_with_trace(sandbox, key):
    reply = hello(sandbox, key)
    body = reply.json()
    assert reply.status_code == 401
    assert reply.headers["content-type"] == "application/problem+json"
    assert body["type"] == "https://httpproblems.com/http-status/401"
    assert (body["title"], body["status"]) == ("Unauthorized", 401)
    assert body["instance"] == "/hello"
    assert body["trace"].keys() == {"timestamp", "requestId", "buildId"}


def test_gateway_key_for_the_developer_api_is_no_consumers_key(sandbox):
    assert hello(sandbox, sandbox.zuplo_api_key).status_code == 401


@pytest.mark.parametrize(("year", "status"), [("2020", 401), ("2050", 200)])
def test_gateway_key_is_good_until_its_end(sandbox, api, year, status):
    api.create_consumer("jane")
    body = {"expiresOn": f"{year}-01-01T00:00:00.000Z"}
    key = api.request("POST", "/consumers/jane/keys", json=body).json()["key"]
    assert hello(sandbox, key).status_code == status


def test_gateway_unknown_route_is_a_problem(sandbox):
    reply = requests.get(f"{sandbox.gateway_url}/other", timeout=5)
    assert (reply.status_code, reply.json()["title"]) == (404, "Not Found")
