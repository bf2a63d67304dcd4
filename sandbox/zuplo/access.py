"""What a request to the STAND-IN for Zuplo's Developer API is about.

Who calls, which account, bucket and consumer the path names, and what body and
query say. Checked in this order, so that a caller without a good API key learns
nothing else.
"""

from typing import TypeVar

from pydantic import BaseModel
from starlette.requests import Request

from sandbox.zuplo.credentials import Credential
from sandbox.zuplo.errors import InvalidRequestError
from sandbox.zuplo.records import Account, Bucket, Consumer
from sandbox.zuplo.schemas import Query, parse_body, parse_query
from sandbox.zuplo.state import State

BodyModel = TypeVar("BodyModel", bound=BaseModel)
QueryModel = TypeVar("QueryModel", bound=Query)


def bearer_token(request: Request) -> str | None:
    """Read `Authorization: Bearer TOKEN`; None without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and token else None


def credential_of(request: Request) -> Credential:
    state: State = request.app.state.service
    return state.authenticate(bearer_token(request))


def account_of(request: Request) -> Account:
    state: State = request.app.state.service
    credential = credential_of(request)
    account = state.account(credential, request.path_params["account"])
    credential.require(request.method)
    return account


def bucket_of(request: Request) -> Bucket:
    bucket = account_of(request).bucket(request.path_params["bucket"])
    credential_of(request).require(request.method, bucket)
    return bucket


def consumer_of(request: Request) -> Consumer:
    return bucket_of(request).consumer(request.path_params["consumer"])


def query_of(request: Request, model: type[QueryModel]) -> QueryModel:
    return parse_query(model, request.query_params.multi_items())


async def body_of(request: Request, model: type[BodyModel]) -> BodyModel:
    """Read the body; that any other content type is refused is inferred."""
    media_type, _, _ = request.headers.get("content-type", "").partition(";")
    if media_type.strip().lower() != "application/json":
        msg = "the content type is not application/json"
        raise InvalidRequestError(msg)
    return parse_body(model, await request.body())
