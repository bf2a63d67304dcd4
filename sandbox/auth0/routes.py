"""The routes of the STAND-IN for Auth0. A request to another route gets a 404."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.auth0 import handlers_actions as actions
from sandbox.auth0 import handlers_bindings as bindings
from sandbox.auth0 import handlers_streams as streams
from sandbox.auth0 import handlers_users as users
from sandbox.auth0.access import Handler, guarded
from sandbox.auth0.errors import not_found
from sandbox.auth0.handlers_tokens import issue_token
from sandbox.auth0.logins import Logins
from sandbox.auth0.oidc.provider import Provider
from sandbox.auth0.responses import EXCEPTION_HANDLERS
from sandbox.auth0.state import State

API = "/api/v2"
ACTIONS = "/actions/actions"
ACTION = "/actions/actions/{id}"
VERSION_DEPLOY = "/actions/actions/{id}/versions/{version_id}/deploy"
BINDINGS = "/actions/triggers/{id}/bindings"


def api(method: str, path: str, scope: str, handler: Handler) -> Route:
    return Route(API + path, guarded(scope, handler), methods=[method])


async def not_imitated(_request: Request) -> Response:
    """Refuse a route that is known by its recorded 403 alone."""
    raise not_found()


ROUTES = [
    Route("/oauth/token", issue_token, methods=["POST"]),
    api("POST", ACTIONS, "create:actions", actions.create_action),
    api("GET", ACTIONS, "read:actions", actions.list_actions),
    api("GET", ACTION, "read:actions", actions.read_action),
    api("PATCH", ACTION, "update:actions", actions.update_action),
    api("DELETE", ACTION, "delete:actions", actions.delete_action),
    api("POST", ACTION + "/deploy", "create:actions", actions.deploy_action),
    api("POST", ACTION + "/test", "create:actions", actions.test_action),
    api("GET", ACTION + "/versions", "read:actions", actions.list_versions),
    api("POST", VERSION_DEPLOY, "create:actions", actions.deploy_version),
    api("GET", "/actions/executions/{id}", "read:actions", actions.read_execution),
    api("GET", "/actions/triggers", "read:actions", bindings.list_triggers),
    api("GET", BINDINGS, "read:actions", bindings.list_bindings),
    api("PATCH", BINDINGS, "update:actions", bindings.replace_bindings),
    api("POST", "/event-streams", "create:event_streams", streams.create_stream),
    api("GET", "/event-streams/{id}", "read:event_streams", streams.read_stream),
    api("PATCH", "/event-streams/{id}", "update:event_streams", streams.update_stream),
    api("DELETE", "/event-streams/{id}", "delete:event_streams", streams.delete_stream),
    api("POST", "/users", "create:users", users.create_user),
    api("GET", "/users", "read:users", users.list_users),
    api("GET", "/users/{id}", "read:users", users.read_user),
    api("PATCH", "/users/{id}", "update:users", users.update_user),
    api("DELETE", "/users/{id}", "delete:users", users.delete_user),
    api(
        "GET",
        "/organizations/{id}/clients",
        "read:organization_clients",
        not_imitated,
    ),
]


def build_app(state: State, logins: Logins, provider: Provider) -> Starlette:
    app = Starlette(routes=ROUTES, exception_handlers=EXCEPTION_HANDLERS)
    app.router.redirect_slashes = False
    app.state.service = state
    app.state.logins = logins
    app.state.provider = provider
    return app
