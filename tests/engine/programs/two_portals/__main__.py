"""Two components in one stack: two buckets, two metadata keys."""

import pulumi

from consumer_on_login import ConsumerOnLogin, ConsumerOnLoginArgs

config = pulumi.Config()
for portal, bucket in {
    "payments": "zprj-1-production",
    "weather": "zprj-1-preview",
}.items():
    args: ConsumerOnLoginArgs = {
        "zuplo_account": config.require("zuploAccount"),
        "zuplo_bucket": bucket,
        "zuplo_api_key": config.require_secret("zuploApiKey"),
        "zuplo_api_url": config.require("zuploApiUrl"),
        "action_name": f"Create consumer of {portal}",
        "metadata_key": f"{portal}_consumer",
        "portal_client_ids": ["*"],
        "login_timeout_ms": config.get_int("loginTimeoutMs") or 1000,
        "login_probe": config.get_bool("loginProbe") or False,
    }
    ConsumerOnLogin(portal, args)
