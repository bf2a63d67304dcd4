"""What the bucket check keeps in the state: create, diff, update, read."""

import base64

import dill
import pulumi
import pytest
from pulumi.runtime._serialization import _serialize

from consumer_on_login.zuplo.errors import (
    ZuploEnvironmentError,
    ZuploResponseError,
    ZuploStoredKeyError,
    ZuploUnreachableError,
)
from sandbox.host.faults import Fault

from .checks import requests_of


def test_bucket_read_of_another_environment_is_no_success(provider, inputs):
    news = {**inputs, "environment": "production"}
    with pytest.raises(ZuploEnvironmentError, match=r"zuploEnvironment development$"):
        provider.read("id", news)


def test_bucket_diff_another_environment_updates_in_place(provider, inputs):
    olds = {**inputs, "environment": "development"}
    result = provider.diff("id", olds, inputs)
    assert result.changes is True
    assert result.replaces == []


def test_bucket_create_gives_what_the_check_has_found(provider, inputs, checked, zuplo):
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


def test_bucket_diff_of_what_was_not_looked_up_compares_no_response(provider, checked):
    outs = provider.create(checked).outs
    news = {**checked, "bucket_id": None, "tags": None}
    assert provider.diff("id", outs, news).changes is False


def test_bucket_diff_unknown_bucket_changes_but_does_not_replace(provider, inputs):
    result = provider.diff("id", inputs, {**inputs, "bucket": pulumi.output.Unknown()})
    assert result.changes is True
    assert result.replaces == []


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
    with pytest.raises(ZuploResponseError):
        provider.read("id", inputs)


def test_bucket_read_404_without_who_am_i_is_not_gone(provider, inputs, zuplo):
    zuplo.control.arm(Fault(service="zuplo", kind="status", status=404))
    with pytest.raises(ZuploResponseError, match="who-am-i"):
        provider.read("id", inputs)


def test_bucket_read_revoked_key_says_how_to_bring_in_the_new(provider, inputs):
    with pytest.raises(ZuploStoredKeyError) as caught:
        provider.read("id", {**inputs, "api_key": "zpka_revoked"})
    assert "has a new one, run: pulumi up\n" in str(caught.value)


def test_bucket_read_passing_fault_is_not_gone(provider, inputs, zuplo):
    zuplo.control.arm(Fault(service="zuplo", kind="status", status=503))
    with pytest.raises(ZuploUnreachableError):
        provider.read("id", inputs)


def test_bucket_provider_is_stored_by_reference_and_without_a_key(provider, inputs):
    provider.check({}, inputs)
    stored, holds_secrets = _serialize(True, dill.dumps, provider)
    assert not holds_secrets
    assert len(stored) < 200
    assert b"consumer_on_login.zuplo.bucket_check" in stored
    assert inputs["api_key"].encode() not in stored
    assert inputs["api_key"].encode() not in base64.b64encode(stored)
