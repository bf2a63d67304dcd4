"""Auth0's Management API, as far as Actions go: HTTP only, no Pulumi resources.

Paths and shapes: Auth0's OpenAPI document of the Management API. Writes are limited to
one Action, its deployment, and the list of bindings that the caller gives.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from ..process_memory import MEMORY
from .credentials import Credentials
from .errors import (
    ActionGoneError,
    Auth0RefusalError,
    Auth0ResponseError,
    NotReadyError,
)
from .session import REASON_LIMIT, Auth0Session
from .shapes import (
    ShapeError,
    TenantAction,
    TenantBinding,
    read_action,
    read_binding,
    read_version,
    stated_reason,
)

READING = ("read:actions",)
"""All that a preview needs."""
SCOPES = ("create:actions", *READING, "update:actions", "delete:actions")
"""All that a stack needs over its life; deploying needs create:actions."""

ACTIONS_PAGE, BINDINGS_PAGE = 100, 50
"""A tenant has at most 100 Actions, a trigger 20 bindings."""
BUILD_SECONDS = 360
"""As long as the Auth0 provider waits for a build."""

Json = dict[str, Any]
Shape = TypeVar("Shape")


def auth0_client(credentials: Credentials) -> "Auth0Client":
    """Give the process's one client of these credentials. It uses one token."""
    return MEMORY.once(credentials, lambda: Auth0Client(credentials))


class Auth0Client:
    """Reads and writes Actions and bindings of one tenant.

    All methods raise an Auth0Error. Those that wait also raise NotReadyError or
    ActionGoneError.
    """

    def __init__(self, credentials: Credentials) -> None:
        self.session = Auth0Session(credentials)
        self._first_responses: dict[tuple[str, str], Future[Any]] = {}
        self._one_begins = threading.Lock()
        self._asking = ThreadPoolExecutor()

    def close(self) -> None:
        """End requests that have begun, and all connections."""
        self._asking.shutdown()
        self.session.close()

    def action(self, action_id: str) -> TenantAction | None:
        """Read an Action; None if there is none of this id."""
        status, body = self.session.call("GET", _action_path(action_id))
        if status == HTTPStatus.NOT_FOUND and _is_refusal(body, status):
            return None
        return self._read(read_action, self._object(status, body))

    def actions_named(self, name: str) -> list[TenantAction]:
        """Read the Actions of exactly this name. The API's filter may find more."""
        listed = self._actions(actionName=name)
        return [self._read(read_action, it) for it in listed if it.get("name") == name]

    def actions_of(self, trigger: str) -> list[TenantAction]:
        """Read the Actions that a trigger may run. Skip those of an unknown shape."""
        actions = []
        for item in self._actions(triggerId=trigger):
            with suppress(ShapeError):
                actions.append(read_action(item))
        return actions

    def actions_at_first(self, trigger: str) -> Future[list[TenantAction]]:
        """Begin to read these Actions, unless this client has read them before."""
        return self._at_first(self.actions_of, trigger)

    def send_secrets(self, action_id: str, secrets: dict[str, str]) -> None:
        """Replace all secrets of the draft."""
        listed = [{"name": name, "value": value} for name, value in secrets.items()]
        path = _action_path(action_id)
        status, body = self.session.call("PATCH", path, {"secrets": listed})
        if isinstance(body, dict):
            # The text of a refusal may quote the secrets of the request.
            body.pop("message", None)
        self._object(status, body)

    def wait_until_built(self, action_id: str) -> bool:
        """Wait until the draft's build ends. Tell whether the build succeeded."""
        ends = ("built", "failed")
        return self._wait(action_id, lambda it: it.status in ends).status == "built"

    def deploy(self, action_id: str) -> None:
        """Deploy the built draft and wait until the tenant runs it."""
        path = f"{_action_path(action_id)}/deploy"
        version = self._read(
            read_version, self._object(*self.session.call("POST", path))
        )
        self._wait(
            action_id,
            lambda it: (
                it.deployed is not None
                and it.deployed.is_deployed
                and it.deployed.number >= version.number
            ),
        )

    def bindings(self, trigger: str) -> list[TenantBinding]:
        """Read a trigger's bindings, in order."""
        path = f"{_bindings_path(trigger)}?{urlencode({'per_page': BINDINGS_PAGE})}"
        return [self._read(read_binding, item) for item in self._list("bindings", path)]

    def bindings_at_first(self, trigger: str) -> list[TenantBinding]:
        """Give the bindings as this client first read them. All share one request."""
        return self._at_first(self.bindings, trigger).result()

    def replace_bindings(self, trigger: str, bindings: list[TenantBinding]) -> None:
        """Write a trigger's whole list, since Auth0 has no smaller write."""
        path = _bindings_path(trigger)
        refs = [_reference(binding) for binding in bindings]
        self._object(*self.session.call("PATCH", path, {"bindings": refs}))

    def test_action(self, action_id: str, event: Json) -> Json:
        """Run the draft once for an event. The status is 200 even if it raises."""
        path = f"{_action_path(action_id)}/test"
        return self._object(
            *self.session.call("POST", path, {"payload": {"event": event}})
        )

    def _at_first(self, ask: Callable[[str], Shape], about: str) -> Future[Shape]:
        """Begin a request, or give an earlier request that did not fail."""
        key = (ask.__name__, about)
        with self._one_begins:
            response = self._first_responses.get(key)
            if response is None or (response.done() and response.exception()):
                response = self._first_responses[key] = self._asking.submit(ask, about)
            return response

    def _wait(
        self, action_id: str, is_over: Callable[[TenantAction], bool]
    ) -> TenantAction:
        deadline = time.monotonic() + BUILD_SECONDS
        pause = 0.2
        while True:
            action = self.action(action_id)
            if action is None:
                raise ActionGoneError(action_id)
            if is_over(action):
                return action
            if time.monotonic() > deadline:
                raise NotReadyError(action.name, BUILD_SECONDS)
            time.sleep(pause)
            pause = min(pause * 2, 2.0)

    def _actions(self, **filters: str) -> list[Json]:
        query = urlencode({**filters, "per_page": ACTIONS_PAGE})
        listed = self._list("actions", f"/api/v2/actions/actions?{query}")
        return [item for item in listed if isinstance(item, dict)]

    def _list(self, name: str, path: str) -> list[Any]:
        listed = self._object(*self.session.call("GET", path)).get(name)
        if not isinstance(listed, list):
            reason = f"it has no list of {name}"
            raise self._invalid(reason)
        return listed

    def _read(self, reader: Callable[[Any], Shape], body: Any) -> Shape:
        try:
            return reader(body)
        except ShapeError as error:
            raise self._invalid(str(error)) from None

    def _object(self, status: int, body: Any) -> Json:
        if status >= HTTPStatus.BAD_REQUEST:
            said = stated_reason(body)[:REASON_LIMIT]
            reason = f"HTTP {status}: {said}" if said else f"HTTP {status}"
            if _is_refusal(body, status):
                raise Auth0RefusalError(self.session.domain, reason)
            raise self._invalid(reason)
        if not isinstance(body, dict):
            reason = f"HTTP {status} without a JSON object"
            raise self._invalid(reason)
        return body

    def _invalid(self, reason: str) -> Auth0ResponseError:
        return Auth0ResponseError(self.session.domain, reason, self.session.origin)


def _reference(binding: TenantBinding) -> Json:
    label = binding.display_name
    named = {} if label is None else {"display_name": label}
    return {"ref": {"type": "action_id", "value": binding.action_id}, **named}


def _is_refusal(body: Any, status: int) -> bool:
    """Tell whether Auth0 refused, and no other server: Auth0 repeats the status."""
    return isinstance(body, dict) and body.get("statusCode") == status


def _action_path(action_id: str) -> str:
    return f"/api/v2/actions/actions/{quote(action_id, safe='')}"


def _bindings_path(trigger: str) -> str:
    return f"/api/v2/actions/triggers/{quote(trigger, safe='')}/bindings"
