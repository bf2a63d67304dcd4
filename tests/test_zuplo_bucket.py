"""The bucket check's methods, each against the stand-in of Zuplo over a socket."""

import base64
import socket

import dill
import pulumi
import pytest
from pulumi.runtime._serialization import _serialize

from consumer_on_login import json_http
from consumer_on_login.zuplo_bucket import ZuploBucketProvider
from consumer_on_login.zuplo_errors import (
    ZuploAnswerError,
    ZuploEnvironmentError,
    ZuploStoredKeyError,
    ZuploUnreachableError,
)
from sandbox.faults import Fault
from tests.dynamic_plugin import DynamicPlugin, PluginError


@pytest.fixture
def provider():
    return ZuploBucketProvider()


@pytest.fixture
def inputs(zuplo):
    return {
        "api_url": zuplo.zuplo_url,
        "account": zuplo.zuplo_account,
        "bucket": zuplo.zuplo_bucket,
        "api_key": zuplo.zuplo_api_key,
        "metadata_key": "api_consumer",
    }


@pytest.fixture
def checked(provider, inputs, zuplo):
    """Inputs as the check gives them to create and update."""
    found = provider.check({}, inputs).inputs
    zuplo.control.clear_requests()
    return found


def failure(result):
    (found,) = result.failures
    return found


def requests_of(zuplo):
    return [logged.path for logged in zuplo.control.requests("zuplo")]


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


def test_bucket_check_misspelt_bucket_names_the_nearest_first(provider, inputs):
    found = failure(provider.check({}, {**inputs, "bucket": "zprj-1-develpment"}))
    assert found.property == "bucket"
    assert 'has no bucket "zprj-1-develpment" (HTTP 404)' in found.reason
    assert "It has: zprj-1-development, zprj-1-" in found.reason
    assert found.reason.splitlines()[-1] == (
        "Set it with: pulumi config set zuploBucket zprj-1-development"
    )


def test_bucket_check_refused_key_asks_for_a_new_key(provider, inputs):
    found = failure(provider.check({}, {**inputs, "api_key": "zpka_wrong"}))
    assert found.property == "bucket"
    assert "refused the API key (HTTP 401" in found.reason
    assert found.reason.splitlines()[-1] == (
        "Set a valid one with: pulumi config set --secret zuploApiKey"
    )
    assert "zpka_wrong" not in found.reason


def test_bucket_check_key_without_permission_says_so(provider, inputs, zuplo):
    key = zuplo.control.add_zuplo_key("acme", permitted=False)
    found = failure(provider.check({}, {**inputs, "api_key": key}))
    assert "may not read bucket" in found.reason
    assert "HTTP 403" in found.reason
    assert "pulumi config set --secret zuploApiKey" in found.reason.splitlines()[-1]


def test_bucket_check_wrong_account_names_the_right_one(provider, inputs):
    found = failure(provider.check({}, {**inputs, "account": "acne"}))
    assert 'belongs to account "acme", not to "acne"' in found.reason
    assert found.reason.splitlines()[-1] == (
        "Set the account with: pulumi config set zuploAccount acme"
    )


def test_bucket_check_closed_port_is_unreachable_not_missing(provider, inputs):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}"
    found = failure(provider.check({}, {**inputs, "api_url": closed}))
    assert f"cannot be asked at {closed}: connection refused." in found.reason
    assert "pulumi config set zuploApiUrl" in found.reason.splitlines()[-1]


def test_bucket_check_unknown_host_is_named_as_such(provider, inputs):
    url = "https://zuplo.invalid"
    found = failure(provider.check({}, {**inputs, "api_url": url}))
    assert "the host name does not resolve" in found.reason


def test_bucket_check_untrusted_certificate_is_named_as_such(provider, inputs, zuplo):
    url = f"https://{zuplo.auth0_domain}"
    found = failure(provider.check({}, {**inputs, "api_url": url}))
    assert "its TLS certificate is not trusted" in found.reason


@pytest.mark.parametrize("status", [429, 500, 503])
def test_bucket_check_lasting_trouble_ends_after_three_attempts(
    provider, inputs, zuplo, status
):
    zuplo.control.arm(
        Fault(
            service="zuplo", kind="status", status=status, headers={"retry-after": "0"}
        )
    )
    found = failure(provider.check({}, inputs))
    assert f"HTTP {status} after 3 attempts" in found.reason
    assert len(requests_of(zuplo)) == 3


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 429, "headers": {"retry-after": "0"}},
        {"kind": "reset"},
    ],
    ids=["503", "429", "reset"],
)
def test_bucket_check_passing_trouble_is_retried(provider, inputs, zuplo, fault):
    zuplo.control.arm(Fault(service="zuplo", times=1, **fault))
    assert provider.check({}, inputs).failures == []
    assert len(requests_of(zuplo)) == 2


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 404, "body": "<html>not here</html>"},
        {"status": 302, "headers": {"location": "https://example.com"}},
        {"status": 200, "body": {"name": "zprj-1-development"}},
        {"status": 200, "body": []},
        {"status": 404, "body": {}},
        {"status": 200, "body": "[" * 5000},
    ],
    ids=[
        "404 of another server",
        "redirect",
        "bucket without id",
        "list",
        "404 without a problem",
        "deep nesting",
    ],
)
def test_bucket_check_answer_of_another_server_is_unusable(
    provider, inputs, zuplo, fault
):
    zuplo.control.arm(Fault(service="zuplo", kind="status", **fault))
    found = failure(provider.check({}, inputs))
    assert "is not one of Zuplo's Developer API" in found.reason
    assert "pulumi config set zuploApiUrl" in found.reason.splitlines()[-1]


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
        ("production", "preview", "environment PREVIEW, but this stack is for PROD"),
        ("preview", "production", "environment PRODUCTION, but this stack is for PREV"),
        ("production", "development", "WORKING_COPY, but this stack is for PRODUCTION"),
        ("development", "preview", "PREVIEW, but this stack is for WORKING_COPY"),
    ],
)
def test_bucket_check_of_another_environment_names_both(
    provider, inputs, environment, bucket, words
):
    news = {**inputs, "bucket": BUCKETS[bucket], "environment": environment}
    found = failure(provider.check({}, news))
    assert found.property == "bucket"
    assert f'Bucket "{BUCKETS[bucket]}" is of Zuplo\'s' in found.reason
    assert words in found.reason
    assert found.reason.splitlines()[-1] == (
        "Set the bucket with: pulumi config set zuploBucket <bucket>; or, if the "
        "bucket is right: pulumi config set zuploEnvironment <environment>"
    )


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
    assert found.reason.endswith("pulumi config set zuploEnvironment production")
    assert requests_of(zuplo) == []


def test_bucket_read_of_another_environment_is_no_success(provider, inputs):
    news = {**inputs, "environment": "production"}
    with pytest.raises(ZuploEnvironmentError, match=r"zuploEnvironment <environment>$"):
        provider.read("id", news)


def test_bucket_diff_another_environment_updates_in_place(provider, inputs):
    olds = {**inputs, "environment": "development"}
    result = provider.diff("id", olds, inputs)
    assert result.changes is True
    assert result.replaces == []


@pytest.mark.parametrize(
    "name", ["api_key", "bucket", "account", "api_url", "environment"]
)
def test_bucket_check_unknown_input_asks_nothing(provider, inputs, zuplo, name):
    news = {**inputs, name: pulumi.output.Unknown()}
    assert provider.check({}, news).failures == []
    assert requests_of(zuplo) == []


@pytest.mark.parametrize("key", ["zpka_sesame\n", "", "zpka_\u20ac"], ids=ascii)
def test_bucket_check_malformed_key_asks_nothing(provider, inputs, zuplo, key):
    found = failure(provider.check({}, {**inputs, "api_key": key}))
    assert found.property == "bucket"
    assert "sesame" not in found.reason
    assert requests_of(zuplo) == []


def test_bucket_check_tls_to_a_plain_port_is_named_as_such(provider, inputs, zuplo):
    url = zuplo.zuplo_url.replace("http:", "https:")
    found = failure(provider.check({}, {**inputs, "api_url": url}))
    assert "it does not speak TLS" in found.reason


def test_bucket_check_missing_ca_file_names_the_variable(
    provider, inputs, zuplo, monkeypatch
):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "no such file")
    url = f"https://{zuplo.auth0_domain}"
    found = failure(provider.check({}, {**inputs, "api_url": url}))
    assert "the file that REQUESTS_CA_BUNDLE names cannot be read" in found.reason


def test_bucket_check_impossible_host_is_no_traceback(provider, inputs):
    url = f"https://{'a' * 64}.example"
    found = failure(provider.check({}, {**inputs, "api_url": url}))
    assert found.reason.splitlines()[-1].startswith("Run again when it answers")


def test_bucket_check_trickled_answer_ends_at_the_time_limit(
    provider, inputs, zuplo, monkeypatch
):
    monkeypatch.setattr(json_http, "READ_TIMEOUT_SECONDS", 0.3)
    zuplo.control.arm(
        Fault(service="zuplo", kind="trickle", when="after", seconds=0.05)
    )
    found = failure(provider.check({}, inputs))
    assert "no whole answer within" in found.reason


def test_bucket_check_huge_answer_is_not_read_to_its_end(
    provider, inputs, zuplo, monkeypatch
):
    monkeypatch.setattr(json_http, "ANSWER_LIMIT_BYTES", 100)
    found = failure(provider.check({}, inputs))
    assert "an answer of more than" in found.reason


def test_bucket_check_long_retry_after_is_cut(provider, inputs, zuplo, monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", slept.append)
    zuplo.control.arm(Fault(service="zuplo", kind="status", status=429, times=1))
    assert provider.check({}, inputs).failures == []
    assert slept == [json_http.RETRY_AFTER_MAX_SECONDS]


def test_bucket_check_absent_metadata_key_is_no_traceback(provider, inputs):
    del inputs["metadata_key"]
    assert "metadataKey must be" in failure(provider.check({}, inputs)).reason


def test_bucket_check_address_without_tls_is_sent_no_key(provider, inputs, zuplo):
    url = zuplo.zuplo_url.replace("127.0.0.1", "dev.zuplo.example")
    found = failure(provider.check({}, {**inputs, "api_url": url}))
    assert "zuploApiUrl must begin with https://" in found.reason
    assert found.reason.endswith("pulumi config set zuploApiUrl https://dev.zuplo.com")


def test_bucket_check_malformed_inputs_are_reported_together(provider, inputs, zuplo):
    found = failure(provider.check({}, {**inputs, "bucket": "X", "account": "a/b"}))
    assert [line.split()[0] for line in found.reason.splitlines()] == [
        "zuploAccount",
        "zuploBucket",
    ]
    assert requests_of(zuplo) == []


def test_bucket_check_changed_bucket_same_metadata_key_warns(
    provider, inputs, warnings
):
    olds = {**inputs, "bucket": "zprj-1-preview", "bucket_id": "bckt_before"}
    provider.check(olds, inputs)
    (warning,) = warnings
    assert 'The bucket changes from "zprj-1-preview" to' in warning
    assert "will not get one in the new" in warning
    assert warning.splitlines()[-1] == (
        "Set another with: pulumi config set metadataKey <key>"
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


def test_bucket_create_gives_what_the_check_was_told(provider, inputs, checked, zuplo):
    result = provider.create(checked)
    assert result.id == result.outs["bucket_id"]
    assert result.id.startswith("bckt_")
    assert result.outs["tags"]["environmentType"] == "WORKING_COPY"
    assert result.outs["api_key"] == inputs["api_key"]
    assert requests_of(zuplo) == []


def test_bucket_diff_same_inputs_changes_nothing(provider, checked):
    outs = provider.create(checked).outs
    result = provider.diff("id", outs, checked)
    assert result.changes is False
    assert result.replaces == []


def test_bucket_diff_rotated_key_updates_in_place(provider, inputs):
    result = provider.diff("id", inputs, {**inputs, "api_key": "zpka_new"})
    assert result.changes is True
    assert result.replaces == []


@pytest.mark.parametrize("name", ["bucket", "account", "api_url"])
def test_bucket_diff_another_bucket_replaces(provider, inputs, name):
    result = provider.diff("id", inputs, {**inputs, name: "other"})
    assert result.replaces == [name]


@pytest.mark.parametrize(
    ("before", "replaces"),
    [({"bucket_id": "bckt_before"}, ["bucket_id"]), ({"tags": {"project": "x"}}, [])],
    ids=["made again", "other tags"],
)
def test_bucket_diff_shows_what_changed_in_zuplo(provider, checked, before, replaces):
    outs = {**provider.create(checked).outs, **before}
    result = provider.diff("id", outs, checked)
    assert result.changes is True
    assert result.replaces == replaces


def test_bucket_diff_of_what_was_not_looked_up_compares_no_answer(provider, checked):
    outs = provider.create(checked).outs
    news = {**checked, "bucket_id": None, "tags": None}
    assert provider.diff("id", outs, news).changes is False


def test_bucket_diff_unknown_bucket_changes_but_does_not_replace(provider, inputs):
    result = provider.diff("id", inputs, {**inputs, "bucket": pulumi.output.Unknown()})
    assert result.changes is True
    assert result.replaces == []


def test_bucket_check_unknown_metadata_key_is_no_reason_to_skip(
    provider, inputs, zuplo, warnings
):
    news = {**inputs, "metadata_key": pulumi.output.Unknown()}
    provider.check({**inputs, "bucket": "zprj-1-preview"}, news)
    assert len(requests_of(zuplo)) == 1
    assert warnings == []


def test_bucket_update_keeps_every_output(provider, checked):
    created = provider.create(checked)
    news = {**checked, "api_key": "zpka_new"}
    result = provider.update(created.id, created.outs, news)
    assert result.outs == {**created.outs, "api_key": "zpka_new"}


def test_bucket_read_needs_outputs_only(provider, checked):
    created = provider.create(checked)
    result = provider.read(created.id, created.outs)
    assert (result.id, result.outs) == (created.id, created.outs)


def test_bucket_read_vanished_bucket_is_gone(provider, inputs):
    result = provider.read("id", {**inputs, "bucket": "zprj-1-vanished"})
    assert (result.id, result.outs) == (None, {})


def test_bucket_read_404_of_another_server_is_not_gone(provider, inputs, zuplo):
    zuplo.control.arm(Fault(service="zuplo", kind="status", status=404, body={}))
    with pytest.raises(ZuploAnswerError):
        provider.read("id", inputs)


def test_bucket_read_404_without_who_am_i_is_not_gone(provider, inputs, zuplo):
    zuplo.control.arm(Fault(service="zuplo", kind="status", status=404))
    with pytest.raises(ZuploAnswerError, match="who-am-i"):
        provider.read("id", inputs)


def test_bucket_read_revoked_key_says_how_to_bring_in_the_new(provider, inputs):
    with pytest.raises(ZuploStoredKeyError) as caught:
        provider.read("id", {**inputs, "api_key": "zpka_revoked"})
    assert str(caught.value).splitlines()[-1].endswith("pulumi up (without --refresh)")


def test_bucket_read_passing_fault_is_not_gone(provider, inputs, zuplo):
    zuplo.control.arm(Fault(service="zuplo", kind="status", status=503))
    with pytest.raises(ZuploUnreachableError):
        provider.read("id", inputs)


def test_bucket_provider_is_stored_by_reference_and_without_a_key(provider, inputs):
    provider.check({}, inputs)
    stored, holds_secrets = _serialize(True, dill.dumps, provider)
    assert not holds_secrets
    assert len(stored) < 200
    assert b"consumer_on_login.zuplo_bucket" in stored
    assert inputs["api_key"].encode() not in stored
    assert inputs["api_key"].encode() not in base64.b64encode(stored)


def test_bucket_in_the_plugin_process_fails_with_its_message_alone(
    inputs, zuplo, tmp_path
):
    with DynamicPlugin(tmp_path, {}, {}) as plugin:
        plugged = plugin.of(ZuploBucketProvider())
        checked, _ = plugged.check({}, inputs)
        id_, outs = plugged.create(checked)
        assert plugged.read(id_, outs)[:2] == (id_, outs)

        refused = {**inputs, "api_key": "zpka_sesame"}
        _, ((name, reason),) = plugged.check({}, refused)
        with pytest.raises(PluginError) as caught:
            plugged.read(id_, refused)
        text = str(caught.value).rstrip("\n")
        texts = [reason, text, plugin.said()]
    assert name == "bucket"
    assert reason.endswith("pulumi config set --secret zuploApiKey")
    assert text.endswith("pulumi up (without --refresh)")
    assert [text for text in texts if "sesame" in text or "  File " in text] == []
