"""What the STAND-IN's tokens and its userinfo say of a user.

Claims by scope: OpenID Connect Core, 5.4. As Auth0 does, the ID token has them too, and
the access token names userinfo as a second audience (Auth0 documentation).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.auth0.login_result import LoginResult
from sandbox.auth0.users import User

Claims = dict[str, Any]

PROFILE = ("name", "given_name", "family_name", "nickname", "picture")
EMAIL = ("email", "email_verified")
NOT_IMITATED = ("accessToken.addScope", "accessToken.removeScope")
"""Calls of Actions that would change a token in a way that is not imitated."""


@dataclass(frozen=True)
class CustomClaims:
    """What Actions add; claims of the protocol win over them (inferred)."""

    id_token: Claims
    access_token: Claims


def custom_claims(result: LoginResult) -> CustomClaims:
    return CustomClaims(*(added_to(t, result) for t in ("idToken", "accessToken")))


def added_to(token: str, result: LoginResult) -> Claims:
    calls = (run.calls_of(f"{token}.setCustomClaim") for run in result.actions)
    return {str(name): value for each in calls for name, value in each}


def not_imitated(result: LoginResult) -> str | None:
    """Name the first thing an Action asked for that no login here can give."""
    calls = [call.method for run in result.actions for call in run.calls]
    unknown = [method for method in calls if method in NOT_IMITATED]
    return result.interrupted or next(iter(unknown), None)


def user_claims(user: User, scopes: Sequence[str]) -> Claims:
    profile = {k: v for k, v in user.profile.items() if k in PROFILE}
    email = {k: v for k, v in user.profile.items() if k in EMAIL}
    return {
        "sub": user.user_id,
        **({**profile, "updated_at": user.updated_at} if "profile" in scopes else {}),
        **(email if "email" in scopes else {}),
    }
