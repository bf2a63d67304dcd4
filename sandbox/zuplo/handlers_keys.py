"""Keys and managers of a consumer in the STAND-IN for Zuplo's Developer API.

Shapes and statuses as in `handlers`. Which requests a `tag.KEY=VALUE` guards is
the document's choice: not the creation and the list of keys, nor managers.
"""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.zuplo.access import (
    body_of,
    bucket_of,
    consumer_of,
    guarded_consumer_of,
    query_of,
)
from sandbox.zuplo.replies import key_reply, list_reply, manager_reply, page_reply
from sandbox.zuplo.schemas import (
    KeyBody,
    KeyList,
    KeyRead,
    KeysBody,
    ManagerCreate,
    Page,
    Query,
    Tagged,
)


async def list_keys(request: Request) -> Response:
    """Zuplo Developer API document; 404: Zuplo's self-serve integration guide."""
    consumer = consumer_of(request)
    query = query_of(request, KeyList)
    replies = [key_reply(key, query.key_format) for key in consumer.keys.values()]
    return JSONResponse(page_reply(replies, query))


async def create_key(request: Request) -> Response:
    """Zuplo Developer API document; the key is in full (inferred)."""
    consumer = consumer_of(request)
    query_of(request, Query)
    body = await body_of(request, KeyBody)
    [key] = bucket_of(request).create_keys(consumer, [body])
    return JSONResponse(key_reply(key, "visible"))


async def create_keys(request: Request) -> Response:
    """Zuplo Developer API document; the keys are in full (inferred)."""
    consumer = consumer_of(request)
    query_of(request, Query)
    body = await body_of(request, KeysBody)
    keys = bucket_of(request).create_keys(consumer, body.root)
    return JSONResponse(list_reply([key_reply(key, "visible") for key in keys]))


async def read_key(request: Request) -> Response:
    """Zuplo Developer API document."""
    consumer, query = guarded_consumer_of(request, KeyRead)
    key = consumer.key(request.path_params["key"])
    return JSONResponse(key_reply(key, query.key_format))


async def update_key(request: Request) -> Response:
    """Zuplo Developer API document; the key is masked (inferred)."""
    consumer, _ = guarded_consumer_of(request, Tagged)
    key = consumer.key(request.path_params["key"])
    body = await body_of(request, KeyBody)
    bucket_of(request).update_key(key, body)
    return JSONResponse(key_reply(key, "masked"))


async def delete_key(request: Request) -> Response:
    """Zuplo Developer API document."""
    consumer, _ = guarded_consumer_of(request, Tagged)
    consumer.delete_key(request.path_params["key"])
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def list_managers(request: Request) -> Response:
    """List those with a `sub`: the document's managers all have one."""
    consumer = consumer_of(request)
    query = query_of(request, Page)
    managers = consumer.managers.values()
    return JSONResponse(page_reply([manager_reply(m) for m in managers], query))


async def add_manager(request: Request) -> Response:
    """Zuplo Developer API document; 409 inferred."""
    consumer = consumer_of(request)
    query_of(request, Query)
    body = await body_of(request, ManagerCreate)
    return JSONResponse(manager_reply(consumer.add_manager(body)))


async def remove_manager(request: Request) -> Response:
    """Zuplo Developer API document."""
    consumer = consumer_of(request)
    query_of(request, Query)
    consumer.remove_manager(request.path_params["manager"])
    return Response(status_code=HTTPStatus.NO_CONTENT)
