"""Read bodies and queries of the STAND-IN's requests, or refuse them as Auth0 does."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from starlette.requests import Request

from sandbox.auth0.errors import ApiError, bad_request, invalid_body, invalid_query

Model = TypeVar("Model", bound=BaseModel)


async def body_of(request: Request, model: type[Model]) -> Model:
    """Read a JSON body; form bodies, which the document allows too, are refused."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0]
    if kind != "application/json":
        message = "Unsupported Media Type"  # inferred
        raise ApiError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message)
    try:
        content = from_json(await request.body(), allow_inf_nan=False)
    except ValueError as error:
        message = "Invalid request payload JSON format"  # inferred
        raise bad_request(message) from error
    return checked(model, content, invalid_body)


async def optional_body_of(request: Request, model: type[Model]) -> Model:
    """Read a JSON body that may be left out or null."""
    if await request.body() in (b"", b"null"):
        return model()
    return await body_of(request, model)


def query_of(request: Request, model: type[Model]) -> Model:
    return checked(model, dict(request.query_params), invalid_query)


def checked(
    model: type[Model], content: object, refusal: Callable[[str], ApiError]
) -> Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise refusal(fault_text(error.errors()[0])) from error


def fault_text(fault: Any) -> str:
    """Say in Auth0's words what pydantic found.

    Unknown and missing properties: issue threads; the other texts are inferred.
    The value itself is left out: it may be a secret.
    """
    *parents, last = map(str, fault["loc"] or ("body",))
    if fault["type"] == "extra_forbidden":
        text, place = f"'Additional properties not allowed: {last}'", parents
    elif fault["type"] == "missing":
        text, place = f"'Missing required property: {last}'", parents
    else:
        text, place = f"'{fault['msg']}'", [*parents, last]
    return f"{text} on property {'.'.join(place)}" if place else text
