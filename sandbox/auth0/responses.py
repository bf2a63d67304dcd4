"""Responses of the STAND-IN: content type, rate-limit headers, refusals."""

import time
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.auth0.errors import ApiError, TokenError, not_found

AMPLE_LIMIT = 50


class Reply(JSONResponse):
    """Content type: recordings."""

    media_type = "application/json; charset=utf-8"


def response(content: Any, status: int = 200) -> Response:
    return Reply(content, status, ample_rate_limit())


def no_content() -> Response:
    """An empty 204 that has a content type all the same (recording "secrets")."""
    headers = {"content-type": Reply.media_type, **ample_rate_limit()}
    return Response(status_code=204, headers=headers)


def ample_rate_limit() -> dict[str, str]:
    """Show an ample rest of a limit: requests are not counted, faults make 429s."""
    return rate_limit_headers(AMPLE_LIMIT, AMPLE_LIMIT - 1)


def rate_limit_headers(limit: int, remaining: int) -> dict[str, str]:
    """Names: Auth0 OpenAPI."""
    return {
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-reset": str(int(time.time()) + 1),
    }


async def refuse(_request: Request, error: Exception) -> Response:
    """Reply a refusal; what the router does not know is 404 (inferred)."""
    if isinstance(error, TokenError):
        return Reply(error.body, error.status)
    refusal = error if isinstance(error, ApiError) else not_found()
    return response(refusal.body, refusal.status)


EXCEPTION_HANDLERS: dict[Any, Any] = {
    ApiError: refuse,
    TokenError: refuse,
    HTTPException: refuse,
}
