"""Which Auth0 tenant, and as whom: what the provider is configured with, read again.

Names and order of the sources are the provider's own (pulumi-auth0, "Configuration"):
the stack's configuration first, then environment variables.
"""

import base64
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict
from urllib.parse import urlsplit

import pulumi

from .auth0_errors import Auth0ArgumentError, Auth0SettingError
from .ownership_errors import AnotherTenantError


class Auth0Credentials(TypedDict):
    """Credentials of an explicit Auth0 provider, for the checks of the component."""

    domain: pulumi.Input[str]
    """Host name of the tenant, such as example.eu.auth0.com."""
    client_id: NotRequired[pulumi.Input[str]]
    """Machine-to-machine application."""
    client_secret: NotRequired[pulumi.Input[str]]
    """Its secret; always treated as one."""
    api_token: NotRequired[pulumi.Input[str]]
    """Token of the Management API, instead of client_id and client_secret."""
    audience: NotRequired[pulumi.Input[str]]
    """Of the Management API, with a custom domain."""


@dataclass(frozen=True)
class Credentials:
    """Usable credentials. Never stored: they name secrets."""

    domain: str
    client_id: str
    client_secret: str
    api_token: str
    audience: str

    def __repr__(self) -> str:
        return f"Credentials({self.domain!r})"

    @property
    def tenant(self) -> "TenantIdentity":
        """Tell which tenant they lead to, without asking it."""
        claims = claims_of(self.api_token)
        audience = claims.get("aud", self.audience)
        host = urlsplit(audience).netloc if isinstance(audience, str) else ""
        return TenantIdentity(
            domain=(host or self.domain).lower(),
            client_id=str(claims.get("azp", self.client_id)),
        )

    def require_tenant(self, deployed: "TenantIdentity") -> None:
        """Raise AnotherTenantError unless they lead where a stack was deployed."""
        if not deployed.is_same_as(self.tenant):
            raise AnotherTenantError(deployed.domain, self.tenant.domain)


@dataclass(frozen=True)
class TenantIdentity:
    """What stays the same under a custom or a new domain of a tenant.

    An access token's `aud` and `azp` claims state both.
    """

    domain: str
    """The tenant's own domain, as the Management API's audience has it. A custom domain
    needs that audience (pulumi-auth0, "audience")."""
    client_id: str
    """An application belongs to one tenant."""

    def is_same_as(self, other: "TenantIdentity") -> bool:
        """Tell whether both are surely one tenant."""
        return self.domain == other.domain or (
            self.client_id != "" and self.client_id == other.client_id
        )


_KEYS = {
    "domain": "domain",
    "client_id": "clientId",
    "client_secret": "clientSecret",
    "api_token": "apiToken",
    "audience": "audience",
}
_OTHER_WAYS = ("dynamicCredentials", "cliLogin", "clientAssertionPrivateKey")
"""The provider's ways to log in that leave nothing to read here."""


def configured(config: Callable[[str], str | None]) -> Credentials:
    """Read credentials from a stack's configuration and the environment.

    Args:
        config: gives the value of a key in the namespace `auth0`.

    Raises:
        Auth0SettingError: one is missing or cannot work.
    """
    found = {name: str(_value(config, key)) for name, key in _KEYS.items()}
    if wrong := _wrong(found):
        name, fault = wrong
        raise Auth0SettingError(_KEYS[name], fault)
    return _credentials(found)


def as_environment(
    given: Mapping[str, Any] | None, config: Callable[[str], str | None]
) -> dict[str, str]:
    """Give the variables by which `configured` finds the same in another process.

    Args:
        given: credentials of an explicit provider; none of the other process's own
            variables may complete them.
        config: otherwise, the stack's configuration; what it lacks, the other process
            has in its environment.
    """
    if given is not None:
        return {
            _variable(key): str(given.get(name) or "") for name, key in _KEYS.items()
        }
    return {_variable(key): value for key in _KEYS.values() if (value := config(key))}


def has_other_login(config: Callable[[str], str | None]) -> bool:
    """Tell whether the provider logs in by a way that cannot be checked."""
    return any(_value(config, key) not in ("", "false") for key in _OTHER_WAYS)


def usable(given: Mapping[str, Any]) -> Credentials:
    """Take the credentials of an explicit provider.

    Raises:
        Auth0ArgumentError: one is missing or cannot work.
    """
    texts = {name: str(given.get(name) or "") for name in _KEYS}
    if wrong := _wrong(texts):
        raise Auth0ArgumentError(*wrong)
    return _credentials(texts)


def claims_of(token: str) -> Mapping[str, Any]:
    """Read the claims of a JWT, whose signature is Auth0's matter; none if opaque."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * 3))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _wrong(texts: Mapping[str, str]) -> tuple[str, str] | None:
    """Name the first credential that cannot work, and what is wrong with it."""
    with_token = ("domain",)
    without = ("domain", "client_id", "client_secret")
    for name in with_token if texts["api_token"] else without:
        if not texts[name]:
            return name, "is not set"
    if not re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?", texts["domain"]):
        return "domain", "must be a host name without https:// and path"
    if not re.fullmatch(r"[\x21-\x7e]*", texts["api_token"]):
        fault = "must be one line of visible ASCII (the value is not shown)"
        return "api_token", fault
    return None


def _credentials(texts: dict[str, str]) -> Credentials:
    audience = texts["audience"] or f"https://{texts['domain']}/api/v2/"
    return Credentials(**{**texts, "audience": audience})


def _value(config: Callable[[str], str | None], key: str) -> str:
    return config(key) or os.environ.get(_variable(key), "")


def _variable(key: str) -> str:
    return "AUTH0_" + re.sub(r"([A-Z])", r"_\1", key).upper()
