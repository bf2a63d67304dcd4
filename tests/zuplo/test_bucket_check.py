"""What the bucket check asks and warns of, against the stand-in of Zuplo."""

import pulumi
import pytest

from sandbox.host.faults import Fault

from .checks import failure, requests_of


def test_bucket_check_existing_bucket_costs_one_request(provider, inputs, zuplo):
    result = provider.check({}, inputs)
    assert result.failures == []
    found = {"bucket_id": result.inputs["bucket_id"], "tags": result.inputs["tags"]}
    assert result.inputs == {**inputs, "environment": None, **found}
    assert requests_of(zuplo) == ["/v1/accounts/acme/key-buckets/zprj-1-development"]


def test_bucket_checks_of_one_process_ask_once_per_bucket_and_key(
    provider, inputs, zuplo
):
    for name in ("api_consumer", "another"):
        assert not provider.check({}, {**inputs, "metadata_key": name}).failures
    assert len(requests_of(zuplo)) == 1
    refused = failure(provider.check({}, {**inputs, "api_key": "zpka_wrong"}))
    assert "refused" in refused.reason
    other = {**inputs, "environment": "production"}
    assert failure(provider.check({}, other)).reason
    assert not provider.check({}, {**inputs, "bucket": "zprj-1-preview"}).failures
    assert len(requests_of(zuplo)) == 3


BUCKETS = {
    "production": "zprj-1-production",
    "preview": "zprj-1-preview",
    "development": "zprj-1-development",
}


@pytest.mark.parametrize("environment", BUCKETS)
def test_bucket_check_of_the_right_environment_passes(
    provider, inputs, zuplo, environment
):
    news = {**inputs, "bucket": BUCKETS[environment], "environment": environment}
    assert provider.check({}, news).failures == []
    assert len(requests_of(zuplo)) == 1


@pytest.mark.parametrize(
    ("environment", "bucket", "words"),
    [
        ("production", "preview", "environment preview, but this stack is for prod"),
        ("preview", "production", "environment production, but this stack is for prev"),
        ("production", "development", "development, but this stack is for production"),
        ("development", "preview", "preview, but this stack is for development"),
    ],
)
def test_bucket_check_of_another_environment_names_both(
    provider, inputs, environment, bucket, words
):
    news = {**inputs, "bucket": BUCKETS[bucket], "environment": environment}
    found = failure(provider.check({}, news))
    assert found.property == "bucket"
    assert f'Bucket "{BUCKETS[bucket]}" belongs to Zuplo\'s' in found.reason
    assert words in found.reason
    other = next(name for name, it in BUCKETS.items() if it == news["bucket"])
    assert found.reason.splitlines()[2:] == [
        "If the bucket is wrong, run: pulumi config set zuploBucket <bucket>",
        f"If the bucket is right, run: pulumi config set zuploEnvironment {other}",
    ]


@pytest.mark.parametrize(
    "tags", [{}, None, {"other": "PREVIEW"}], ids=["none", "null", "others"]
)
def test_bucket_check_environment_of_a_bucket_without_the_tag_is_unknown(
    provider, inputs, zuplo, tags
):
    body = {"id": "bckt_1", "name": inputs["bucket"], "tags": tags}
    zuplo.control.arm(Fault(service="zuplo", kind="status", status=200, body=body))
    assert provider.check({}, inputs).failures == []
    found = failure(provider.check({}, {**inputs, "environment": "preview"}))
    assert "environment unknown (no such tag), but" in found.reason


@pytest.mark.parametrize("environment", ["PRODUCTION", "", 5, ["preview"]], ids=str)
def test_bucket_check_malformed_environment_asks_nothing(
    provider, inputs, zuplo, environment
):
    found = failure(provider.check({}, {**inputs, "environment": environment}))
    assert "zuploEnvironment must be production, preview, development" in found.reason
    assert found.reason.endswith("pulumi config set zuploEnvironment <environment>")
    assert requests_of(zuplo) == []


@pytest.mark.parametrize(
    "name", ["api_key", "bucket", "account", "api_url", "environment"]
)
def test_bucket_check_unknown_input_asks_nothing(provider, inputs, zuplo, name):
    news = {**inputs, name: pulumi.output.Unknown()}
    assert provider.check({}, news).failures == []
    assert requests_of(zuplo) == []


def test_bucket_check_absent_metadata_key_is_no_traceback(provider, inputs):
    del inputs["metadata_key"]
    assert "metadataKey must be" in failure(provider.check({}, inputs)).reason


def test_bucket_check_changed_bucket_same_metadata_key_warns(
    provider, inputs, warnings
):
    olds = {**inputs, "bucket": "zprj-1-preview", "bucket_id": "bckt_before"}
    provider.check(olds, inputs)
    (warning,) = warnings
    assert 'The bucket changes from "zprj-1-preview" to' in warning
    assert "get none in the new" in warning
    assert warning.splitlines()[-1] == (
        "To give them a new consumer, run: pulumi config set metadataKey <key>"
    )


def test_bucket_check_bucket_made_again_under_its_name_warns(
    provider, inputs, checked, warnings
):
    provider.check({**checked, "bucket_id": "bckt_before"}, inputs)
    (warning,) = warnings
    assert (
        f'bucket_id changes from "bckt_before" to "{checked["bucket_id"]}"' in warning
    )


@pytest.mark.parametrize(
    "olds",
    [
        {},
        {"tags": {}},
        {"metadata_key": "other", "bucket": "zprj-1-preview"},
        {"metadata_key": "other", "bucket_id": "bckt_before"},
    ],
    ids=str,
)
def test_bucket_check_first_or_consistent_change_does_not_warn(
    provider, inputs, checked, warnings, olds
):
    provider.check({**checked, **olds} if olds else {}, inputs)
    assert warnings == []


def test_bucket_check_unknown_metadata_key_is_no_reason_to_skip(
    provider, inputs, zuplo, warnings
):
    news = {**inputs, "metadata_key": pulumi.output.Unknown()}
    provider.check({**inputs, "bucket": "zprj-1-preview"}, news)
    assert len(requests_of(zuplo)) == 1
    assert warnings == []
