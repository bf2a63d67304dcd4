"""Whole responses: those a fault keeps back to spoil, and those it gives itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import responses as reasons
from typing import Literal

from pydantic import JsonValue
from starlette.types import Message, Send

from sandbox.auth0.responses import rate_limit_headers
from sandbox.zuplo.errors import problem

Service = Literal["auth0", "zuplo", "gateway", "portal"]
LoggedService = Literal[Service, "key_service"]
"""The key service has no socket, so that no fault can hit it."""

CONTENT_TYPES: dict[Service, str] = {
    "auth0": "application/json; charset=utf-8",
    "zuplo": "application/json",
    "gateway": "application/problem+json",
    "portal": "application/problem+json",
}


@dataclass
class Response:
    """A whole response; ``collect`` takes it from a service in ``send``'s place."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    async def collect(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        else:
            self.body += message.get("body", b"")

    async def start(self, send: Send) -> None:
        head = {"status": self.status, "headers": self.headers}
        await send({"type": "http.response.start", **head})

    async def send(self, send: Send) -> None:
        await self.start(send)
        await send_body(send, self.body, more=False)


async def send_body(send: Send, body: bytes, *, more: bool) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


def response_in_stead_of(
    service: Service,
    path: str,
    status: int,
    headers: Mapping[str, str],
    body: JsonValue,
) -> Response:
    """Build a response a service did not give, in its error shape by default.

    Text goes out as it is, like the HTML page of a proxy; anything else as JSON.
    """
    content_type = CONTENT_TYPES[service]
    if isinstance(body, str):
        content_type, content = "text/html; charset=utf-8", body.encode()
    elif body is not None:
        content = json.dumps(body).encode()
    elif status >= HTTPStatus.BAD_REQUEST:
        content = json.dumps(error_body(service, path, status)).encode()
    else:
        content = b""
    fields = {"content-type": content_type, "content-length": str(len(content))}
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        fields |= limit_headers(service)
    fields |= {name.lower(): value for name, value in headers.items()}
    encoded = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in fields.items()]
    return Response(status, encoded, content)


def error_body(service: Service, path: str, status: int) -> JsonValue:
    """Shape a refusal.

    Sources: Auth0's recordings, for 429 an issue thread (not recorded); Zuplo
    Developer API document, the gateway's and the portal's alike.
    """
    if service != "auth0":
        return {**problem(status, path)}
    reason = reasons.get(status, "Unknown")
    error: dict[str, JsonValue] = {"statusCode": status, "error": reason}
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        message = "Global limit has been reached"
        return {**error, "message": message, "errorCode": "too_many_requests"}
    return {**error, "message": reason}


def limit_headers(service: Service) -> dict[str, str]:
    """Tell when to come back.

    Zuplo: header and value of its document's example. Auth0: a free tenant's limit
    of two a second.
    """
    return rate_limit_headers(2, 0) if service == "auth0" else {"retry-after": "60"}
