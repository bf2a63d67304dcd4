"""Routes of the STAND-IN for Zuplo's Developer API; any other is a 404 or 405."""

from starlette.applications import Starlette
from starlette.routing import Route

from sandbox.zuplo import handlers, handlers_keys
from sandbox.zuplo.errors import EXCEPTION_HANDLERS
from sandbox.zuplo.state import State

BUCKETS = "/v1/accounts/{account}/key-buckets"
BUCKET = f"{BUCKETS}/{{bucket}}"
CONSUMERS = f"{BUCKET}/consumers"
CONSUMER = f"{CONSUMERS}/{{consumer}}"
KEYS = f"{CONSUMER}/keys"
KEY = f"{KEYS}/{{key}}"
MANAGERS = f"{CONSUMER}/managers"
MANAGER = f"{MANAGERS}/{{manager}}"

ROUTES = [
    Route("/v1/who-am-i", handlers.who_am_i, methods=["GET"]),
    Route(BUCKETS, handlers.list_buckets, methods=["GET"]),
    Route(BUCKETS, handlers.create_bucket, methods=["POST"]),
    Route(BUCKET, handlers.read_bucket, methods=["GET"]),
    Route(CONSUMERS, handlers.list_consumers, methods=["GET"]),
    Route(CONSUMERS, handlers.create_consumer, methods=["POST"]),
    Route(CONSUMER, handlers.read_consumer, methods=["GET"]),
    Route(CONSUMER, handlers.update_consumer, methods=["PATCH"]),
    Route(CONSUMER, handlers.delete_consumer, methods=["DELETE"]),
    Route(KEYS, handlers_keys.list_keys, methods=["GET"]),
    Route(KEYS, handlers_keys.create_key, methods=["POST"]),
    Route(KEY, handlers_keys.delete_key, methods=["DELETE"]),
    Route(MANAGERS, handlers_keys.list_managers, methods=["GET"]),
    Route(MANAGERS, handlers_keys.add_manager, methods=["POST"]),
    Route(MANAGER, handlers_keys.remove_manager, methods=["DELETE"]),
]


def build_app(state: State) -> Starlette:
    """Build the application around a state, kept at `app.state.service`."""
    app = Starlette(routes=ROUTES, exception_handlers=EXCEPTION_HANDLERS)
    app.router.redirect_slashes = False
    app.state.service = state
    return app
