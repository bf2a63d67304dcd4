"""Handlers of the STAND-IN's triggers and their bindings."""

from starlette.requests import Request
from starlette.responses import Response

from sandbox.auth0.access import state_of
from sandbox.auth0.bindings import policy_of
from sandbox.auth0.reading import body_of, query_of
from sandbox.auth0.responses import response
from sandbox.auth0.schemas import BindingsUpdate, Page
from sandbox.auth0.triggers import TRIGGERS
from sandbox.auth0.views import binding_view, page_of, trigger_view


async def list_triggers(_request: Request) -> Response:
    """Recording "triggers"."""
    return response({"triggers": [trigger_view(trigger) for trigger in TRIGGERS]})


async def list_bindings(request: Request) -> Response:
    """Recordings "bind, list, rebind, unbind" and, for entity-bound, "triggers"."""
    trigger_id, page = request.path_params["id"], query_of(request, Page)
    policy_of(trigger_id)
    bindings = state_of(request).bindings[trigger_id]
    return response(page_of("bindings", [binding_view(b) for b in bindings], page))


async def replace_bindings(request: Request) -> Response:
    """Recordings "bind, list, rebind, unbind" and "replace bindings in order"."""
    trigger_id = request.path_params["id"]
    body = await body_of(request, BindingsUpdate)
    state = state_of(request)
    state.replace_bindings(trigger_id, body.bindings)
    views = [binding_view(binding) for binding in state.bindings[trigger_id]]
    return response({"bindings": views})
