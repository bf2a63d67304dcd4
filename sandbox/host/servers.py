"""Run the stand-ins: five servers in one background thread with one event loop.

One loop for everything is what lets the services' states live without locks.
The sockets are bound here, on free ports, before any server starts: addresses
are known at once, and two sandboxes never collide.
"""

import asyncio
import socket
import ssl
import threading
from concurrent.futures import Future, wait
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.auth0.oidc.applications import PORTAL_AUDIENCE, PORTAL_CLIENT_ID
from sandbox.host.control.client import ControlClient
from sandbox.host.control.routes import build_app as build_control
from sandbox.host.services import Services
from sandbox.host.tls import issue_certificate
from sandbox.zuplo.state import DEPLOYMENT

SERVERS = ("auth0", "zuplo", "gateway", "portal", "control")
WITH_TLS = {"auth0", "portal"}
KEEP_ALIVE_SECONDS = 75
GRACE_SECONDS = 3


class Protocol(H11Protocol):
    """HTTP/1.1 that shows its transport to the application, for the faults."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # asyncio does so itself only for sockets that name their protocol, which
        # socket.create_server's do not; each response would wait 40 ms.
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state = {**self.app_state, "transport": transport}

    def shutdown(self) -> None:
        """Close an idle connection without waiting for the client's TLS goodbye."""
        super().shutdown()
        if self.transport.is_closing():
            self.transport.abort()


def unmoved_by_half_requests(app: ASGIApp) -> ASGIApp:
    """Let a client leave within its request without a traceback on our side."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(ClientDisconnect):
            await app(scope, receive, send)

    return serve


class Server(uvicorn.Server):
    """A server that tells when it accepts, and leaves no connection or task behind."""

    def __init__(self, app: ASGIApp, tls: ssl.SSLContext | None) -> None:
        super().__init__(
            uvicorn.Config(
                unmoved_by_half_requests(app),
                http=Protocol,
                ws="none",
                interface="asgi3",
                lifespan="off",
                log_config=None,
                log_level="error",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=GRACE_SECONDS,
                ssl_context_factory=(lambda *_: tls) if tls else None,
            )
        )
        self.accepting = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.accepting.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()
        if self.server_state.tasks:
            # Cancelled when the grace was over; what they clean up goes first.
            await asyncio.wait(tuple(self.server_state.tasks))


class Sandbox:
    """The stand-ins for Auth0, Zuplo's Developer API and a gateway, running.

    Args:
        folder: An existing folder for the CA's files; the caller removes it.
        site: The built portal, which is served at ``portal_url``. It may be filled
            after the start, when the address is known. None: no site, 404.
    """

    auth0_domain: str
    zuplo_url: str
    gateway_url: str
    portal_url: str
    """The portal's origin, without a slash at the end: login, key API and site."""
    control_url: str
    auth0_client_id: str
    auth0_client_secret: str
    zuplo_api_key: str
    zuplo_account = "acme"
    zuplo_bucket = "zprj-1-development"
    portal_client_id = PORTAL_CLIENT_ID
    portal_audience = PORTAL_AUDIENCE
    portal_deployment = DEPLOYMENT

    def __init__(self, folder: Path, site: Path | None = None) -> None:
        self._site = site
        self.ca_bundle = folder / "ca-bundle.pem"
        self.ca_certificate = folder / "ca.pem"
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop
        self._stop: asyncio.Event

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def control(self) -> ControlClient:
        return ControlClient(self.control_url)

    def environment(self) -> dict[str, str]:
        """List the variables that point real clients at the stand-ins."""
        bundle = str(self.ca_bundle)
        return {
            "AUTH0_DOMAIN": self.auth0_domain,
            "AUTH0_CLIENT_ID": self.auth0_client_id,
            "AUTH0_CLIENT_SECRET": self.auth0_client_secret,
            "ZUPLO_DEVELOPER_API_ENDPOINT": self.zuplo_url,
            "ZUPLO_API_KEY": self.zuplo_api_key,
            "SSL_CERT_FILE": bundle,
            "REQUESTS_CA_BUNDLE": bundle,
            "NODE_EXTRA_CA_CERTS": bundle,
        }

    def start(self) -> None:
        """Return when all servers accept; raise what kept them from it."""
        started: Future[None] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(started,), name="sandbox"
        )
        self._thread.start()
        try:
            started.result()
        except BaseException:
            # Ctrl-C may come while the servers are still starting.
            wait([started])
            self.close()
            raise

    def close(self) -> None:
        """Stop everything; requests in flight get a few seconds, no more."""
        if self._thread is not None and self._thread.is_alive():
            with suppress(RuntimeError):  # The loop ended on its own just now.
                self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def _run(self, started: "Future[None]") -> None:
        try:
            asyncio.run(self._serve(started))
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    async def _serve(self, started: "Future[None]") -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        tls = issue_certificate(self.ca_bundle, self.ca_certificate)
        async with AsyncExitStack() as stack:
            sockets = {
                name: stack.enter_context(socket.create_server(("127.0.0.1", 0)))
                for name in SERVERS
            }
            services = Services(self._note_addresses(sockets), self._site)
            stack.push_async_callback(services.instances.close)
            self._note_credentials(services)
            servers = {
                Server(app, tls if name in WITH_TLS else None): sockets[name]
                for name, app in services.apps().items()
            }
            servers[Server(build_control(services), None)] = sockets["control"]
            async with asyncio.TaskGroup() as group:
                for server, bound in servers.items():
                    group.create_task(server.serve([bound]))
                for server in servers:
                    await server.accepting.wait()
                started.set_result(None)
                await self._stop.wait()
                services.faults.clear()
                for server in servers:
                    server.should_exit = True

    def _note_addresses(self, sockets: dict[str, socket.socket]) -> dict[str, str]:
        ports = {name: bound.getsockname()[1] for name, bound in sockets.items()}
        self.auth0_domain = f"localhost:{ports['auth0']}"
        self.zuplo_url = f"http://127.0.0.1:{ports['zuplo']}"
        self.gateway_url = f"http://127.0.0.1:{ports['gateway']}"
        self.portal_url = f"https://127.0.0.1:{ports['portal']}"
        self.control_url = f"http://127.0.0.1:{ports['control']}"
        return {
            "auth0_domain": self.auth0_domain,
            "zuplo_url": self.zuplo_url,
            "gateway_url": self.gateway_url,
            "portal_url": self.portal_url,
            "control_url": self.control_url,
        }

    def _note_credentials(self, services: Services) -> None:
        self.auth0_client_id = services.auth0.default_client.client_id
        self.auth0_client_secret = services.auth0.default_client.client_secret
        self.zuplo_api_key = services.zuplo.default_api_key
