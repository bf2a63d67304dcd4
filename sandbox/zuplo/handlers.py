"""Buckets, consumers and who-am-i of the STAND-IN for Zuplo's Developer API.

A handler reads the request, calls one rule and replies. Statuses and shapes:
Zuplo Developer API document, unless a handler says otherwise. It names a 404
for single resources only; that lists and creation inside something absent
respond with 404 too is inferred.
"""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.zuplo.access import (
    account_of,
    body_of,
    bucket_of,
    consumer_of,
    credential_of,
    query_of,
)
from sandbox.zuplo.replies import (
    bucket_reply,
    consumer_reply,
    created_consumer_reply,
    list_reply,
    page_reply,
)
from sandbox.zuplo.schemas import (
    BucketCreate,
    ConsumerCreate,
    ConsumerCreateQuery,
    ConsumerList,
    ConsumerRead,
    ConsumerUpdate,
    Query,
)
from sandbox.zuplo.state import State


async def who_am_i(request: Request) -> Response:
    """Tell whose an API key is: `sub` and `account`; user tokens are not imitated."""
    credential = credential_of(request)
    query_of(request, Query)
    return JSONResponse({"sub": credential.sub, "account": credential.account})


async def list_buckets(request: Request) -> Response:
    """List all within reach of the key; the document has no paging here."""
    account = account_of(request)
    query_of(request, Query)
    credential = credential_of(request)
    buckets = filter(credential.reaches, account.buckets.values())
    return JSONResponse(list_reply([bucket_reply(bucket) for bucket in buckets]))


async def create_bucket(request: Request) -> Response:
    """Zuplo Developer API document; 409 inferred."""
    account = account_of(request)
    query_of(request, Query)
    body = await body_of(request, BucketCreate)
    return JSONResponse(bucket_reply(account.create_bucket(body)))


async def read_bucket(request: Request) -> Response:
    """Zuplo Developer API document."""
    bucket = bucket_of(request)
    query_of(request, Query)
    return JSONResponse(bucket_reply(bucket))


async def list_consumers(request: Request) -> Response:
    """Zuplo Developer API document; invitations under `manager-email` inferred."""
    bucket = bucket_of(request)
    query = query_of(request, ConsumerList)
    consumers = bucket.select(query.tag, query.manager_email)
    replies = [consumer_reply(consumer, query) for consumer in consumers]
    return JSONResponse(page_reply(replies, query))


async def create_consumer(request: Request) -> Response:
    """Zuplo Developer API document; 409: Zuplo's self-serve integration guide."""
    bucket = bucket_of(request)
    query = query_of(request, ConsumerCreateQuery)
    body = await body_of(request, ConsumerCreate)
    state: State = request.app.state.service
    state.manager_rules.check(body.managers)
    consumer = bucket.create_consumer(body, with_api_key=query.with_api_key)
    return JSONResponse(created_consumer_reply(consumer))


async def read_consumer(request: Request) -> Response:
    """Zuplo Developer API document."""
    consumer = consumer_of(request)
    return JSONResponse(consumer_reply(consumer, query_of(request, ConsumerRead)))


async def update_consumer(request: Request) -> Response:
    """Zuplo Developer API document."""
    consumer = consumer_of(request)
    query_of(request, Query)
    consumer.change(await body_of(request, ConsumerUpdate))
    return JSONResponse(consumer_reply(consumer, ConsumerRead()))


async def delete_consumer(request: Request) -> Response:
    """Zuplo Developer API document: with its keys and managers."""
    consumer = consumer_of(request)
    query_of(request, Query)
    bucket_of(request).delete_consumer(consumer)
    return Response(status_code=HTTPStatus.NO_CONTENT)
