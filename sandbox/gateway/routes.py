"""The one route of the STAND-IN for an API behind a Zuplo gateway."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from sandbox.gateway.handlers import answer_refusal, hello
from sandbox.zuplo.state import State


def build_app(state: State) -> Starlette:
    """Build the application around Zuplo's state, kept at `app.state.service`."""
    app = Starlette(
        routes=[Route("/hello", hello, methods=["GET"])],
        exception_handlers={HTTPException: answer_refusal},
    )
    app.router.redirect_slashes = False
    app.state.service = state
    return app
