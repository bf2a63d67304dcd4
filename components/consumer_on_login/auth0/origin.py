"""Where Auth0's credentials come from, and how a remedy sets them there.

The stack's configuration wins over the environment. A remedy that sets a value in the
other place does nothing, or hides the environment for ever.
"""

import re
from dataclasses import dataclass

KEYS = {
    "domain": "domain",
    "client_id": "clientId",
    "client_secret": "clientSecret",
    "api_token": "apiToken",
    "audience": "audience",
}
"""Of the configuration's namespace `auth0`, by the argument's name."""

_SECRETS = ("client_secret", "api_token")
_EXAMPLES = {
    "domain": "<tenant>.eu.auth0.com",
    "client_id": "<client id>",
    "client_secret": "<client secret>",
    "api_token": "<token>",
    "audience": "https://<tenant>.eu.auth0.com/api/v2/",
}


@dataclass(frozen=True)
class Origin:
    """Where each credential is set. Without more, this is the configuration."""

    of_environment: frozenset[str] = frozenset()
    """Names of the credentials that are variables of the environment."""
    is_argument: bool = False
    """Whether all credentials come from the component's argument auth0_credentials."""

    def named(self, name: str) -> str:
        """Give the name that a credential has in its place."""
        if self.is_argument:
            return f"auth0_credentials.{name}"
        if name in self.of_environment:
            return variable(KEYS[name])
        return f"auth0:{KEYS[name]}"

    def order(self, *names: str) -> str:
        """Say how to set credentials. It is the end of a remedy, after the case."""
        if self.is_argument:
            return f"change in the program: {', '.join(map(self.named, names))}"
        return "run: " + " && ".join(map(self._command, names))

    def _command(self, name: str) -> str:
        if name in self.of_environment:
            return f"export {self.named(name)}={_EXAMPLES[name]}"
        if name in _SECRETS:
            return f"pulumi config set --secret {self.named(name)}"
        return f"pulumi config set {self.named(name)} {_EXAMPLES[name]}"


def variable(key: str) -> str:
    """Name the variable that the provider reads for a key without a value."""
    return "AUTH0_" + re.sub(r"([A-Z])", r"_\1", key).upper()
