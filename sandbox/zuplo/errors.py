"""What the STAND-IN for Zuplo's Developer API refuses, and how the refusal reads.

    ZuploError
    +-- InvalidRequestError  400
    +-- UnauthorizedError    401
    +-- ForbiddenError       403  inferred (70 %), not in Zuplo's document
    +-- NotFoundError        404
    +-- ConflictError        409  status: Zuplo's guide; body: inferred

The state raises these and knows no HTTP; ``response_refusal`` is the one place
that turns them, and Starlette's own refusals, into replies.
"""

from http import HTTPStatus
from http.client import responses
from typing import ClassVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse


class ZuploError(Exception):
    """A request is refused; the text becomes the problem's detail."""

    status: ClassVar[HTTPStatus]


class InvalidRequestError(ZuploError):
    """The body or the query breaks the document's schema or a service limit."""

    status = HTTPStatus.BAD_REQUEST


class UnauthorizedError(ZuploError):
    """No API key, or one that nobody issued."""

    status = HTTPStatus.UNAUTHORIZED


class ForbiddenError(ZuploError):
    """The API key is good, but lacks the permission."""

    status = HTTPStatus.FORBIDDEN


class NotFoundError(ZuploError, LookupError):
    """No such thing, or not within reach of this API key or these tags."""

    status = HTTPStatus.NOT_FOUND


class ConflictError(ZuploError):
    """The name or key is taken."""

    status = HTTPStatus.CONFLICT


def problem(
    status: int, instance: str | None = None, detail: str | None = None
) -> dict[str, str | int]:
    """Build a problem body as in Zuplo's document; `instance` is the path."""
    body: dict[str, str | int] = {
        "type": f"https://httpproblems.com/http-status/{status}",
        "title": responses.get(status, "Unknown"),
        "status": status,
    }
    optional = {"instance": instance, "detail": detail}
    return body | {name: text for name, text in optional.items() if text is not None}


async def response_refusal(request: Request, error: Exception) -> JSONResponse:
    """Respond to a refused request; an unknown route (404, 405) reads the same.

    The content type is the document's: plain `application/json`.
    """
    path = request.url.path
    if isinstance(error, ZuploError):
        return JSONResponse(problem(error.status, path, str(error)), error.status)
    if isinstance(error, HTTPException):
        body = problem(error.status_code, path)
        return JSONResponse(body, error.status_code, error.headers)
    raise error


EXCEPTION_HANDLERS = {ZuploError: response_refusal, HTTPException: response_refusal}
