"""The one route of the STAND-IN for an API behind a Zuplo gateway."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from sandbox.gateway.api_key_policy import ApiKeyPolicy
from sandbox.gateway.handlers import hello, response_refusal

# Zuplo's `anything-goes`, without which the portal's playground can call no route.
CORS = Middleware(
    CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"]
)


def build_app(policy: ApiKeyPolicy) -> Starlette:
    """Build the application behind its policy, kept at `app.state.service`."""
    app = Starlette(
        routes=[Route("/hello", hello, methods=["GET"])],
        middleware=[CORS],
        exception_handlers={HTTPException: response_refusal},
    )
    app.router.redirect_slashes = False
    app.state.service = policy
    return app
