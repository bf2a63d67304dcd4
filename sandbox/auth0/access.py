"""Who may send a request to the STAND-IN, and the state the request is about."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from sandbox.auth0.state import State
from sandbox.auth0.tokens import check_access

Handler = Callable[[Request], Awaitable[Response]]


def state_of(request: Request) -> State:
    state: State = request.app.state.service
    return state


def guarded(scope: str, handler: Handler) -> Handler:
    """Let a request through only with a token that has the scope."""

    async def guard(request: Request) -> Response:
        authorization = request.headers.get("authorization", "")
        check_access(state_of(request).tokens, authorization, scope)
        return await handler(request)

    return guard
