"""Faults on demand: what a service or the network can do to a request.

``before`` means that the service never saw the request; ``after`` means that it
carried the request out and only the response is spoilt. Where a kind needs a
response that the service did not give (every ``status``, and ``half_body`` and
``trickle`` before), the fault's own status, headers and body make it.
"""

import asyncio
import re
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.host.responses import Response, Service, response_in_stead_of, send_body


def checked_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        msg = f"not a regular expression: {error}"
        raise ValueError(msg) from error
    return text


HeaderName = Annotated[str, Field(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")]
HeaderValue = Annotated[str, Field(pattern=r"^[\t\x20-\x7e]*$")]


class Fault(BaseModel):
    """One fault, as the control API takes it."""

    model_config = ConfigDict(extra="forbid")

    service: Service
    method: str | None = Field(default=None, pattern=r"^[A-Z]+(\|[A-Z]+)*$")
    """One, or several with | between them."""
    path: Annotated[str, AfterValidator(checked_pattern)] | None = None
    """A regular expression for the whole decoded path, without the query."""
    kind: Literal["status", "delay", "hang", "reset", "half_body", "trickle"]
    when: Literal["before", "after"] = "before"
    status: int = Field(default=503, ge=200, le=599)
    headers: dict[HeaderName, HeaderValue] = {}
    body: JsonValue = None
    """None: the service's own error shape. Text is sent as it is."""
    seconds: float = Field(default=0.5, ge=0, allow_inf_nan=False)
    """Of a delay, or before each byte of a trickle."""
    times: int | None = Field(default=None, ge=1)
    """None: for ever."""
    skip: int = Field(default=0, ge=0)
    """So many matching requests pass first."""

    def matches(self, service: Service, method: str, path: str) -> bool:
        return (
            service == self.service
            and (self.method is None or method in self.method.split("|"))
            and (self.path is None or re.fullmatch(self.path, path) is not None)
        )

    def response(self, path: str) -> Response:
        return response_in_stead_of(
            self.service, path, self.status, self.headers, self.body
        )


class ListedFault(Fault):
    """A fault with the number of requests it has hit."""

    hits: int


@dataclass
class ArmedFault:
    """A fault at work."""

    fault: Fault
    seen: int = 0
    struck: int = 0
    """Requests that it is to spoil."""
    hits: int = 0
    """Those among them that have come as far as the spoiling."""
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def strikes(self) -> bool:
        """Count one matching request; tell whether the fault hits it."""
        self.seen += 1
        spent = self.fault.times is not None and self.struck >= self.fault.times
        if self.seen <= self.fault.skip or spent:
            return False
        self.struck += 1
        return True


class FaultPlan:
    """The faults of all services, oldest first; the first that strikes wins."""

    def __init__(self) -> None:
        self._armed: list[ArmedFault] = []

    def arm(self, fault: Fault) -> None:
        self._armed.append(ArmedFault(fault))

    def strike(self, service: Service, method: str, path: str) -> ArmedFault | None:
        """Find the fault that hits this request."""
        for armed in self._armed:
            if armed.fault.matches(service, method, path) and armed.strikes():
                return armed
        return None

    def listed(self) -> list[ListedFault]:
        return [
            ListedFault(**dict(armed.fault), hits=armed.hits) for armed in self._armed
        ]

    def clear(self) -> None:
        """Remove all faults; what hangs, waits or trickles goes on at once."""
        for armed in self._armed:
            armed.released.set()
        self._armed.clear()


class FaultMiddleware:
    """Spoil the requests to one service as the plan says."""

    def __init__(self, app: ASGIApp, service: Service, plan: FaultPlan) -> None:
        self._app = app
        self._service = service
        self._plan = plan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        armed = self._plan.strike(self._service, scope["method"], scope["path"])
        if armed is None:
            await self._app(scope, receive, send)
            return
        with suppress(ClientGoneError):
            body = await read_body(receive)
            await SpoiltExchange(self._app, armed, scope, body, receive, send).run()


@dataclass
class SpoiltExchange:
    """One request hit by one fault."""

    app: ASGIApp
    armed: ArmedFault
    scope: Scope
    body: bytes
    receive: Receive
    send: Send

    async def run(self) -> None:
        fault = self.armed.fault
        carried_out = await self._carry_out() if fault.when == "after" else None
        # Who waits for the hit relies on what was carried out before it.
        self.armed.hits += 1
        match fault.kind:
            case "status":
                await self._own_response().send(self.send)
            case "delay" | "hang":
                await self._pause()
                response = carried_out or await self._carry_out()
                await response.send(self.send)
            case "reset":
                await self._reset()
            case "half_body":
                await self._send_half(carried_out or self._own_response())
                await self._reset()
            case "trickle":
                await self._send_bytewise(carried_out or self._own_response())

    def _own_response(self) -> Response:
        return self.armed.fault.response(self.scope["path"])

    async def _carry_out(self) -> Response:
        """Let the service carry the request out, and keep its response back."""
        response = Response()
        unread = [self.body]

        async def receive() -> Message:
            if unread:
                return {"type": "http.request", "body": unread.pop()}
            return await self.receive()

        await self.app(self.scope, receive, response.collect)
        return response

    async def _send_half(self, response: Response) -> None:
        await response.start(self.send)
        half = response.body[: len(response.body) // 2]
        await send_body(self.send, half, more=True)

    async def _send_bytewise(self, response: Response) -> None:
        await response.start(self.send)
        for position in range(len(response.body)):
            await self._pause()
            byte = response.body[position : position + 1]
            await send_body(self.send, byte, more=True)
        await send_body(self.send, b"", more=False)

    async def _pause(self) -> None:
        """Wait for the fault's time, its release or the client's leaving."""
        fault = self.armed.fault
        released = asyncio.ensure_future(self.armed.released.wait())
        gone = asyncio.ensure_future(client_gone(self.receive))
        try:
            await asyncio.wait(
                {released, gone},
                timeout=None if fault.kind == "hang" else fault.seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if gone.done():
                raise ClientGoneError
        finally:
            released.cancel()
            gone.cancel()

    async def _reset(self) -> None:
        """End the connection with a TCP reset instead of an orderly close."""
        transport: asyncio.Transport = self.scope["state"]["transport"]
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        transport.abort()
        await client_gone(self.receive)


class ClientGoneError(Exception):
    """The client closed its connection before its response was due."""


async def read_body(receive: Receive) -> bytes:
    """Read the whole request body, so that only a disconnect can follow."""
    body = bytearray()
    while (message := await receive())["type"] == "http.request":
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)
    raise ClientGoneError


async def client_gone(receive: Receive) -> None:
    """Return when the connection is closed."""
    while (await receive())["type"] != "http.disconnect":
        pass
