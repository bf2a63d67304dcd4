"""The STAND-IN's OpenID provider: users sign up and in, applications get codes."""

import secrets
from collections.abc import Iterable
from typing import Protocol

from sandbox.auth0.login_event import LoginRequest
from sandbox.auth0.login_result import LoginResult
from sandbox.auth0.oidc.access_tokens import AccessTokens
from sandbox.auth0.oidc.applications import Application
from sandbox.auth0.oidc.authorization import AuthorizationError, AuthorizationRequest
from sandbox.auth0.oidc.claims import Claims, custom_claims, not_imitated, user_claims
from sandbox.auth0.oidc.codes import Codes, Grant
from sandbox.auth0.oidc.signing import SigningKey
from sandbox.auth0.users import CONNECTION, User, new_user


class Logins(Protocol):
    """What runs the Actions that are bound to post-login."""

    async def login(self, request: LoginRequest) -> LoginResult: ...


class Provider:
    """Who a tenant's users are, for the applications they log in to.

    Args:
        issuer: The provider's address, with a slash at the end.
    """

    def __init__(
        self,
        issuer: str,
        users: dict[str, User],
        logins: Logins,
        applications: Iterable[Application],
    ) -> None:
        self.issuer = issuer
        self.users = users
        self.applications = {each.client_id: each for each in applications}
        self.key = SigningKey()
        self.codes = Codes()
        self.access_tokens = AccessTokens(issuer, self.key)
        self._logins = logins

    def user_with(self, email: str, password: str) -> User | None:
        """Find the user with these credentials."""
        for user in self._users_of(email):
            known = user.password
            if known and secrets.compare_digest(known.encode(), password.encode()):
                return user
        return None

    def sign_up(
        self, name: str, email: str, password: str, *, email_verified: bool
    ) -> User:
        """Add a user of the database connection.

        Raises:
            ApiError: the address is taken.
        """
        profile = {"name": name, "email": email, "email_verified": email_verified}
        user = new_user(self.users.values(), profile, "", password)
        self.users[user.user_id] = user
        return user

    def verify_email(self, email: str) -> bool:
        """Do what the link in Auth0's e-mail does; False if nobody has the address."""
        users = self._users_of(email)
        for user in users:
            user.profile["email_verified"] = True
        return bool(users)

    async def log_in(self, request: AuthorizationRequest, user: User) -> str:
        """Run the bound Actions, and give the address that has the code.

        Raises:
            AuthorizationError: an Action denied the login or asked for something that
                is not imitated, or the user is blocked.
        """
        result = await self._logins.login(
            LoginRequest(
                user_id=user.user_id,
                client_id=request.application.client_id,
                client_name=request.application.name,
                audience=request.audience,
            )
        )
        if refusal := refusal_of(request, result):
            raise refusal
        grant = Grant(request, user.user_id, custom_claims(result))
        return request.location(self.codes.issue(grant))

    def userinfo(self, token: str) -> Claims | None:
        """Tell who a token's user is by now; None if the token is not good."""
        access = self.access_tokens.find(token)
        user = self.users.get(access.user_id) if access else None
        return user_claims(user, access.scopes) if access and user else None

    def _users_of(self, email: str) -> list[User]:
        return [
            user
            for user in self.users.values()
            if user.connection == CONNECTION and user.profile.get("email") == email
        ]


def refusal_of(
    request: AuthorizationRequest, result: LoginResult
) -> AuthorizationError | None:
    if result.reason is not None:
        return request.refusal("access_denied", result.reason)
    if method := not_imitated(result):
        text = f"The sandbox does not imitate api.{method}"
        return request.refusal("server_error", text)
    return None
