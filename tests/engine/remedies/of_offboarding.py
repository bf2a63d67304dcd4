"""How each message of the offboarding's script comes about."""

import sys

from consumer_on_login.consumer_name import consumer_name
from tests.sandbox.zuplo_api import BucketApi

from .harness import Remedies
from .table import EVERY, remedy

DOMAIN = {"AUTH0_DOMAIN": "acme.eu.auth0.com"}
USER = "auth0|ada"


def offboard(stage: Remedies, consumer: str, variables: dict[str, str]) -> str:
    """Offboard a user who has a consumer of this name."""
    sandbox = stage.sandbox
    bucket = BucketApi(sandbox, sandbox.zuplo_bucket)
    with bucket.session:
        bucket.create_consumer(consumer, metadata={"user_id": USER})
    return stage.print_by_script(
        [sys.executable, "-m", "consumer_on_login.offboarding", USER],
        {
            "ZUPLO_ACCOUNT": sandbox.zuplo_account,
            "ZUPLO_BUCKET": sandbox.zuplo_bucket,
            "ZUPLO_API_KEY": stage.key,
            "ZUPLO_API_URL": sandbox.zuplo_url,
            **variables,
        },
    )


@remedy("Set it with: export", way=EVERY)
def variables_that_are_missing_or_wrong(stage: Remedies) -> str:
    own = consumer_name("acme", USER)
    missing = dict.fromkeys(("ZUPLO_ACCOUNT", "ZUPLO_BUCKET", "ZUPLO_API_KEY"), "")
    return offboard(stage, own, {**DOMAIN, **missing, "ZUPLO_API_URL": "none"})


@remedy("Zuplo refused the API key (HTTP 401")
def wrong_key_of_the_environment(stage: Remedies) -> str:
    stage.values["<key>"] = stage.key
    own = consumer_name("acme", USER)
    return offboard(stage, own, {**DOMAIN, "ZUPLO_API_KEY": "zpka_unknown"})


@remedy("does not tell the tenant's name")
def custom_domain(stage: Remedies) -> str:
    stage.values["<name>"] = "acme"
    own = consumer_name("acme", USER)
    return offboard(stage, own, {"AUTH0_DOMAIN": "login.example.com"})


@remedy("but this user is named")
def consumer_of_a_hand_made_action(stage: Remedies) -> str:
    return offboard(stage, "c-by-hand", DOMAIN)
