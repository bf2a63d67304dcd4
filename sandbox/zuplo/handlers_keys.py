"""Keys and managers of a consumer in the STAND-IN for Zuplo's Developer API.

Shapes and statuses as in `handlers`.
"""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.zuplo.access import body_of, consumer_of, query_of
from sandbox.zuplo.replies import key_reply, manager_reply, page_reply
from sandbox.zuplo.schemas import KeyBody, KeyList, ManagerCreate, Page, Query


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
    key = consumer.create_key(body.description, body.expires_on)
    return JSONResponse(key_reply(key, "visible"))


async def delete_key(request: Request) -> Response:
    """Zuplo Developer API document."""
    consumer = consumer_of(request)
    query_of(request, Query)
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
