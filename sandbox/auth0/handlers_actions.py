"""Handlers of the STAND-IN's Actions: drafts, versions, tests."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.auth0.access import state_of
from sandbox.auth0.actions import Action
from sandbox.auth0.errors import not_found
from sandbox.auth0.reading import body_of, optional_body_of, query_of
from sandbox.auth0.responses import no_content, response
from sandbox.auth0.schemas import (
    ActionCreate,
    ActionFields,
    ActionsQuery,
    ActionTest,
    ActionUpdate,
    DeleteQuery,
    Page,
    Strict,
)
from sandbox.auth0.views import (
    action_view,
    deploying_view,
    listed_version_view,
    page_of,
)


def action_of(request: Request) -> Action:
    return state_of(request).action(request.path_params["id"])


async def create_action(request: Request) -> Response:
    """Recordings "create, poll, update, deploy" and "secrets"."""
    body = await body_of(request, ActionCreate)
    action = state_of(request).create_action(body)
    return response(written_view(action, body), 201)


async def read_action(request: Request) -> Response:
    """Recordings "create, poll, update, deploy" and "not found"."""
    action = action_of(request)
    action.build.look()
    return response(action_view(action))


async def list_actions(request: Request) -> Response:
    """Recording "not found" (an empty list); in order of creation (inferred)."""
    query = query_of(request, ActionsQuery)
    actions = state_of(request).listed_actions(query)
    for action in actions:
        action.build.look()
    return response(page_of("actions", [action_view(a) for a in actions], query))


async def update_action(request: Request) -> Response:
    """Recordings "create, poll, update, deploy" and "failed build"."""
    action = action_of(request)
    body = await body_of(request, ActionUpdate)
    state_of(request).update_action(action, body)
    return response(written_view(action, body))


async def delete_action(request: Request) -> Response:
    """Recordings "not found" and "force delete"; 409: issue thread (not recorded)."""
    query = query_of(request, DeleteQuery)
    state_of(request).delete_action(request.path_params["id"], force=query.force)
    return no_content()


async def deploy_action(request: Request) -> Response:
    """Recording "create, poll, update, deploy"; 400: issue thread (not recorded)."""
    action = action_of(request)
    return response(deploying_view(action, action.deploy()))


async def list_versions(request: Request) -> Response:
    """Recording "versions and rollback"; the newest first (inferred)."""
    action, page = action_of(request), query_of(request, Page)
    versions = [listed_version_view(action, v) for v in reversed(action.versions)]
    return response(page_of("versions", versions, page))


async def deploy_version(request: Request) -> Response:
    """Recording "versions and rollback"."""
    action = action_of(request)
    await optional_body_of(request, Strict)
    version = action.roll_back(request.path_params["version_id"])
    return response(deploying_view(action, version))


async def test_action(request: Request) -> Response:
    """Run the draft once. Recording "test" (200 even when the Action raises)."""
    action = action_of(request)
    body = await body_of(request, ActionTest)
    result = await request.app.state.logins.test_action(action, body.payload)
    return response({"payload": result})


async def read_execution(_request: Request) -> Response:
    """Refuse every id, for no execution is kept. Recording "not found"."""
    message = "That execution does not exist."
    raise not_found(message)


def written_view(action: Action, body: ActionFields) -> dict[str, Any]:
    """The response to a write: registry_url is echoed once and then forgotten.

    Recording "test" (create, then read).
    """
    sent = [item.model_dump(exclude_none=True) for item in body.dependencies]
    view = action_view(action)
    return {**view, "dependencies": sent or view["dependencies"]}
