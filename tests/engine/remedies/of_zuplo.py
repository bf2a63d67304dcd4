"""How each message about Zuplo comes about."""

from sandbox.engine.deployment import Run
from sandbox.host.faults import Fault
from tests.sandbox.zuplo_api import BucketApi

from .harness import Remedies
from .table import remedy

PRODUCTION = "zprj-1-production"


@remedy("Zuplo refused the API key (HTTP 401")
def unknown_key(stage: Remedies) -> Run:
    stage.use_key("zpka_unknown")
    return stage.preview()


@remedy("Zuplo refused the API key in the state", way=0)
def rotated_key_in_the_state(stage: Remedies) -> Run:
    stage.rotate()
    stage.require_up()
    before = stage.key
    stage.rotate()
    stage.sandbox.control.remove_zuplo_key(before)
    return stage.up(refresh=True)


@remedy("Zuplo refused the API key in the state", way=1)
def revoked_key_in_the_state(stage: Remedies) -> Run:
    control = stage.sandbox.control
    stage.rotate()
    stage.require_up()
    control.remove_zuplo_key(stage.key)
    run = stage.preview(refresh=True)
    # What the user types in.
    stage.key = control.add_zuplo_key(stage.sandbox.zuplo_account)
    return run


@remedy("The Zuplo API key may not")
def forbidden_key(stage: Remedies) -> Run:
    control = stage.sandbox.control
    stage.use_key(control.add_zuplo_key(stage.sandbox.zuplo_account, permitted=False))
    return stage.preview()


@remedy("The Zuplo API key belongs to account")
def key_of_another_account(stage: Remedies) -> Run:
    stage.configure({"zuploAccount": "other"})
    return stage.preview()


@remedy("has no bucket")
def misspelt_bucket(stage: Remedies) -> Run:
    stage.configure({"zuploBucket": stage.sandbox.zuplo_bucket.replace("elo", "leo")})
    return stage.preview()


@remedy("is of Zuplo's environment", way=0)
def bucket_of_another_environment(stage: Remedies) -> Run:
    stage.configure({"zuploEnvironment": "production", "metadataKey": "other"})
    stage.values["<bucket>"] = PRODUCTION
    stage.want(zuplo_bucket=PRODUCTION, metadata_key="other")
    return stage.preview()


@remedy("is of Zuplo's environment", way=1)
def stack_for_another_environment(stage: Remedies) -> Run:
    stage.configure({"zuploEnvironment": "production"})
    stage.is_sound = False
    # The remedy sets another environment, which the next row's stack must not have.
    stage.want(zuplo_bucket=stage.sandbox.zuplo_bucket)
    return stage.preview()


@remedy("is of Zuplo's environment", way=1)
def bucket_without_a_tag(stage: Remedies) -> Run:
    with (api := BucketApi(stage.sandbox)).session:
        bucket = api.bucket
    changed = {"zuploBucket": bucket, "metadataKey": "other"}
    stage.configure({**changed, "zuploEnvironment": "production"})
    stage.want(zuplo_bucket=bucket, metadata_key="other")
    return stage.preview()


@remedy("Zuplo cannot be asked", way=0)
def outage_of_zuplo(stage: Remedies) -> Run:
    headers = {"retry-after": "0"}
    fault = Fault(service="zuplo", kind="status", status=503, headers=headers)
    stage.sandbox.control.arm(fault)
    run = stage.preview()
    stage.sandbox.control.clear_faults()
    return run


@remedy("Zuplo cannot be asked", way=1)
def wrong_address(stage: Remedies) -> Run:
    stage.configure({"zuploApiUrl": stage.sandbox.zuplo_url.replace("http:", "https:")})
    stage.values["<address>"] = stage.sandbox.zuplo_url
    return stage.preview()


@remedy("is not one of Zuplo's Developer API")
def address_of_another_server(stage: Remedies) -> Run:
    stage.configure({"zuploApiUrl": stage.sandbox.gateway_url})
    return stage.preview()


@remedy("but metadataKey stays")
def bucket_changed_alone(stage: Remedies) -> Run:
    stage.configure({"zuploBucket": PRODUCTION})
    stage.values["<key>"] = "other"
    stage.want(zuplo_bucket=PRODUCTION, metadata_key="other")
    return stage.preview()
