"""The handler of the STAND-IN for an API behind a Zuplo gateway."""

from dataclasses import asdict
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from sandbox.gateway.api_key_policy import ApiKeyPolicy
from sandbox.zuplo.access import bearer_token
from sandbox.zuplo.errors import problem
from sandbox.zuplo.replies import timestamp

BUILD_ID = str(uuid4())


async def hello(request: Request) -> JSONResponse:
    """Tell the caller who they are; the reply's shape is this project's own."""
    policy: ApiKeyPolicy = request.app.state.service
    user = policy.user_of(bearer_token(request) or "")
    if user is None:
        raise HTTPException(HTTPStatus.UNAUTHORIZED)
    return JSONResponse({"user": asdict(user)})


async def response_refusal(_request: Request, error: Exception) -> JSONResponse:
    """Respond with a problem and the `trace` that Zuplo's gateways add to it.

    Shape: Zuplo's documentation of the policy; the ids' form is inferred.
    """
    if not isinstance(error, HTTPException):
        raise error
    trace = {
        "timestamp": timestamp(datetime.now(UTC)),
        "requestId": str(uuid4()),
        "buildId": BUILD_ID,
    }
    return JSONResponse(
        {**problem(error.status_code), "trace": trace},
        error.status_code,
        error.headers,
        media_type="application/problem+json",
    )
