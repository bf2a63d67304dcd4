"""Two portals of one Auth0 tenant, each with a bucket of its own."""

import pulumi

from consumer_on_login import ConsumerOnLogin

config = pulumi.Config()

for portal in ("payments", "weather"):
    settings = config.require_object(f"{portal}Portal")
    component = ConsumerOnLogin(
        portal,
        {
            "zuplo_account": config.require("zuploAccount"),
            "zuplo_bucket": settings["bucket"],
            "zuplo_api_key": config.require_secret("zuploApiKey"),
            "action_name": f"Create Zuplo consumer of the {portal} portal",
            "portal_client_ids": [settings["clientId"]],
            # A user of both portals has two consumers, and app_metadata both ids.
            "metadata_key": f"{portal}_consumer",
        },
    )
    pulumi.export(f"{portal}_action_id", component.action_id)
