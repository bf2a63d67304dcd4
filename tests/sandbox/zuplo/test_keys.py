"""Keys and managers of the Zuplo stand-in, over a socket."""

from typing import Any

import pytest

from tests.toolkit.zuplo_api import BucketApi, assert_problem

KEYS = "/consumers/jane/keys"
MANAGERS = "/consumers/jane/managers"
FUTURE = "2050-04-18T05:54:34.408Z"


@pytest.fixture
def bucket(bucket):
    bucket.create_consumer("jane", tags={"org": "a"})
    return bucket


def first_key(bucket: BucketApi, key_format: str = "visible") -> Any:
    return bucket.get(KEYS, key_format=key_format)["data"][0]


def test_keys_list_masks_by_default(bucket):
    key = first_key(bucket)["key"]
    masked = f"****{key[-8:]}"
    assert bucket.get(KEYS)["data"][0]["key"] == masked
    assert first_key(bucket, "masked")["key"] == masked


def test_keys_list_format_none_leaves_the_key_out(bucket):
    assert "key" not in first_key(bucket, "none")


def test_keys_list_pages(bucket):
    bucket.request("POST", KEYS, json={"description": "second"})
    page = bucket.get(KEYS, limit="1", offset="1")
    assert [key["description"] for key in page["data"]] == ["second"]
    assert (page["limit"], page["offset"]) == (1, 1)


@pytest.mark.parametrize("path", ["keys", "managers"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_list_and_creation_of_unknown_consumer_are_not_found(bucket, method, path):
    body = {"email": "jane@example.com", "sub": "auth0|1"} if path == "managers" else {}
    reply = bucket.request(method, f"/consumers/nobody/{path}", json=body)
    assert_problem(reply, 404, "Not Found")


def test_key_created_is_responded_in_full(bucket):
    body = {"description": "mine", "expiresOn": "2050-04-18T07:54:34.408+02:00"}
    created = bucket.request("POST", KEYS, json=body)
    key = created.json()
    assert (key["description"], key["expiresOn"]) == ("mine", FUTURE)
    assert bucket.get(KEYS, key_format="visible")["data"][1] == key


def test_key_created_empty_never_expires(bucket):
    assert bucket.request("POST", KEYS, json={}).json()["expiresOn"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"id": "key_1"},
        {"expiresOn": None},
        {"expiresOn": "2050-04-18"},
        {"expiresOn": "2050-04-18T05:54:34"},
        {"expiresOn": 2528860474},
        {"key": "my-own"},
    ],
    ids=["unknown", "null", "no time", "no zone", "number", "own key"],
)
def test_key_bad_body_is_a_bad_request(bucket, body):
    assert_problem(bucket.request("POST", KEYS, json=body), 400, "Bad Request")


def test_key_deleted_is_gone(bucket):
    url = f"{KEYS}/{first_key(bucket)['id']}"
    assert bucket.request("DELETE", url).status_code == 204
    assert bucket.get(KEYS)["data"] == []
    assert_problem(bucket.request("DELETE", url), 404, "Not Found")


def test_manager_added_is_listed_and_removed(bucket):
    body = {"email": "jane@example.com", "sub": "auth0|1"}
    manager = bucket.request("POST", MANAGERS, json=body).json()
    assert manager == {
        "id": manager["id"],
        "createdOn": manager["createdOn"],
        **body,
    }
    assert bucket.get(MANAGERS)["data"] == [manager]
    url = f"{MANAGERS}/{manager['id']}"
    assert bucket.request("DELETE", url).status_code == 204
    assert bucket.get(MANAGERS)["data"] == []
    assert_problem(bucket.request("DELETE", url), 404, "Not Found")


def test_manager_of_the_same_sub_is_a_conflict(bucket):
    body = {"email": "jane@example.com", "sub": "auth0|1"}
    bucket.request("POST", MANAGERS, json=body)
    assert_problem(bucket.request("POST", MANAGERS, json=body), 409, "Conflict")


@pytest.mark.parametrize("missing", ["email", "sub"])
def test_manager_without_email_or_sub_is_a_bad_request(bucket, missing):
    body = {"email": "jane@example.com", "sub": "auth0|1"}
    del body[missing]
    assert_problem(bucket.request("POST", MANAGERS, json=body), 400, "Bad Request")


def test_managers_list_leaves_invitations_out(bucket):
    bucket.create_consumer("john", managers=["john@example.com"])
    assert bucket.get("/consumers/john/managers")["data"] == []
