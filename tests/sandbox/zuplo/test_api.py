"""Access and buckets of the Zuplo stand-in, over a socket."""

import re

import pytest
import requests

from sandbox.host.servers import Sandbox
from tests.toolkit.http_client import send
from tests.toolkit.zuplo_api import assert_problem

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def get(sandbox: Sandbox, path: str, key: str | None) -> requests.Response:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return send(sandbox, "GET", f"{sandbox.zuplo_url}{path}", headers=headers)


def test_who_am_i_api_key_names_its_account(sandbox):
    body = get(sandbox, "/v1/who-am-i", sandbox.zuplo_api_key).json()
    assert body == {"sub": body["sub"], "account": "acme"}


@pytest.mark.parametrize("key", [None, "zpka_unknown"], ids=["no key", "unknown key"])
@pytest.mark.parametrize(
    "path",
    ["/v1/who-am-i", "/v1/accounts/acme/key-buckets", "/v1/accounts/x/key-buckets"],
    ids=["who-am-i", "own account", "another account"],
)
def test_request_without_good_api_key_is_unauthorized(sandbox, path, key):
    assert_problem(get(sandbox, path, key), 401, "Unauthorized")


def test_request_with_another_scheme_is_unauthorized(sandbox):
    url = f"{sandbox.zuplo_url}/v1/who-am-i"
    reply = send(sandbox, "GET", url, auth=("user", sandbox.zuplo_api_key))
    assert_problem(reply, 401, "Unauthorized")


def test_api_key_removed_becomes_unauthorized(sandbox):
    key = sandbox.control.add_zuplo_key("acme")
    assert get(sandbox, "/v1/who-am-i", key).status_code == 200
    sandbox.control.remove_zuplo_key(key)
    assert_problem(get(sandbox, "/v1/who-am-i", key), 401, "Unauthorized")


def test_api_key_without_permission_may_only_ask_who_it_is(sandbox):
    key = sandbox.control.add_zuplo_key("acme", buckets="none")
    assert get(sandbox, "/v1/who-am-i", key).status_code == 200
    refusal = get(sandbox, "/v1/accounts/acme/key-buckets", key)
    assert_problem(refusal, 403, "Forbidden")


def test_api_key_of_another_account_sees_nothing_of_this_one(sandbox):
    key = sandbox.control.add_zuplo_key("globex")
    assert get(sandbox, "/v1/accounts/globex/key-buckets", key).json() == {"data": []}
    refusal = get(sandbox, "/v1/accounts/acme/key-buckets", key)
    assert_problem(refusal, 404, "Not Found")


@pytest.mark.parametrize(
    "path", ["/", "/v1/accounts/acme", "/v1/accounts/acme/key-buckets/"]
)
def test_unknown_route_is_a_problem(sandbox, path):
    assert_problem(get(sandbox, path, sandbox.zuplo_api_key), 404, "Not Found")


@pytest.mark.parametrize("path", ["", "/consumers"])
def test_unknown_method_is_a_problem(bucket, path):
    reply = bucket.request("PUT", path, json={"name": "jane"})
    assert_problem(reply, 405, "Method Not Allowed")


def test_default_buckets_are_those_of_one_project(sandbox):
    path = "/v1/accounts/acme/key-buckets"
    body = get(sandbox, path, sandbox.zuplo_api_key).json()
    tags = {bucket["name"]: bucket["tags"] for bucket in body["data"][:3]}
    common = {"account": "acme", "project": "acme-api"}
    assert tags == {
        "zprj-1-production": {**common, "environmentType": "PRODUCTION"},
        "zprj-1-preview": {**common, "environmentType": "PREVIEW"},
        "zprj-1-development": {**common, "environmentType": "WORKING_COPY"},
    }
    assert list(body) == ["data"]


def test_bucket_read_has_the_shape_of_the_document(bucket):
    read = bucket.get("")
    assert TIMESTAMP.fullmatch(read["createdOn"])
    assert re.fullmatch("bckt_[A-Za-z0-9]+", read["id"])
    assert read == {
        "id": read["id"],
        "name": bucket.bucket,
        "createdOn": read["createdOn"],
        "updatedOn": read["createdOn"],
        "isRetrievable": True,
        "tags": {},
    }


def test_bucket_name_taken_is_a_conflict(bucket):
    url = f"{bucket.account_url}/key-buckets"
    reply = bucket.send("POST", url, json={"name": bucket.bucket})
    assert_problem(reply, 409, "Conflict")


@pytest.mark.parametrize("name", ["four", "Upper-case", "under_score", "a" * 129, ""])
def test_bucket_name_against_the_pattern_is_a_bad_request(bucket, name):
    url = f"{bucket.account_url}/key-buckets"
    assert_problem(bucket.send("POST", url, json={"name": name}), 400, "Bad Request")


def test_bucket_list_refuses_paging(bucket):
    reply = bucket.send("GET", f"{bucket.account_url}/key-buckets?limit=1")
    assert_problem(reply, 400, "Bad Request")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", ""]
)
def test_body_of_another_content_type_is_a_bad_request(bucket, content_type):
    headers = {"Content-Type": content_type}
    reply = bucket.request("POST", "/consumers", data='{"name": "a"}', headers=headers)
    assert_problem(reply, 400, "Bad Request")


@pytest.mark.parametrize("body", ["", "{", "[]", '"text"', "null", "[" * 100_000])
def test_body_that_is_no_json_object_is_a_bad_request(bucket, body):
    headers = {"Content-Type": "application/json; charset=utf-8"}
    reply = bucket.request("POST", "/consumers", data=body, headers=headers)
    assert_problem(reply, 400, "Bad Request")
