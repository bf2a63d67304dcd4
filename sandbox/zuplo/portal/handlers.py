"""Handlers of the portal's key API."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.zuplo.access import body_of
from sandbox.zuplo.errors import InvalidRequestError
from sandbox.zuplo.portal.access import consumer_of, consumers_of
from sandbox.zuplo.records import Consumer, now
from sandbox.zuplo.replies import Reply, key_reply, list_reply, timestamp
from sandbox.zuplo.schemas import Body

GRACE = timedelta(days=7)


class RollBody(Body):
    """What the portal sends: nothing."""


class LabelBody(Body):
    label: Annotated[str, Field(min_length=1, max_length=128)]


async def list_consumers(request: Request) -> Response:
    """List the user's consumers with keys in full, which the page hides at first."""
    return JSONResponse(list_reply([reply(c) for c in consumers_of(request)]))


async def roll_key(request: Request) -> Response:
    """Create a key, and let those without expiry end.

    That the old key gets an expiry date: Zuplo's documentation of the Developer API,
    which lets the caller choose it. The portal sends none; seven days are INVENTED.
    """
    consumer = consumer_of(request)
    await body_of(request, RollBody)
    consumer.roll_keys(now() + GRACE)
    return JSONResponse(reply(consumer))


async def change_label(request: Request) -> Response:
    """INVENTED: the label is the portal's own, and the Developer API shows none."""
    consumer = consumer_of(request)
    consumer.change(await body_of(request, LabelBody))
    return JSONResponse(reply(consumer))


async def delete_key(request: Request) -> Response:
    """Delete a key that has an expiry date: the page offers it for no other."""
    consumer = consumer_of(request)
    key = consumer.key(request.path_params["key"])
    if key.expires_on is None:
        msg = "only a key with an expiry date can be deleted"
        raise InvalidRequestError(msg)
    consumer.delete_key(key.id)
    return Response(status_code=HTTPStatus.NO_CONTENT)


def reply(consumer: Consumer) -> Reply:
    """Build a consumer as the page reads it."""
    keys = [key_reply(key, "visible") for key in consumer.keys.values()]
    label: Reply = {} if consumer.label is None else {"label": consumer.label}
    return {
        "id": consumer.id,
        "createdOn": timestamp(consumer.created_on),
        "updatedOn": timestamp(consumer.updated_on),
        "subject": consumer.name,
        **label,
        "apiKeys": list_reply([set_only(key) for key in keys]),
    }


def set_only(properties: Reply) -> Reply:
    return {name: value for name, value in properties.items() if value is not None}
