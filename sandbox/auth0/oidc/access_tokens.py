"""Access tokens that the STAND-IN gave to applications of users."""

import secrets
import time
from dataclasses import dataclass

from sandbox.auth0.oidc.codes import Grant
from sandbox.auth0.oidc.signing import SigningKey

LIFETIME_SECONDS = 86_400


@dataclass(frozen=True)
class Access:
    user_id: str
    scopes: tuple[str, ...]
    expires_at: int


class AccessTokens:
    """Issues tokens and remembers them for userinfo, which takes both kinds."""

    def __init__(self, issuer: str, key: SigningKey) -> None:
        self._issuer = issuer
        self._key = key
        self._given: dict[str, Access] = {}

    def issue(self, grant: Grant) -> str:
        """Make a JWT for the audience asked for; without one an opaque token.

        Both kinds, and userinfo as second audience: Auth0 documentation.
        """
        request, issued_at = grant.request, int(time.time())
        expires_at = issued_at + LIFETIME_SECONDS
        if request.audience is None:
            token = secrets.token_urlsafe(24)
        else:
            token = self._key.sign(
                {
                    **grant.custom.access_token,
                    "iss": self._issuer,
                    "sub": grant.user_id,
                    "aud": [request.audience, f"{self._issuer}userinfo"],
                    "iat": issued_at,
                    "exp": expires_at,
                    "scope": " ".join(request.scopes),
                    "azp": request.application.client_id,
                }
            )
        self._given[token] = Access(grant.user_id, request.scopes, expires_at)
        return token

    def find(self, token: str) -> Access | None:
        """Look a token up; None if nobody was given it, or it has expired."""
        access = self._given.get(token)
        return access if access and access.expires_at > time.time() else None
