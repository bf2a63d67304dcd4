"""The accounts that a run uses, from the variables that Pulumi and the package read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

VARIABLES = {
    "auth0_domain": "AUTH0_DOMAIN",
    "auth0_client_id": "AUTH0_CLIENT_ID",
    "auth0_client_secret": "AUTH0_CLIENT_SECRET",
    "zuplo_account": "ZUPLO_ACCOUNT",
    "zuplo_bucket": "ZUPLO_BUCKET",
    "zuplo_api_key": "ZUPLO_API_KEY",
}
"""Fields of Accounts that a run cannot do without, and their variables."""
OPTIONAL = {
    "zuplo_url": "ZUPLO_API_URL",
    "gateway_url": "CONTRACT_GATEWAY_URL",
    "read_only_key": "CONTRACT_READ_ONLY_KEY",
}
ZUPLO_URL = "https://dev.zuplo.com"


class AccountsError(Exception):
    """Variables are missing."""


@dataclass(frozen=True)
class Accounts:
    """A tenant of Auth0 and a key bucket of Zuplo, both for development."""

    auth0_domain: str
    auth0_client_id: str
    auth0_client_secret: str = field(repr=False)
    zuplo_account: str
    zuplo_bucket: str
    zuplo_api_key: str = field(repr=False)
    zuplo_url: str = ZUPLO_URL
    gateway_url: str = ""
    """A route behind the API key policy of the bucket; empty if there is none."""
    read_only_key: str = field(default="", repr=False)
    """A Zuplo key without write access to the bucket; empty if there is none."""
    ca_bundle: str = ""
    """Certificates to trust beside those of the environment."""


def read_accounts(environment: Mapping[str, str]) -> Accounts:
    """Read the variables.

    Raises:
        AccountsError: with all that are missing.
    """
    needed = {name: environment.get(it, "") for name, it in VARIABLES.items()}
    if missing := [VARIABLES[name] for name, value in needed.items() if not value]:
        listed = "\n".join(f"  export {name}=..." for name in missing)
        msg = (
            f"Variables are not set: {', '.join(missing)}. The contract cannot be "
            f"tried without them. For a development tenant and bucket, run:\n{listed}"
        )
        raise AccountsError(msg)
    given = {name: environment.get(it, "") for name, it in OPTIONAL.items()}
    return Accounts(**needed, **{it: value for it, value in given.items() if value})
