"""How each message about Zuplo comes about."""

from datetime import UTC, datetime
from typing import Any

from sandbox.engine.deployment import Run
from sandbox.host.faults import Fault
from tests.toolkit.zuplo_api import BucketApi

from .harness import Remedies
from .table import remedy

PRODUCTION = "zprj-1-production"


def narrow_key(harness: Remedies, **limits: Any) -> str:
    sandbox = harness.sandbox
    return sandbox.control.add_zuplo_key(sandbox.zuplo_account, **limits)


@remedy("Zuplo refused the API key (HTTP 401")
def unknown_key(harness: Remedies) -> Run:
    harness.use_key("zpka_unknown")
    return harness.preview()


@remedy("Zuplo refused the API key (HTTP 401")
def expired_key(harness: Remedies) -> Run:
    harness.use_key(narrow_key(harness, expires_on=datetime(2026, 1, 1, tzinfo=UTC)))
    return harness.preview()


@remedy("Zuplo refused the API key in the state", way=0)
def rotated_key_in_the_state(harness: Remedies) -> Run:
    harness.rotate()
    harness.require_up()
    before = harness.key
    harness.rotate()
    harness.sandbox.control.remove_zuplo_key(before)
    return harness.up(refresh=True)


@remedy("Zuplo refused the API key in the state", way=1)
def revoked_key_in_the_state(harness: Remedies) -> Run:
    control = harness.sandbox.control
    harness.rotate()
    harness.require_up()
    control.remove_zuplo_key(harness.key)
    run = harness.preview(refresh=True)
    # What the user types in.
    harness.key = control.add_zuplo_key(harness.sandbox.zuplo_account)
    return run


@remedy("The Zuplo API key may not")
def forbidden_key(harness: Remedies) -> Run:
    harness.use_key(narrow_key(harness, buckets="none"))
    return harness.preview()


@remedy("The Zuplo API key may not")
def key_of_another_environment(harness: Remedies) -> Run:
    harness.use_key(narrow_key(harness, environment="PRODUCTION"))
    return harness.preview()


@remedy("The Zuplo API key belongs to account")
def key_of_another_account(harness: Remedies) -> Run:
    harness.configure({"zuploAccount": "other"})
    return harness.preview()


@remedy("has no bucket", way=0)
def misspelt_bucket(harness: Remedies) -> Run:
    harness.configure(
        {"zuploBucket": harness.sandbox.zuplo_bucket.replace("elo", "leo")}
    )
    return harness.preview()


@remedy("has no bucket", way=1)
def bucket_hidden_from_the_key(harness: Remedies) -> Run:
    harness.use_key(narrow_key(harness, environment="PRODUCTION", refusal=404))
    return harness.preview()


@remedy("belongs to Zuplo's environment", way=0)
def bucket_of_another_environment(harness: Remedies) -> Run:
    harness.configure({"zuploEnvironment": "production", "metadataKey": "other"})
    harness.values["<bucket>"] = PRODUCTION
    harness.want(zuplo_bucket=PRODUCTION, metadata_key="other")
    return harness.preview()


@remedy("belongs to Zuplo's environment", way=1)
def stack_for_another_environment(harness: Remedies) -> Run:
    harness.configure({"zuploEnvironment": "production"})
    harness.is_as_desired = False
    # The remedy sets another environment, which the next row's stack must not have.
    harness.want(zuplo_bucket=harness.sandbox.zuplo_bucket)
    return harness.preview()


@remedy("belongs to Zuplo's environment", way=1)
def bucket_without_a_tag(harness: Remedies) -> Run:
    with (api := BucketApi(harness.sandbox)).session:
        bucket = api.bucket
    changed = {"zuploBucket": bucket, "metadataKey": "other"}
    harness.configure({**changed, "zuploEnvironment": "production"})
    harness.want(zuplo_bucket=bucket, metadata_key="other")
    return harness.preview()


@remedy("Zuplo cannot be reached", way=0)
def outage_of_zuplo(harness: Remedies) -> Run:
    headers = {"retry-after": "0"}
    fault = Fault(service="zuplo", kind="status", status=503, headers=headers)
    harness.sandbox.control.arm(fault)
    run = harness.preview()
    harness.sandbox.control.clear_faults()
    return run


@remedy("Zuplo cannot be reached", way=1)
def wrong_address(harness: Remedies) -> Run:
    harness.configure(
        {"zuploApiUrl": harness.sandbox.zuplo_url.replace("http:", "https:")}
    )
    harness.values["<address>"] = harness.sandbox.zuplo_url
    return harness.preview()


@remedy("is not a response of Zuplo's Developer API")
def address_of_another_server(harness: Remedies) -> Run:
    harness.configure({"zuploApiUrl": harness.sandbox.gateway_url})
    return harness.preview()


@remedy("but metadataKey stays")
def bucket_changed_alone(harness: Remedies) -> Run:
    harness.configure({"zuploBucket": PRODUCTION})
    harness.values["<key>"] = "other"
    harness.want(zuplo_bucket=PRODUCTION, metadata_key="other")
    return harness.preview()
