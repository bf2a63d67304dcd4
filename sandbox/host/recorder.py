"""The log of the requests the stand-ins received.

It keeps what a test or a reader needs to count and order requests. Bodies,
Authorization values, codes and tokens stay out, so the log can be printed anywhere.
"""

import re

from pydantic import BaseModel
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.utils import get_client_addr

SECRET_PARAMETER = re.compile(r"(?<![^&])(code|id_token_hint)=[^&]*")
"""What a login and a logout carry in their queries."""


class LoggedRequest(BaseModel):
    """One request, logged when it arrived."""

    service: str
    method: str
    path: str
    query: str
    status: int | None = None
    """None as long as, or because, no response was begun."""
    connection: str
    """The client's side, host:port: equal for requests on one connection."""
    user_agent: str


class RequestLog:
    """All requests since the start or the last ``clear``, in order of arrival."""

    def __init__(self) -> None:
        self._requests: list[LoggedRequest] = []

    def add(self, request: LoggedRequest) -> None:
        self._requests.append(request)

    def of(self, service: str | None = None) -> list[LoggedRequest]:
        """List the requests to one service, or to all."""
        return [r for r in self._requests if service in (None, r.service)]

    def clear(self) -> None:
        self._requests.clear()


class RecorderMiddleware:
    """Log each request to one service, and the status of its response."""

    def __init__(self, app: ASGIApp, service: str, log: RequestLog) -> None:
        self._app = app
        self._service = service
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        request = LoggedRequest(
            service=self._service,
            method=scope["method"],
            path=scope["path"],
            query=printable(scope["query_string"].decode("latin-1")),
            connection=get_client_addr(scope),  # type: ignore[arg-type]
            user_agent=headers.get(b"user-agent", b"").decode("latin-1"),
        )
        self._log.add(request)

        async def send_and_note(message: Message) -> None:
            if message["type"] == "http.response.start":
                request.status = message["status"]
            await send(message)

        await self._app(scope, receive, send_and_note)


def printable(query: str) -> str:
    return SECRET_PARAMETER.sub(r"\1=...", query)
