"""A third-party program: a component of its own, and ConsumerOnLogin beside it."""

import pulumi
from components.storefront import Storefront  # type: ignore[import-not-found]

from consumer_on_login import ConsumerOnLogin

config = pulumi.Config()
Storefront("shop")
portal = ConsumerOnLogin(
    "portal",
    {
        "zuplo_account": config.require("zuploAccount"),
        "zuplo_bucket": config.require("zuploBucket"),
        "zuplo_api_key": config.require_secret("zuploApiKey"),
        "zuplo_api_url": config.require("zuploApiUrl"),
        "portal_client_ids": ["portal"],
    },
)
pulumi.export("action_id", portal.action_id)
