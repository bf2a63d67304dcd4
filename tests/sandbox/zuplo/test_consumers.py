"""Consumers of the Zuplo stand-in, over a socket."""

import re
from typing import Any

import pytest

from tests.toolkit.zuplo_api import BucketApi, assert_problem


def names(page: Any) -> list[str]:
    return [consumer["name"] for consumer in page["data"]]


def test_consumer_created_with_key_has_the_shape_of_zuplos_example(bucket):
    given = {
        "description": "My Consumer",
        "metadata": {"orgId": 1234, "plan": "gold"},
        "tags": {"externalId": "acct_12345"},
    }
    consumer = bucket.create_consumer("my-consumer", **given)
    [key] = consumer["apiKeys"]
    assert re.fullmatch("csmr_[A-Za-z0-9]{24}", consumer["id"])
    assert re.fullmatch("zpka_[0-9a-f]{32}_[0-9a-f]{8}", key["key"])
    assert consumer == {
        "id": consumer["id"],
        "name": "my-consumer",
        "createdOn": consumer["createdOn"],
        "updatedOn": consumer["createdOn"],
        **given,
        "apiKeys": [
            {
                "id": key["id"],
                "createdOn": key["createdOn"],
                "updatedOn": key["createdOn"],
                "expiresOn": None,
                "key": key["key"],
            }
        ],
    }


@pytest.mark.parametrize("query", ["", "?with-api-key=false"])
def test_consumer_created_without_key_has_none(bucket, query):
    created = bucket.request("POST", f"/consumers{query}", json={"name": "jane"})
    assert "apiKeys" not in created.json()
    assert bucket.get("/consumers/jane/keys")["data"] == []


def test_consumer_name_taken_is_a_conflict_and_changes_nothing(bucket):
    created = bucket.create_consumer("jane", description="first")
    body = {"name": "jane", "description": "second"}
    reply = bucket.request("POST", "/consumers?with-api-key=true", json=body)
    assert_problem(reply, 409, "Conflict")
    assert (
        bucket.get("/consumers/jane", include_api_keys="true", key_format="visible")
        == created
    )


def test_consumer_name_may_recur_in_another_bucket(bucket, sandbox):
    first = bucket.create_consumer("jane")
    assert BucketApi(sandbox).create_consumer("jane")["id"] != first["id"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "org_123"},
        {"name": "a" * 129},
        {"name": "jane\n"},
        {"name": "jane", "email": "jane@example.com"},
        {"name": "jane", "description": None},
        {"name": "jane", "description": 5},
        {"name": "jane", "tags": {str(number): "" for number in range(6)}},
        {"name": "jane", "metadata": ["gold"]},
        {"name": "jane", "metadata": {"text": "é" * 500}},
        {"name": "jane", "managers": [{"email": "jane@example.com"}]},
        {"name": "jane", "managers": ["jane@example.com", {"email": "", "sub": ""}]},
        {"name": "jane", "apiKeys": [{"key": "own"}]},
    ],
    ids=[
        "no name",
        "underscore in name",
        "name too long",
        "newline in name",
        "unknown property",
        "null",
        "number as description",
        "six tags",
        "metadata not an object",
        "metadata too large in bytes",
        "manager without sub",
        "managers of both kinds",
        "key of one's own",
    ],
)
def test_consumer_create_bad_body_is_a_bad_request_and_creates_nothing(bucket, body):
    reply = bucket.request("POST", "/consumers", json=body)
    assert_problem(reply, 400, "Bad Request")
    assert bucket.get("/consumers")["data"] == []


MANAGER = {"email": "jane@example.com", "sub": "auth0|1"}
ITS_OWN = {"id": "eusr_1", "createdOn": "2026-08-01T00:00:00.000Z"}


def test_manager_with_id_and_date_gets_those_of_zuplo(bucket):
    bucket.create_consumer("jane", managers=[{**MANAGER, **ITS_OWN}])
    (manager,) = bucket.get("/consumers/jane/managers")["data"]
    assert manager.items() >= MANAGER.items()
    assert not manager.items() & ITS_OWN.items()


@pytest.fixture
def literal_schema(set_manager_rules):
    set_manager_rules(is_schema_literal=True)


@pytest.mark.parametrize(
    "given", [{}, {"id": "eusr_1"}, {"createdOn": "2026-08-01T00:00:00Z"}]
)
def test_by_the_literal_schema_a_manager_needs_id_and_date(
    bucket, literal_schema, given
):
    body = {"name": "jane", "managers": [{**MANAGER, **given}]}
    reply = bucket.request("POST", "/consumers", json=body)
    assert_problem(reply, 400, "Bad Request")
    assert bucket.get("/consumers")["data"] == []


@pytest.mark.parametrize(
    "managers",
    [[{**MANAGER, **ITS_OWN}], ["jane@example.com"]],
    ids=["whole", "address"],
)
def test_the_literal_schema_allows(bucket, literal_schema, managers):
    bucket.create_consumer("jane", managers=managers)


def test_the_literal_schema_is_that_of_new_consumers_alone(bucket, literal_schema):
    bucket.create_consumer("jane")
    path = "/consumers/jane/managers"
    assert bucket.request("POST", path, json=MANAGER).status_code == 200


def test_consumer_create_at_the_limits_is_accepted(bucket):
    metadata = {"text": "a" * (1000 - len('{"text":""}'))}
    tags = {str(number): "" for number in range(5)}
    consumer = bucket.create_consumer("a" * 128, metadata=metadata, tags=tags)
    assert (consumer["metadata"], consumer["tags"]) == (metadata, tags)


def test_bad_body_is_refused_without_quoting_values(bucket):
    body = {"name": "jane", "metadata": {"secret": "hush"}, "description": 4711}
    text = bucket.request("POST", "/consumers", json=body).text
    assert "description" in text
    assert "hush" not in text
    assert "4711" not in text


@pytest.mark.parametrize(
    ("method", "query"),
    [
        ("POST", "with-api-keys=true"),
        ("POST", "with-api-key=true&with-api-key=true"),
        ("POST", "tag.org=a"),
        ("GET", "tag=a"),
        ("GET", "limit=0"),
        ("GET", "offset=-1"),
        ("GET", "key-format=hidden"),
        ("GET", "include_api_keys=true"),
    ],
)
def test_bad_query_is_a_bad_request(bucket, method, query):
    reply = bucket.request(method, f"/consumers?{query}", json={"name": "jane"})
    assert_problem(reply, 400, "Bad Request")


def test_consumers_list_pages_and_cuts_a_large_limit(bucket):
    for name in ("a", "b", "c"):
        bucket.create_consumer(name)
    everything = bucket.get("/consumers", limit="5000")
    assert (names(everything), everything["limit"]) == (["a", "b", "c"], 1000)
    page = bucket.get("/consumers", limit="1", offset="1")
    assert (names(page), page["limit"], page["offset"]) == (["b"], 1, 1)


def test_consumers_list_selects_by_every_tag(bucket):
    bucket.create_consumer("both", tags={"org": "a", "plan": "gold"})
    bucket.create_consumer("one", tags={"org": "a"})
    assert names(bucket.get("/consumers", **{"tag.org": "a"})) == ["both", "one"]
    tags = {"tag.org": "a", "tag.plan": "gold"}
    assert names(bucket.get("/consumers", **tags)) == ["both"]


def test_consumers_list_selects_by_address_of_manager_or_invitation(bucket):
    email = "jane@example.com"
    bucket.create_consumer("managed", managers=[{"email": email, "sub": "auth0|1"}])
    bucket.create_consumer("invited", managers=[email])
    bucket.create_consumer("other", managers=["john@example.com"])
    found = bucket.get("/consumers", manager_email=email)
    assert names(found) == ["managed", "invited"]


def test_consumer_read_shows_only_what_is_asked_for(bucket):
    manager = {"email": "jane@example.com", "sub": "auth0|1"}
    bucket.create_consumer("managed", managers=[manager])
    bucket.create_consumer("invited", managers=["john@example.com"])
    plain = bucket.get("/consumers/managed")
    assert not {"apiKeys", "managers", "managerInvites"} & plain.keys()
    [managed] = bucket.get("/consumers/managed", include_managers="true")["managers"]
    assert managed.items() >= manager.items()
    assert re.fullmatch("eusr_[A-Za-z0-9]{24}", managed["id"])
    invited = bucket.get(
        "/consumers/invited", include_managers="true", include_manager_invites="true"
    )
    assert invited["managers"] == []
    assert [i["email"] for i in invited["managerInvites"]] == ["john@example.com"]


def test_consumer_update_replaces_what_is_given_and_keeps_the_rest(bucket):
    before = bucket.create_consumer("jane", tags={"a": "1"}, metadata={"a": 1, "b": 2})
    reply = bucket.request("PATCH", "/consumers/jane", json={"metadata": {"a": 3}})
    after = reply.json()
    assert (reply.status_code, after["metadata"]) == (200, {"a": 3})
    kept = ("id", "name", "tags", "createdOn")
    assert [after[name] for name in kept] == [before[name] for name in kept]


@pytest.mark.parametrize("body", [{"name": "john"}, {"managers": []}, {"apiKeys": []}])
def test_consumer_update_of_anything_else_is_a_bad_request(bucket, body):
    bucket.create_consumer("jane")
    reply = bucket.request("PATCH", "/consumers/jane", json=body)
    assert_problem(reply, 400, "Bad Request")


def test_consumer_deleted_is_gone_and_its_name_free(bucket):
    bucket.create_consumer("jane")
    reply = bucket.request("DELETE", "/consumers/jane")
    assert (reply.status_code, reply.content) == (204, b"")
    assert_problem(bucket.request("GET", "/consumers/jane"), 404, "Not Found")
    bucket.create_consumer("jane")


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_consumer_guarded_by_a_tag_is_refused_as_not_imitated(bucket, method):
    bucket.create_consumer("jane", tags={"org": "a"})
    reply = bucket.request(method, "/consumers/jane?tag.org=b", json={})
    assert_problem(reply, 400, "Bad Request")
    assert names(bucket.get("/consumers")) == ["jane"]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_consumer_unknown_is_not_found(bucket, method):
    reply = bucket.request(method, "/consumers/nobody", json={})
    assert_problem(reply, 404, "Not Found")
