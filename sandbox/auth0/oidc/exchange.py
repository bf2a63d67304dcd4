"""A code for tokens: the authorization code grant at the STAND-IN's token endpoint.

Refusals: RFC 6749, 5.2, whose status is 400. Texts are ours.
"""

import base64
import hashlib
import re
import secrets
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from sandbox.auth0.errors import TokenError
from sandbox.auth0.oidc.access_tokens import LIFETIME_SECONDS
from sandbox.auth0.oidc.claims import Claims, user_claims
from sandbox.auth0.oidc.codes import Grant
from sandbox.auth0.oidc.provider import Provider
from sandbox.auth0.users import User

REQUIRED = ("code", "redirect_uri", "client_id", "code_verifier")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
ID_TOKEN_SECONDS = 36_000


def exchange_code(provider: Provider, fields: Mapping[str, str]) -> dict[str, Any]:
    """Give the token endpoint's response; the code is used up even if it is refused.

    Raises:
        TokenError: the request is refused.
    """
    missing = [name for name in REQUIRED if not fields.get(name)]
    if missing:
        description = f"Missing required parameter: {', '.join(missing)}"
        raise TokenError(HTTPStatus.BAD_REQUEST, "invalid_request", description)
    if fields["client_id"] not in provider.applications:
        description = "Unknown client"
        raise TokenError(HTTPStatus.UNAUTHORIZED, "invalid_client", description)
    grant = provider.codes.redeem(fields["code"])
    user = provider.users.get(grant.user_id) if grant else None
    if grant is None or user is None:
        description = "The code is unknown, used or expired"
        raise TokenError(HTTPStatus.BAD_REQUEST, "invalid_grant", description)
    if fault := fault_in(grant, fields):
        raise TokenError(HTTPStatus.BAD_REQUEST, "invalid_grant", fault)
    return tokens(provider, grant, user)


def fault_in(grant: Grant, fields: Mapping[str, str]) -> str | None:
    """Compare with what the code was given for; PKCE: RFC 7636, 4.6."""
    request, verifier = grant.request, fields["code_verifier"]
    if request.application.client_id != fields["client_id"]:
        return "The code is another client's"
    if request.redirect_uri != fields["redirect_uri"]:
        return "The redirect_uri is not that of the code"
    if not VERIFIER.fullmatch(verifier) or not secrets.compare_digest(
        challenge_of(verifier), request.code_challenge
    ):
        return "Failed to verify code verifier"
    return None


def challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def tokens(provider: Provider, grant: Grant, user: User) -> dict[str, Any]:
    return {
        "access_token": provider.access_tokens.issue(grant),
        "id_token": provider.key.sign(id_claims(provider.issuer, grant, user)),
        "scope": " ".join(grant.request.scopes),
        "expires_in": LIFETIME_SECONDS,
        "token_type": "Bearer",
    }


def id_claims(issuer: str, grant: Grant, user: User) -> Claims:
    issued_at = int(time.time())
    request = grant.request
    nonce = {} if request.nonce is None else {"nonce": request.nonce}
    return {
        **grant.custom.id_token,
        **user_claims(user, request.scopes),
        "iss": issuer,
        "aud": request.application.client_id,
        "iat": issued_at,
        "exp": issued_at + ID_TOKEN_SECONDS,
        **nonce,
    }
