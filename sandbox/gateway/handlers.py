"""The handler of the STAND-IN for an API behind a Zuplo gateway.

It does what the API Key Authentication policy does at the gateway: a consumer's
key opens the door, anything else is a 401. Any bucket's key is good here; a
real gateway knows the bucket of its environment only.
"""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from sandbox.zuplo.access import bearer_token
from sandbox.zuplo.errors import problem
from sandbox.zuplo.replies import timestamp
from sandbox.zuplo.state import State

BUILD_ID = str(uuid4())


async def hello(request: Request) -> JSONResponse:
    """Tell the caller who they are; the reply's shape is this project's own."""
    state: State = request.app.state.service
    found = state.consumer_by_key(bearer_token(request) or "")
    if found is None:
        detail = "the API key is missing, unknown or expired"
        raise HTTPException(HTTPStatus.UNAUTHORIZED, detail)
    bucket, consumer = found
    return JSONResponse(
        {
            "consumer": consumer.name,
            "metadata": consumer.metadata,
            "bucket": bucket.name,
        }
    )


async def response_refusal(request: Request, error: Exception) -> JSONResponse:
    """Respond with a problem and the `trace` that Zuplo's gateways add to it.

    Shape: Zuplo's documentation; texts and the ids' form are inferred.
    """
    if not isinstance(error, HTTPException):
        raise error
    trace = {
        "timestamp": timestamp(datetime.now(UTC)),
        "requestId": str(uuid4()),
        "buildId": BUILD_ID,
    }
    body = problem(error.status_code, request.url.path, error.detail)
    return JSONResponse(
        {**body, "trace": trace},
        error.status_code,
        error.headers,
        media_type="application/problem+json",
    )
