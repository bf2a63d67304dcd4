"""Handlers of the STAND-IN's event streams. Recording "event stream with action"."""

from starlette.requests import Request
from starlette.responses import Response

from sandbox.auth0.access import state_of
from sandbox.auth0.clock import now_in_milliseconds
from sandbox.auth0.reading import body_of
from sandbox.auth0.responses import no_content, response
from sandbox.auth0.schemas import EventStreamCreate, EventStreamUpdate
from sandbox.auth0.streams import EventStream, found
from sandbox.auth0.views import stream_view


async def create_stream(request: Request) -> Response:
    """A stream needs an Action that is there (refusal inferred)."""
    body = await body_of(request, EventStreamCreate)
    state = state_of(request)
    state.action(body.destination.configuration.action_id)
    stream = EventStream(**body.model_dump())
    state.event_streams[stream.id] = stream
    return response(stream_view(stream), 201)


async def read_stream(request: Request) -> Response:
    stream = found(state_of(request).event_streams, request.path_params["id"])
    return response(stream_view(stream))


async def update_stream(request: Request) -> Response:
    stream = found(state_of(request).event_streams, request.path_params["id"])
    body = await body_of(request, EventStreamUpdate)
    for name, value in body.model_dump(exclude_unset=True).items():
        setattr(stream, name, value)
    stream.updated_at = now_in_milliseconds()
    return response(stream_view(stream))


async def delete_stream(request: Request) -> Response:
    """Delete the stream and, as recorded, the Action it sends to."""
    state = state_of(request)
    stream = state.event_streams.pop(request.path_params["id"], None)
    if stream is not None and stream.action_id in state.actions:
        state.delete_action(stream.action_id, force=True)
    return no_content()
