"""What is measured: the component, as often as `count` says."""

import pulumi

from consumer_on_login import ConsumerOnLogin

config = pulumi.Config()
first = config.require_int("first")
for number in range(first, first + config.require_int("count")):
    ConsumerOnLogin(
        f"portal-{number}",
        {
            "zuplo_account": config.require("zuploAccount"),
            "zuplo_bucket": config.require("zuploBucket"),
            "zuplo_api_key": config.require_secret("zuploApiKey"),
            "zuplo_api_url": config.require("zuploApiUrl"),
            "action_name": f"Create consumer {number}",
            "metadata_key": f"consumer_{number}",
            "portal_client_ids": ["*"],
            "login_timeout_ms": config.get_int("loginTimeoutMs") or 3000,
        },
    )
