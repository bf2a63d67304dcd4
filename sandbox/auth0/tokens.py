"""Machine-to-machine clients of the STAND-IN and the tokens they are given."""

import base64
import json
import secrets
import string
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from sandbox.auth0.errors import ApiError, TokenError

LIFETIME_SECONDS = 86400
SCOPES = [
    f"{verb}:{noun}"
    for noun in ("actions", "users", "event_streams")
    for verb in ("create", "read", "update", "delete")
]


@dataclass(frozen=True)
class Client:
    client_id: str
    client_secret: str
    scopes: list[str]


@dataclass(frozen=True)
class Token:
    text: str
    scopes: list[str]
    expires_at: float


def new_client(scopes: list[str]) -> Client:
    """Make one with letters and digits as its id, as Auth0's are.

    With a hyphen at its beginning a command would take it for a flag.
    """
    letters = string.ascii_letters + string.digits
    client_id = "".join(secrets.choice(letters) for _ in range(32))
    return Client(client_id, secrets.token_urlsafe(48), scopes)


def authenticated(clients: dict[str, Client], id_: str, secret: str) -> Client:
    """Find the client with these credentials.

    Refusal: public client tests (not recorded).
    """
    client = clients.get(id_)
    if client is None or not secrets.compare_digest(
        client.client_secret.encode(), secret.encode()
    ):
        raise TokenError(HTTPStatus.UNAUTHORIZED, "access_denied", "Unauthorized")
    return client


def granted_scopes(client: Client, wanted: str | None) -> list[str]:
    """Grant what is asked for, or all that the client has (refusal inferred)."""
    if wanted is None:
        return client.scopes
    scopes = wanted.split()
    missing = [scope for scope in scopes if scope not in client.scopes]
    if missing:
        text = f"Client has not been granted scopes: {', '.join(missing)}"
        raise TokenError(HTTPStatus.FORBIDDEN, "access_denied", text)
    return scopes


def new_token(client: Client, audience: str, scopes: list[str]) -> Token:
    """Make a token that reads like Auth0's JWT; its signature is random."""
    expires_at = time.time() + LIFETIME_SECONDS
    claims = {
        "iss": audience.removesuffix("api/v2/"),
        "sub": f"{client.client_id}@clients",
        "aud": audience,
        "iat": int(time.time()),
        "exp": int(expires_at),
        "scope": " ".join(scopes),
        "gty": "client-credentials",
        "azp": client.client_id,
    }
    head = {"alg": "RS256", "typ": "JWT"}
    parts = encoded(head), encoded(claims), secrets.token_urlsafe(32)
    return Token(".".join(parts), scopes, expires_at)


def encoded(part: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def check_access(tokens: dict[str, Token], authorization: str, scope: str) -> None:
    """Refuse a request without a valid token that has the scope.

    401: inferred; 403: recording "force delete, scope".
    """
    scheme, _, text = authorization.partition(" ")
    if not authorization:
        raise ApiError(HTTPStatus.UNAUTHORIZED, "Missing authentication")
    token = tokens.get(text)
    if scheme.lower() != "bearer" or token is None or token.expires_at < time.time():
        message = "Invalid token"
        attributes = {"error": message}
        raise ApiError(HTTPStatus.UNAUTHORIZED, message, attributes=attributes)
    if scope not in token.scopes:
        message = f"Insufficient scope, expected any of: {scope}"
        raise ApiError(HTTPStatus.FORBIDDEN, message, "insufficient_scope")
