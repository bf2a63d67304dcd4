"""Authorization requests to the STAND-IN: what an application asks the user for.

A request whose application or redirect URI is not known is shown to the user only, and
never redirected (RFC 6749, 4.1.2.1). Every other fault goes to the application.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from sandbox.auth0.oidc.applications import PORTAL_AUDIENCE, Application

SCOPES = ("openid", "profile", "email")
NOT_IMITATED = (
    "acr_values",
    "claims",
    "connection",
    "id_token_hint",
    "max_age",
    "organization",
    "request",
    "request_uri",
)
REQUIRED = ("response_type", "code_challenge")
ONLY_VALUES = {
    "response_type": ("code", "", "unsupported_response_type"),
    "response_mode": ("query", "query", "invalid_request"),
    "code_challenge_method": ("S256", "plain", "invalid_request"),
    "prompt": ("login", "login", "invalid_request"),
}
"""Of each parameter the one value, what its absence means, and the error for others."""
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
"""SHA-256 in base64url without padding (RFC 7636, 4.2)."""

Parameters = Mapping[str, str]


class UnsafeRequestError(Exception):
    """A request that must not get a redirect; the text is for the user."""


class AuthorizationError(Exception):
    """A refusal that the application gets by a redirect.

    Args:
        error: A code of RFC 6749, 4.1.2.1, or of OpenID Connect Core, 3.1.2.6.
    """

    def __init__(
        self, redirect_uri: str, state: str | None, error: str, description: str
    ) -> None:
        super().__init__(description)
        fields = {"error": error, "error_description": description, "state": state}
        self.location = with_query(redirect_uri, fields)


@dataclass(frozen=True)
class AuthorizationRequest:
    """A request that may get a code."""

    application: Application
    redirect_uri: str
    scopes: tuple[str, ...]
    code_challenge: str
    audience: str | None = None
    """None: the access token is opaque and good for userinfo only, as Auth0's is."""
    state: str | None = None
    nonce: str | None = None

    def location(self, code: str) -> str:
        return with_query(self.redirect_uri, {"code": code, "state": self.state})

    def refusal(self, error: str, description: str) -> AuthorizationError:
        return AuthorizationError(self.redirect_uri, self.state, error, description)


def read_request(
    pairs: Sequence[tuple[str, str]], applications: Mapping[str, Application]
) -> AuthorizationRequest:
    """Check a query; parameters that nobody knows are ignored, as RFC 6749 wants.

    Raises:
        UnsafeRequestError, AuthorizationError: the request is refused.
    """
    given = {name: value for name, value in pairs if value}
    times = Counter(name for name, value in pairs if value)
    repeated = [name for name, number in times.items() if number > 1]
    application = applications.get(given.get("client_id", ""))
    if application is None or "client_id" in repeated:
        msg = "The application (client_id) is missing or unknown."
        raise UnsafeRequestError(msg)
    redirect_uri = given.get("redirect_uri", "")
    if redirect_uri not in application.callback_urls or "redirect_uri" in repeated:
        msg = f"The redirect_uri is not one of application {application.name!r}."
        raise UnsafeRequestError(msg)
    state = given.get("state")
    if refusal := fault_in(given, repeated):
        raise AuthorizationError(redirect_uri, state, *refusal)
    return AuthorizationRequest(
        application=application,
        redirect_uri=redirect_uri,
        scopes=tuple(s for s in SCOPES if s in given["scope"].split()),
        code_challenge=given["code_challenge"],
        audience=given.get("audience"),
        state=state,
        nonce=given.get("nonce"),
    )


def fault_in(given: Parameters, repeated: Sequence[str]) -> tuple[str, str] | None:
    """Find the first fault, as error code and description; None if there is none."""
    if repeated:
        return "invalid_request", f"Given more than once: {', '.join(repeated)}"
    if strange := [name for name in NOT_IMITATED if name in given]:
        return "invalid_request", f"The sandbox does not imitate: {', '.join(strange)}"
    if missing := [name for name in REQUIRED if name not in given]:
        return "invalid_request", f"Missing required parameter: {', '.join(missing)}"
    if given.get("prompt") == "none":
        return "login_required", "Login required"  # No session is kept.
    for name, (value, default, error) in ONLY_VALUES.items():
        if given.get(name, default) != value:
            return error, f"The sandbox knows {name}={value} only."
    if "openid" not in given.get("scope", "").split():
        return "invalid_scope", "The sandbox needs the scope openid."
    if not CHALLENGE.fullmatch(given["code_challenge"]):
        return "invalid_request", "The code_challenge is not a SHA-256 in base64url."
    audience = given.get("audience", PORTAL_AUDIENCE)
    if audience != PORTAL_AUDIENCE:
        return "access_denied", f"Service not found: {audience}"
    return None


def with_query(url: str, fields: Mapping[str, str | None]) -> str:
    """Add parameters to an address that may have some."""
    parts = urlsplit(url)
    added = [(name, value) for name, value in fields.items() if value is not None]
    query = urlencode([*parse_qsl(parts.query), *added])
    return parts._replace(query=query).geturl()
