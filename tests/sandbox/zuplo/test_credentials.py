"""Narrow API keys of the Zuplo stand-in, over a socket."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.toolkit.http_client import send
from tests.toolkit.zuplo_api import assert_problem

BUCKETS = "/v1/accounts/acme/key-buckets"
CONSUMERS = f"{BUCKETS}/zprj-1-preview/consumers"
TITLES = {401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}


@pytest.fixture
def ask(sandbox):
    """Send a request with a new key, which has these limits."""

    def ask(method, path, body=None, **limits):
        key = sandbox.control.add_zuplo_key("acme", **limits)
        headers = {"Authorization": f"Bearer {key}"}
        url = sandbox.zuplo_url + path
        return send(sandbox, method, url, headers=headers, json=body)

    return ask


@pytest.mark.parametrize("path", ["/v1/who-am-i", BUCKETS])
@pytest.mark.parametrize(("days", "status"), [(-1, 401), (1, 200)])
def test_key_is_good_until_it_expires(ask, path, days, status):
    expires_on = datetime.now(UTC) + timedelta(days=days)
    assert ask("GET", path, expires_on=expires_on).status_code == status


@pytest.mark.parametrize(
    ("limits", "names"),
    [
        ({"project": "acme-api"}, ["production", "preview", "development"]),
        ({"environment": "PREVIEW"}, ["preview"]),
        ({"project": "acme-api", "environment": "PREVIEW"}, ["preview"]),
        ({"project": "other", "environment": "PREVIEW"}, []),
    ],
)
def test_limited_key_lists_the_buckets_within_its_reach(ask, bucket, limits, names):
    listed = ask("GET", BUCKETS, **limits).json()["data"]
    assert [it["name"] for it in listed] == [f"zprj-1-{name}" for name in names]


@pytest.mark.parametrize("path", ["zprj-1-production", "zprj-1-production/consumers"])
@pytest.mark.parametrize("status", [401, 403, 404])
def test_limited_key_is_refused_a_bucket_out_of_its_reach(ask, path, status):
    limits = {"environment": "PREVIEW", "refusal": status}
    refusal = ask("GET", f"{BUCKETS}/{path}", **limits)
    assert_problem(refusal, status, TITLES[status])
    assert ask("GET", f"{BUCKETS}/zprj-1-preview", **limits).status_code == 200


def test_limited_key_of_a_bucket_that_is_not_there_finds_none(ask):
    refusal = ask("GET", f"{BUCKETS}/zprj-1-staging", environment="PREVIEW")
    assert_problem(refusal, 404, "Not Found")


@pytest.mark.parametrize("status", [401, 403, 404])
def test_read_only_key_reads_and_writes_nothing(ask, status):
    limits = {"buckets": "read", "refusal": status}
    assert ask("GET", CONSUMERS, **limits).json()["data"] == []
    for method, path, body in [
        ("POST", CONSUMERS, {"name": "jane"}),
        ("DELETE", f"{CONSUMERS}/jane", None),
    ]:
        assert_problem(ask(method, path, body, **limits), status, TITLES[status])
    assert ask("GET", CONSUMERS).json()["data"] == []
