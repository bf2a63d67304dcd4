"""The one route of the STAND-IN for an API behind a Zuplo gateway."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from sandbox.gateway.handlers import hello, response_refusal
from sandbox.zuplo.state import State


def build_app(state: State) -> Starlette:
    """Build the application around Zuplo's state, kept at `app.state.service`."""
    app = Starlette(
        routes=[Route("/hello", hello, methods=["GET"])],
        exception_handlers={HTTPException: response_refusal},
    )
    app.router.redirect_slashes = False
    app.state.service = state
    return app
