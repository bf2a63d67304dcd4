"""Who calls the portal's key API, and which consumers are theirs.

INVENTED: that the server checks the access token as RFC 9068 wants, and asks userinfo
for the address, which the token does not name. What makes a consumer a user's own:
`manager_rules`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from starlette.requests import Request

from sandbox.zuplo.access import bearer_token
from sandbox.zuplo.errors import ForbiddenError, UnauthorizedError
from sandbox.zuplo.manager_rules import Match
from sandbox.zuplo.records import Consumer, found
from sandbox.zuplo.state import State

ALGORITHM = "RS256"
REQUIRED_CLAIMS = ["iss", "aud", "exp", "iat", "sub"]


@dataclass(frozen=True)
class PortalUser:
    """A user who is signed in to the portal."""

    sub: str
    email: str | None
    is_verified: bool

    def matches(self, consumer: Consumer) -> set[Match]:
        """Tell what of the user the consumer's managers or invitations name."""
        managers, invites = consumer.managers.values(), consumer.invites.values()
        by: dict[Match, bool] = {
            "subject": any(it.sub == self.sub for it in managers),
            "manager_address": any(it.email == self.email for it in managers),
            "invited_address": any(it.email == self.email for it in invites),
        }
        return {match for match, is_so in by.items() if is_so}


@dataclass(frozen=True)
class IdentityProvider:
    """What the portal's configuration tells of who signs its users in.

    The real server would ask two addresses; the stand-in calls two functions.
    """

    issuer: str
    audience: str
    key_set: Callable[[], dict[str, Any]]
    """The JWK set (RFC 7517)."""
    userinfo: Callable[[str], Mapping[str, Any] | None]
    """The claims of an access token's user; None if the token is not good."""

    def user(self, token: str) -> PortalUser:
        """Give the token's user.

        Raises:
            UnauthorizedError: the token is not good.
        """
        sub = self._subject(token)
        claims = self.userinfo(token)
        if claims is None:
            msg = "the access token's user is unknown"
            raise UnauthorizedError(msg)
        email = claims.get("email") or None
        is_verified = claims.get("email_verified") is True and email is not None
        return PortalUser(sub, email, is_verified)

    def _subject(self, token: str) -> str:
        keys = jwt.PyJWKSet.from_dict(self.key_set())
        try:
            claims = jwt.decode(
                token,
                keys[jwt.get_unverified_header(token).get("kid", "")],
                algorithms=[ALGORITHM],
                audience=self.audience,
                issuer=self.issuer,
                options={"require": REQUIRED_CLAIMS},
            )
        except (jwt.InvalidTokenError, KeyError) as error:
            msg = "the access token is not valid"
            raise UnauthorizedError(msg) from error
        return str(claims["sub"])


def user_of(request: Request) -> PortalUser:
    provider: IdentityProvider = request.app.state.identity_provider
    token = bearer_token(request)
    if token is None:
        msg = "the access token is missing"
        raise UnauthorizedError(msg)
    user = provider.user(token)
    state: State = request.app.state.service
    if not (user.is_verified or state.manager_rules.serves_unverified):
        msg = "the user has no verified e-mail address"
        raise ForbiddenError(msg)
    return user


def consumers_of(request: Request) -> list[Consumer]:
    """Check the token first: a stranger learns nothing of deployments."""
    user = user_of(request)
    state: State = request.app.state.service
    bucket = state.bucket_of_deployment(request.path_params["deployment"])
    shown_by = state.manager_rules.shown_by
    return [it for it in bucket.consumers.values() if user.matches(it) & shown_by]


def consumer_of(request: Request) -> Consumer:
    """Find a consumer by its id; another user's reads like one that is not there."""
    own = {consumer.id: consumer for consumer in consumers_of(request)}
    return found(own, request.path_params["consumer"], "consumer")
