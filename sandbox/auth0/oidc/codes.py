"""Authorization codes of the STAND-IN: each is good once, and for a short time."""

import secrets
import time
from dataclasses import dataclass, field

from sandbox.auth0.oidc.authorization import AuthorizationRequest
from sandbox.auth0.oidc.claims import CustomClaims

LIFETIME_SECONDS = 600
"""The most that RFC 6749, 4.1.2, recommends."""


@dataclass(frozen=True)
class Grant:
    """What a user gave an application by logging in."""

    request: AuthorizationRequest
    user_id: str
    custom: CustomClaims
    expires_at: float = field(default_factory=lambda: time.time() + LIFETIME_SECONDS)


class Codes:
    """The codes that were given and not used."""

    def __init__(self) -> None:
        self._grants: dict[str, Grant] = {}

    def issue(self, grant: Grant) -> str:
        code = secrets.token_urlsafe(32)
        self._grants[code] = grant
        return code

    def redeem(self, code: str) -> Grant | None:
        """Use a code up, whatever comes of it; None if it is not, or no longer, good.

        Tokens that were issued for a code that is used twice stay good, where RFC 6749
        would have them revoked if possible: they are self-contained.
        """
        grant = self._grants.pop(code, None)
        return grant if grant is not None and grant.expires_at > time.time() else None
