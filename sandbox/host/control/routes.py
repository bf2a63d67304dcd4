"""The routes of the control API. Bodies and responses are JSON."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route

from sandbox.host.control import handlers
from sandbox.host.services import Services

ROUTES = [
    Route("/", handlers.show_addresses, methods=["GET"]),
    Route("/faults", handlers.list_faults, methods=["GET"]),
    Route("/faults", handlers.arm_fault, methods=["POST"]),
    Route("/faults", handlers.clear_faults, methods=["DELETE"]),
    Route("/requests", handlers.list_requests, methods=["GET"]),
    Route("/requests", handlers.clear_requests, methods=["DELETE"]),
    Route("/logins", handlers.log_in, methods=["POST"]),
    Route("/instances", handlers.stop_instances, methods=["DELETE"]),
    Route("/auth0/clients", handlers.add_auth0_client, methods=["POST"]),
    Route("/auth0/tokens", handlers.list_auth0_tokens, methods=["GET"]),
    Route(
        "/auth0/actions/{id}/deployed", handlers.show_deployed_action, methods=["GET"]
    ),
    Route("/zuplo/api-keys", handlers.add_zuplo_key, methods=["POST"]),
    Route("/zuplo/api-keys/remove", handlers.remove_zuplo_key, methods=["POST"]),
    Route("/zuplo/manager-rules", handlers.set_manager_rules, methods=["PUT"]),
    Route("/gateway", handlers.set_gateway, methods=["PUT"]),
]


# Loopback alone does not keep a web page out: a name of its own may lead here, too.
LOOPBACK_ONLY = Middleware(
    TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"], www_redirect=False
)


def build_app(services: Services) -> Starlette:
    app = Starlette(
        routes=ROUTES,
        middleware=[LOOPBACK_ONLY],
        exception_handlers=handlers.EXCEPTION_HANDLERS,
    )
    app.router.redirect_slashes = False
    app.state.service = services
    return app
