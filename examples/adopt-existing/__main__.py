"""Takes over the Action that Zuplo's guide had you make by hand."""

import pulumi

from consumer_on_login import ConsumerOnLogin

config = pulumi.Config()

portal = ConsumerOnLogin(
    "portal",
    {
        "zuplo_account": config.require("zuploAccount"),
        "zuplo_bucket": config.require("zuploBucket"),
        "zuplo_api_key": config.require_secret("zuploApiKey"),
        "action_name": config.require("actionName"),
        "portal_client_ids": config.require_object("portalClientIds"),
        "metadata_key": config.require("metadataKey"),
        "adopt_action_id": config.require("adoptActionId"),
    },
    # The Action was there before this stack: no `pulumi destroy` may delete it.
    pulumi.ResourceOptions(protect=True),
)

pulumi.export("action_id", portal.action_id)
