"""How each message of the offboarding's script comes about."""

import sys

from consumer_on_login.consumer_name import consumer_name
from tests.toolkit.zuplo_api import BucketApi

from .harness import Remedies
from .table import EVERY, remedy

DOMAIN = {"AUTH0_DOMAIN": "acme.eu.auth0.com"}
USER = "auth0|ada"


def offboard(harness: Remedies, consumer: str, variables: dict[str, str]) -> str:
    """Offboard a user who has a consumer of this name."""
    sandbox = harness.sandbox
    bucket = BucketApi(sandbox, sandbox.zuplo_bucket)
    with bucket.session:
        bucket.create_consumer(consumer, metadata={"user_id": USER})
    return harness.print_by_script(
        [sys.executable, "-m", "consumer_on_login.offboarding", USER],
        {
            "ZUPLO_ACCOUNT": sandbox.zuplo_account,
            "ZUPLO_BUCKET": sandbox.zuplo_bucket,
            "ZUPLO_API_KEY": harness.key,
            "ZUPLO_API_URL": sandbox.zuplo_url,
            **variables,
        },
    )


@remedy("Set it with: export", way=EVERY)
def variables_that_are_missing_or_wrong(harness: Remedies) -> str:
    own = consumer_name("acme", USER)
    missing = dict.fromkeys(("ZUPLO_ACCOUNT", "ZUPLO_BUCKET", "ZUPLO_API_KEY"), "")
    return offboard(harness, own, {**DOMAIN, **missing, "ZUPLO_API_URL": "none"})


@remedy("Zuplo refused the API key (HTTP 401")
def wrong_key_of_the_environment(harness: Remedies) -> str:
    harness.values["<key>"] = harness.key
    own = consumer_name("acme", USER)
    return offboard(harness, own, {**DOMAIN, "ZUPLO_API_KEY": "zpka_unknown"})


@remedy("so the tenant's name is not known")
def custom_domain(harness: Remedies) -> str:
    harness.values["<name>"] = "acme"
    own = consumer_name("acme", USER)
    return offboard(harness, own, {"AUTH0_DOMAIN": "login.example.com"})


@remedy("but other consumers name")
def consumer_of_a_hand_made_action(harness: Remedies) -> str:
    return offboard(harness, "c-by-hand", DOMAIN)
