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


def roll(api: BucketApi, expires_on: str) -> None:
    api.request("POST", "/consumers/jane/roll-key", json={"expiresOn": expires_on})


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


def test_gateway_key_rolled_to_the_past_is_refused_and_its_successor_taken(
    sandbox, api
):
    old = api.create_consumer("jane")["apiKeys"][0]["key"]
    roll(api, "2020-01-01T00:00:00.000Z")
    new = api.get("/consumers/jane/keys", key_format="visible")["data"][1]["key"]
    assert hello(sandbox, old).status_code == 401
    assert hello(sandbox, new).status_code == 200


def test_gateway_key_rolled_to_the_future_is_still_good(sandbox, api):
    old = api.create_consumer("jane")["apiKeys"][0]["key"]
    roll(api, "2050-01-01T00:00:00.000Z")
    assert hello(sandbox, old).status_code == 200


def test_gateway_key_of_a_deleted_consumer_is_refused(sandbox, api):
    key = api.create_consumer("jane")["apiKeys"][0]["key"]
    api.request("DELETE", "/consumers/jane")
    assert hello(sandbox, key).status_code == 401


def test_gateway_unknown_route_is_a_problem(sandbox):
    reply = requests.get(f"{sandbox.gateway_url}/other", timeout=5)
    assert (reply.status_code, reply.json()["title"]) == (404, "Not Found")
