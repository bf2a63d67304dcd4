"""Arguments of each kind, and an Auth0 provider of the program's own."""

import pulumi
import pulumi_auth0 as auth0

from consumer_on_login import ConsumerOnLogin, ConsumerOnLoginArgs

config = pulumi.Config()
domain = config.require("auth0Domain")
client_id = config.require("auth0ClientId")
client_secret = config.require_secret("auth0ClientSecret")

tenant = auth0.Provider(
    "tenant", domain=domain, client_id=client_id, client_secret=client_secret
)

args: ConsumerOnLoginArgs = {
    "zuplo_account": config.require("zuploAccount"),
    "zuplo_bucket": config.require("zuploBucket"),
    "zuplo_api_key": config.require_secret("zuploApiKey"),
    "zuplo_api_url": config.require("zuploApiUrl"),
    "zuplo_environment": config.require("zuploEnvironment"),
    "action_name": config.require("actionName"),
    "portal_client_ids": config.require_object("portalClientIds"),
    "metadata_key": config.require("metadataKey"),
    "consumer_metadata": config.require_object("consumerMetadata"),
    "login_timeout_ms": config.require_int("loginTimeoutMs"),
    "login_probe": config.require_bool("loginProbe"),
    # The same once more: a provider does not give its credentials back.
    "auth0_credentials": {
        "domain": domain,
        "client_id": client_id,
        "client_secret": client_secret,
    },
}
if action_id := config.get("adoptActionId"):
    args["adopt_action_id"] = action_id

portal = ConsumerOnLogin("portal", args, pulumi.ResourceOptions(providers=[tenant]))

pulumi.export("action_id", portal.action_id)
pulumi.export("action_name", portal.action_name)
pulumi.export("runtime", portal.runtime)
pulumi.export("bucket_name", portal.bucket_name)
pulumi.export("bucket_id", portal.bucket_id)
pulumi.export("bucket_tags", portal.bucket_tags)
