"""A component whose Auth0 provider is declared in the program.

With `isChecked` the component gets the provider's credentials, too.
"""

import pulumi
import pulumi_auth0 as auth0

from consumer_on_login import ConsumerOnLogin, ConsumerOnLoginArgs

config = pulumi.Config()
domain = config.require("tenantDomain")
client_id = config.require("tenantClientId")
client_secret = config.require_secret("tenantClientSecret")
args: ConsumerOnLoginArgs = {
    "zuplo_account": config.require("zuploAccount"),
    "zuplo_bucket": config.require("zuploBucket"),
    "zuplo_api_key": config.require_secret("zuploApiKey"),
    "zuplo_api_url": config.require("zuploApiUrl"),
    "action_name": "Of an explicit provider",
    "portal_client_ids": ["*"],
}
if config.get_bool("isChecked"):
    args["auth0_credentials"] = {
        "domain": domain,
        "client_id": client_id,
        "client_secret": client_secret,
    }
provider = auth0.Provider(
    "tenant", domain=domain, client_id=client_id, client_secret=client_secret
)
ConsumerOnLogin("portal", args, pulumi.ResourceOptions(providers={"auth0": provider}))
