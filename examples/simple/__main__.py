"""One portal, with the component's defaults."""

import pulumi

from consumer_on_login import ConsumerOnLogin

config = pulumi.Config()

portal = ConsumerOnLogin(
    "portal",
    {
        "zuplo_account": config.require("zuploAccount"),
        "zuplo_bucket": config.require("zuploBucket"),
        "zuplo_api_key": config.require_secret("zuploApiKey"),
        "portal_client_ids": config.require_object("portalClientIds"),
    },
)

pulumi.export("action_id", portal.action_id)
