"""What stops a bucket check: each failure's message, the remedy last."""

from datetime import UTC, datetime

import pytest

from consumer_on_login import json_http
from consumer_on_login.zuplo.bucket_check import ZuploBucketProvider
from sandbox.host.faults import Fault
from tests.toolkit.dynamic_plugin import DynamicPlugin, PluginError

from .checks import failure, requests_of


def test_bucket_check_misspelt_bucket_names_the_nearest_first(provider, inputs):
    found = failure(provider.check({}, {**inputs, "bucket": "zprj-1-develpment"}))
    assert found.property == "bucket"
    assert 'has no bucket "zprj-1-develpment" (HTTP 404)' in found.reason
    assert "The key can list: zprj-1-development, zprj-1-" in found.reason
    assert found.reason.splitlines()[-2] == (
        "If the name is wrong, run: pulumi config set zuploBucket zprj-1-development"
    )


def test_bucket_check_refused_key_asks_for_a_new_key(provider, inputs):
    found = failure(provider.check({}, {**inputs, "api_key": "zpka_wrong"}))
    assert found.property == ""
    assert "refused the API key (HTTP 401" in found.reason
    assert found.reason.splitlines()[-1] == (
        "To set a valid key, run: pulumi config set --secret zuploApiKey"
    )
    assert "zpka_wrong" not in found.reason


def test_bucket_check_expired_key_names_the_expiration(provider, inputs, zuplo):
    expired = datetime(2026, 1, 1, tzinfo=UTC)
    key = zuplo.control.add_zuplo_key("acme", expires_on=expired)
    found = failure(provider.check({}, {**inputs, "api_key": key}))
    assert "The key is wrong, deleted or expired." in found.reason
    assert found.reason.endswith("pulumi config set --secret zuploApiKey")


@pytest.mark.parametrize("limits", [{"buckets": "none"}, {"environment": "PREVIEW"}])
def test_bucket_check_key_without_permission_names_what_it_needs(
    provider, inputs, zuplo, limits
):
    key = zuplo.control.add_zuplo_key("acme", **limits)
    found = failure(provider.check({}, {**inputs, "api_key": key}))
    assert "may not read bucket" in found.reason
    assert "HTTP 403" in found.reason
    assert "with API Key Buckets on Read and Write" in found.reason.splitlines()[-2]
    assert found.reason.endswith("pulumi config set --secret zuploApiKey")


def test_bucket_check_bucket_hidden_from_the_key_may_be_there(provider, inputs, zuplo):
    """If Zuplo sends 404 for a bucket that the key may not use."""
    key = zuplo.control.add_zuplo_key("acme", environment="PREVIEW", refusal=404)
    found = failure(provider.check({}, {**inputs, "api_key": key}))
    assert "(HTTP 404), or the key cannot use it" in found.reason
    assert "The key can list: zprj-1-preview." in found.reason
    assert found.reason.splitlines()[-1] == (
        "If the key is for another project or environment, create another key in "
        "Zuplo, and run: pulumi config set --secret zuploApiKey"
    )


def test_bucket_check_cannot_tell_a_key_that_only_reads(provider, inputs, zuplo):
    """No response shows a key's permissions: the login probe finds this key."""
    key = zuplo.control.add_zuplo_key("acme", buckets="read")
    assert provider.check({}, {**inputs, "api_key": key}).failures == []


def test_bucket_check_wrong_account_names_the_right_one(provider, inputs):
    found = failure(provider.check({}, {**inputs, "account": "acne"}))
    assert 'belongs to account "acme", not to "acne"' in found.reason
    assert found.reason.splitlines()[-1] == (
        "If the key is right, run: pulumi config set zuploAccount acme"
    )


def test_bucket_check_closed_port_is_unreachable_not_missing(
    provider, inputs, closed_port
):
    closed = f"http://127.0.0.1:{closed_port}"
    found = failure(provider.check({}, {**inputs, "api_url": closed}))
    reason = "the server refuses the connection"
    assert f"cannot be reached at {closed}: {reason}." in found.reason
    assert "pulumi config set zuploApiUrl" in found.reason.splitlines()[-1]


def test_bucket_check_unknown_host_is_named_as_such(provider, inputs):
    url = "https://zuplo.invalid"
    found = failure(provider.check({}, {**inputs, "api_url": url}))
    assert "the host name does not resolve" in found.reason


def test_bucket_check_untrusted_certificate_is_named_as_such(provider, inputs, zuplo):
    url = f"https://{zuplo.auth0_domain}"
    found = failure(provider.check({}, {**inputs, "api_url": url}))
    assert "the server's TLS certificate is not trusted" in found.reason


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 429, "headers": {"retry-after": "0"}},
        {"kind": "reset"},
    ],
    ids=["503", "429", "reset"],
)
def test_bucket_check_passing_failure_is_retried(provider, inputs, zuplo, fault):
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
def test_bucket_check_response_of_another_server_is_unusable(
    provider, inputs, zuplo, fault
):
    zuplo.control.arm(Fault(service="zuplo", kind="status", **fault))
    found = failure(provider.check({}, inputs))
    assert "is not a response of Zuplo's Developer API" in found.reason
    assert "pulumi config set zuploApiUrl" in found.reason.splitlines()[-1]


@pytest.mark.parametrize("key", ["zpka_sesame\n", "", "zpka_\u20ac"], ids=ascii)
def test_bucket_check_malformed_key_asks_nothing(provider, inputs, zuplo, key):
    found = failure(provider.check({}, {**inputs, "api_key": key}))
    assert found.property == ""
    assert "sesame" not in found.reason
    assert requests_of(zuplo) == []


def test_bucket_check_tls_to_a_plain_port_is_named_as_such(provider, inputs, zuplo):
    url = zuplo.zuplo_url.replace("http:", "https:")
    found = failure(provider.check({}, {**inputs, "api_url": url}))
    assert "the server does not speak TLS" in found.reason


def test_bucket_check_missing_ca_file_names_the_variable(
    provider, inputs, zuplo, monkeypatch
):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "no such file")
    url = f"https://{zuplo.auth0_domain}"
    found = failure(provider.check({}, {**inputs, "api_url": url}))
    assert "the file in REQUESTS_CA_BUNDLE cannot be read" in found.reason


def test_bucket_check_impossible_host_is_no_traceback(provider, inputs):
    url = f"https://{'a' * 64}.example"
    found = failure(provider.check({}, {**inputs, "api_url": url}))
    assert found.reason.splitlines()[-2].endswith("run again")


def test_bucket_check_trickled_response_ends_at_the_time_limit(
    provider, inputs, zuplo, monkeypatch
):
    monkeypatch.setattr(json_http, "READ_TIMEOUT_SECONDS", 0.3)
    zuplo.control.arm(
        Fault(service="zuplo", kind="trickle", when="after", seconds=0.05)
    )
    found = failure(provider.check({}, inputs))
    assert "no complete response within" in found.reason


def test_bucket_check_huge_response_is_not_read_to_its_end(
    provider, inputs, zuplo, monkeypatch
):
    monkeypatch.setattr(json_http, "RESPONSE_LIMIT_BYTES", 100)
    found = failure(provider.check({}, inputs))
    assert "the response has more than" in found.reason


def test_bucket_check_long_retry_after_is_cut(provider, inputs, zuplo, monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", slept.append)
    zuplo.control.arm(Fault(service="zuplo", kind="status", status=429, times=1))
    assert provider.check({}, inputs).failures == []
    assert slept == [json_http.RETRY_AFTER_MAX_SECONDS]


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
    assert name == ""
    assert reason.endswith("pulumi config set --secret zuploApiKey")
    assert text.endswith("pulumi config set --secret zuploApiKey && pulumi up")
    assert [text for text in texts if "sesame" in text or "  File " in text] == []
