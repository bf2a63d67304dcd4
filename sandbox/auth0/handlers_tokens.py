"""The handler of POST /oauth/token of the STAND-IN."""

from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from pydantic_core import from_json
from starlette.requests import Request
from starlette.responses import Response

from sandbox.auth0.access import state_of
from sandbox.auth0.errors import TokenError
from sandbox.auth0.oidc.exchange import exchange_code
from sandbox.auth0.oidc.provider import Provider
from sandbox.auth0.responses import Reply
from sandbox.auth0.tokens import (
    LIFETIME_SECONDS,
    authenticated,
    granted_scopes,
    new_token,
)

NOT_STORED = {"cache-control": "no-store", "pragma": "no-cache"}
"""RFC 6749, 5.1."""


async def issue_token(request: Request) -> Response:
    """Give a token for what the grant type says, sent as JSON or form."""
    fields = await fields_of(request)
    match fields.get("grant_type", ""):
        case "client_credentials":
            return token_for_client(request, fields)
        case "authorization_code":
            provider: Provider = request.app.state.provider
            return Reply(exchange_code(provider, fields), 200, NOT_STORED)
        case grant_type:
            raise unknown_grant(grant_type)


def token_for_client(request: Request, fields: dict[str, str]) -> Response:
    """Give a token of the Management API for client credentials.

    Credentials in a Basic header count as missing, so the Go client's first try
    gets its 401, as measured with the real provider. Other responses: public
    client tests, and inferred.
    """
    state = state_of(request)
    client = authenticated(
        state.clients, fields.get("client_id", ""), fields.get("client_secret", "")
    )
    audience = fields.get("audience", "")
    check_audience(audience, f"https://{state.domain}/api/v2/")
    scopes = granted_scopes(client, fields.get("scope"))
    token = new_token(client, audience, scopes)
    state.tokens[token.text] = token
    return Reply(
        {
            "access_token": token.text,
            "scope": " ".join(scopes),
            "expires_in": LIFETIME_SECONDS,
            "token_type": "Bearer",
        }
    )


async def fields_of(request: Request) -> dict[str, str]:
    """Read the fields of a form or a JSON object; all of them are texts."""
    kind = request.headers.get("content-type", "").partition(";")[0]
    try:
        if kind == "application/json":
            fields: Any = from_json(await request.body())
        else:
            fields = dict(
                parse_qsl((await request.body()).decode(), strict_parsing=True)
            )
    except ValueError:
        fields = None
    if not isinstance(fields, dict) or any(type(v) is not str for v in fields.values()):
        description = "The request body cannot be read."
        raise TokenError(HTTPStatus.BAD_REQUEST, "invalid_request", description)
    return fields


def unknown_grant(grant_type: str) -> TokenError:
    if not grant_type:
        description = "Missing required parameter: grant_type"
        return TokenError(HTTPStatus.BAD_REQUEST, "invalid_request", description)
    description = f"Grant type '{grant_type}' not allowed for the client."
    return TokenError(HTTPStatus.FORBIDDEN, "unauthorized_client", description)


def check_audience(audience: str, expected: str) -> None:
    """Issue the token for this tenant's Management API only."""
    if not audience:
        description = (
            "No audience parameter was provided, "
            "and no default audience has been configured"
        )
        raise TokenError(HTTPStatus.FORBIDDEN, "access_denied", description)
    if audience != expected:
        description = f"Service not found: {audience}"
        raise TokenError(HTTPStatus.FORBIDDEN, "access_denied", description)
