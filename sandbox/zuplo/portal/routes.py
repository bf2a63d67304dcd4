"""Routes of the portal's key API, below `/v2/client`; any other path is a 404."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.zuplo import errors
from sandbox.zuplo.portal import handlers
from sandbox.zuplo.portal.access import IdentityProvider
from sandbox.zuplo.state import State

CONSUMERS = "/{deployment}/consumers"
CONSUMER = f"{CONSUMERS}/{{consumer}}"

ROUTES = [
    Route(CONSUMERS, handlers.list_consumers, methods=["GET"]),
    Route(CONSUMER, handlers.change_label, methods=["PATCH"]),
    Route(f"{CONSUMER}/roll-key", handlers.roll_key, methods=["POST"]),
    Route(f"{CONSUMER}/keys/{{key}}", handlers.delete_key, methods=["DELETE"]),
]


async def refuse(request: Request, error: Exception) -> JSONResponse:
    """Give a problem the one content type in which the portal reads its detail."""
    response = await errors.response_refusal(request, error)
    response.headers["content-type"] = "application/problem+json"
    return response


def build_app(state: State, identity_provider: IdentityProvider) -> Starlette:
    """Build the application around Zuplo's state, kept at `app.state.service`."""
    app = Starlette(
        routes=ROUTES,
        exception_handlers={errors.ZuploError: refuse, HTTPException: refuse},
    )
    app.router.redirect_slashes = False
    app.state.service = state
    app.state.identity_provider = identity_provider
    return app
