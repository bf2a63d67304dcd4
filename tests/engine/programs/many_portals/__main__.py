"""Three components in one stack."""

import pulumi

from consumer_on_login import ConsumerOnLogin, ConsumerOnLoginArgs

config = pulumi.Config()
for portal in ("first", "second", "third"):
    args: ConsumerOnLoginArgs = {
        "zuplo_account": config.require("zuploAccount"),
        "zuplo_bucket": config.require("zuploBucket"),
        "zuplo_api_key": config.require_secret("zuploApiKey"),
        "zuplo_api_url": config.require("zuploApiUrl"),
        "action_name": f"Consumer of the {portal} portal",
        "metadata_key": f"{portal}_consumer",
        "portal_client_ids": ["*"],
    }
    ConsumerOnLogin(portal, args)
