"""Who calls the portal's key API, and which consumers are theirs.

INVENTED: that the server checks the access token as RFC 9068 wants, asks userinfo whose
it is, and serves a verified e-mail address only. Published is that consumers are listed
by the e-mail address of the user who is signed in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from starlette.requests import Request

from sandbox.zuplo.access import bearer_token
from sandbox.zuplo.errors import ForbiddenError, UnauthorizedError
from sandbox.zuplo.records import Bucket, Consumer, found
from sandbox.zuplo.state import State

ALGORITHM = "RS256"
REQUIRED_CLAIMS = ["iss", "aud", "exp", "iat", "sub"]


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

    def verified_email(self, token: str) -> str:
        """Give the address of the token's user.

        Raises:
            UnauthorizedError: the token is not good.
            ForbiddenError: the address is not verified.
        """
        self._check(token)
        claims = self.userinfo(token)
        if claims is None:
            msg = "the access token's user is unknown"
            raise UnauthorizedError(msg)
        if claims.get("email_verified") is not True or not claims.get("email"):
            msg = "the user has no verified e-mail address"
            raise ForbiddenError(msg)
        return str(claims["email"])

    def _check(self, token: str) -> None:
        keys = jwt.PyJWKSet.from_dict(self.key_set())
        try:
            jwt.decode(
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


def bucket_and_email_of(request: Request) -> tuple[Bucket, str]:
    """Check the token first: a stranger learns nothing of deployments."""
    provider: IdentityProvider = request.app.state.identity_provider
    token = bearer_token(request)
    if token is None:
        msg = "the access token is missing"
        raise UnauthorizedError(msg)
    email = provider.verified_email(token)
    state: State = request.app.state.service
    return state.bucket_of_deployment(request.path_params["deployment"]), email


def consumers_of(request: Request) -> list[Consumer]:
    bucket, email = bucket_and_email_of(request)
    return bucket.select({}, email)


def consumer_of(request: Request) -> Consumer:
    """Find a consumer by its id; another user's reads like one that is not there."""
    own = {consumer.id: consumer for consumer in consumers_of(request)}
    return found(own, request.path_params["consumer"], "consumer")
