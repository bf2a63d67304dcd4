"""Handlers of the STAND-IN's users. Shapes: Auth0 OpenAPI."""

from copy import copy

from starlette.requests import Request
from starlette.responses import Response

from sandbox.auth0.access import state_of
from sandbox.auth0.clock import now_in_milliseconds
from sandbox.auth0.profile_size import require_allowed_size
from sandbox.auth0.reading import body_of, query_of
from sandbox.auth0.responses import no_content, response
from sandbox.auth0.schemas import UserCreate, UsersQuery, UserUpdate
from sandbox.auth0.users import check_connection, found, merged, new_user, searched
from sandbox.auth0.views import user_view

NOT_IN_PROFILE = {
    "app_metadata",
    "client_id",
    "connection",
    "password",
    "user_id",
    "user_metadata",
    "verify_email",
}


async def create_user(request: Request) -> Response:
    body = await body_of(request, UserCreate)
    check_connection(body.connection)
    users = state_of(request).users
    profile = body.model_dump(exclude_unset=True, exclude=NOT_IN_PROFILE)
    user = new_user(users.values(), profile, body.user_id, body.password)
    user.app_metadata = merged({}, body.app_metadata)
    user.user_metadata = merged({}, body.user_metadata)
    require_allowed_size(user)
    users[user.user_id] = user
    return response(user_view(user), 201)


async def read_user(request: Request) -> Response:
    user = found(state_of(request).users, request.path_params["id"])
    return response(user_view(user))


async def list_users(request: Request) -> Response:
    query = query_of(request, UsersQuery)
    users = searched(state_of(request).users.values(), query.q)
    start = query.page * query.per_page
    views = [user_view(user) for user in users[start : start + query.per_page]]
    if not query.include_totals:
        return response(views)
    totals = {"limit": query.per_page, "length": len(views), "total": len(users)}
    return response({"start": start, **totals, "users": views})


async def update_user(request: Request) -> Response:
    """Metadata is merged at its top level; a root attribute set to null goes."""
    stored = found(state_of(request).users, request.path_params["id"])
    body = await body_of(request, UserUpdate)
    user = copy(stored)
    if "app_metadata" in body.model_fields_set:
        user.app_metadata = merged(user.app_metadata, body.app_metadata)
    if "user_metadata" in body.model_fields_set:
        user.user_metadata = merged(user.user_metadata, body.user_metadata)
    user.password = body.password or user.password
    changes = body.model_dump(exclude_unset=True, exclude=NOT_IN_PROFILE)
    profile = {**user.profile, **changes}
    user.profile = {key: value for key, value in profile.items() if value is not None}
    user.updated_at = now_in_milliseconds()
    require_allowed_size(user)
    # A login that runs meanwhile has the stored object.
    vars(stored).update(vars(user))
    return response(user_view(stored))


async def delete_user(request: Request) -> Response:
    """An unknown user is no fault: the OpenAPI document knows no 404 here."""
    state_of(request).users.pop(request.path_params["id"], None)
    return no_content()
