"""The credentials of the Auth0 provider, read again from the same places.

Names and order of the places are the provider's own (pulumi-auth0, "Configuration"):
the stack's configuration first, then environment variables.
"""

import base64
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .errors import AnotherTenantError, Auth0MissingError, Auth0SettingError
from .origin import KEYS, Origin, variable


@dataclass(frozen=True)
class Credentials:
    """Usable credentials. No state stores them, since they hold secrets."""

    domain: str
    client_id: str
    client_secret: str
    api_token: str
    audience: str
    origin: Origin

    def __repr__(self) -> str:
        return f"Credentials({self.domain!r})"

    @property
    def tenant(self) -> "TenantIdentity":
        """Tell which tenant the credentials belong to, without a request."""
        claims = claims_of(self.api_token)
        audience = claims.get("aud", self.audience)
        host = urlsplit(audience).netloc if isinstance(audience, str) else ""
        return TenantIdentity(
            domain=(host or self.domain).lower(),
            client_id=str(claims.get("azp", self.client_id)),
        )

    def require_tenant(self, deployed: "TenantIdentity") -> None:
        """Raise AnotherTenantError unless this is the tenant that has the stack."""
        if not deployed.is_same_as(self.tenant):
            raise AnotherTenantError(deployed.domain, self.tenant.domain)


@dataclass(frozen=True)
class TenantIdentity:
    """What stays the same when a tenant gets a custom or a new domain.

    The claims `aud` and `azp` of an access token state both values.
    """

    domain: str
    """The tenant's own domain, as in the audience of the Management API. A custom
    domain needs that audience (pulumi-auth0, "audience")."""
    client_id: str
    """An application belongs to one tenant."""

    def is_same_as(self, other: "TenantIdentity") -> bool:
        """Tell whether both are certainly one tenant."""
        return self.domain == other.domain or (
            self.client_id != "" and self.client_id == other.client_id
        )


_SWITCHES = ("dynamicCredentials", "cliLogin")
"""Keys of ways to log in without credentials that this module can read. A private key
is another such way."""
_HANDED_ON = "LOGIN_PROBE_AUTH0"
"""One variable, since it also says where each credential came from."""


def configured(config: Callable[[str], str | None]) -> Credentials:
    """Read credentials from a stack's configuration and the environment.

    Args:
        config: gives the value of a key in the namespace `auth0`.

    Raises:
        Auth0MissingError: a credential is set nowhere.
        Auth0SettingError: a credential is invalid.
    """
    found = {name: str(_value(config, key)) for name, key in KEYS.items()}
    if missing := _missing(found):
        raise Auth0MissingError(missing)
    outside = {name for name in found if found[name] and not config(KEYS[name])}
    if not found["audience"] and "domain" in outside:
        # The place to set the audience, if the stack turns out to need one.
        outside.add("audience")
    return _credentials(found, Origin(of_environment=frozenset(outside)))


def as_environment(
    given: Mapping[str, Any] | None, config: Callable[[str], str | None]
) -> dict[str, str]:
    """Give the variable from which `handed_on` reads the same in another process.

    Args:
        given: credentials of an explicit provider. The other process does not complete
            them from its own variables.
        config: the stack's configuration, if there are none. The other process reads
            what the configuration lacks from its environment.
    """
    if given is not None:
        return {_HANDED_ON: json.dumps({"argument": dict(given)})}
    found = {key: value for key in KEYS.values() if (value := config(key))}
    return {_HANDED_ON: json.dumps({"configuration": found})}


def handed_on() -> Credentials:
    """Read what `as_environment` gives, or else the environment's own variables.

    Raises:
        Auth0MissingError: a credential is set nowhere.
        Auth0SettingError: a credential is invalid.
    """
    reported = json.loads(os.environ.get(_HANDED_ON, "{}"))
    if "argument" in reported:
        return usable(reported["argument"])
    return configured(reported.get("configuration", {}).get)


def has_other_login(config: Callable[[str], str | None]) -> bool:
    """Tell whether the provider logs in by a way that this package cannot check."""
    has_key = bool(_value(config, "clientAssertionPrivateKey"))
    return has_key or any(_is_on(config, key) for key in _SWITCHES)


def usable(given: Mapping[str, Any]) -> Credentials:
    """Take the credentials of an explicit provider.

    Raises:
        Auth0SettingError: a credential is missing or invalid.
    """
    # A program without types may give anything.
    known = given if isinstance(given, Mapping) else {}
    texts = {name: str(known.get(name) or "") for name in KEYS}
    origin = Origin(is_argument=True)
    if missing := _missing(texts):
        raise Auth0SettingError(missing, "is not set", origin)
    return _credentials(texts, origin)


def claims_of(token: str) -> Mapping[str, Any]:
    """Read the claims of a JWT. Auth0 checks its signature; other tokens have none."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * 3))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _missing(texts: Mapping[str, str]) -> str | None:
    """Name the first credential that is necessary and missing."""
    with_token = ("domain",)
    without = ("domain", "client_id", "client_secret")
    needed = with_token if texts["api_token"] else without
    return next((name for name in needed if not texts[name]), None)


def _credentials(texts: dict[str, str], origin: Origin) -> Credentials:
    if wrong := _wrong(texts):
        raise Auth0SettingError(*wrong, origin)
    audience = texts["audience"] or f"https://{texts['domain']}/api/v2/"
    return Credentials(**{**texts, "audience": audience}, origin=origin)


def _wrong(texts: Mapping[str, str]) -> tuple[str, str] | None:
    """Name the first invalid credential, and say what is wrong with it."""
    if not re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?", texts["domain"]):
        return "domain", "must be a host name, without https:// and without a path"
    if not re.fullmatch(r"[\x21-\x7e]*", texts["api_token"]):
        fault = "must be one line of visible ASCII (the value is not shown)"
        return "api_token", fault
    return None


def _is_on(config: Callable[[str], str | None], key: str) -> bool:
    """Read a switch as the provider does (its provider.go; the bridge's ParseBool)."""
    if value := config(key):
        return value in ("1", "t", "T", "true", "TRUE", "True")
    return os.environ.get(variable(key)) in ("1", "true", "on")


def _value(config: Callable[[str], str | None], key: str) -> str:
    return config(key) or os.environ.get(variable(key), "")
