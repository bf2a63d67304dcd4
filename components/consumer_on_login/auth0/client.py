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
    """Give the one client of these credentials in this process, with one token."""
    with _one_at_a_time:
        if credentials not in _clients:
            _clients[credentials] = Auth0Client(credentials)
        return _clients[credentials]


def close_clients() -> None:
    """End all connections, where a process outlives its deployments."""
    with _one_at_a_time:
        while _clients:
            _clients.popitem()[1].close()


_clients: dict[Credentials, "Auth0Client"] = {}
_one_at_a_time = threading.Lock()
"""The plugin asks from several threads, and the program from its hooks."""


class Auth0Client:
    """Reads and writes Actions and bindings of one tenant.

    All methods raise an Auth0Error; those that wait raise a DeliveryError if the
    Action does not become ready.
    """

    def __init__(self, credentials: Credentials) -> None:
        self.session = Auth0Session(credentials)
        self._first_responses: dict[tuple[str, str], Future[Any]] = {}
        self._one_begins = threading.Lock()
        self._asking = ThreadPoolExecutor()

    def close(self) -> None:
        """End what was begun."""
        self._asking.shutdown()
        self.session.close()

    def action(self, action_id: str) -> TenantAction | None:
        """Read an Action; None if there is none of this id."""
        status, body = self.session.call("GET", _action_path(action_id))
        if status == HTTPStatus.NOT_FOUND and _is_refusal(body, status):
            return None
        return self._read(read_action, self._object(status, body))

    def actions_named(self, name: str) -> list[TenantAction]:
        """Read the Actions of exactly this name; the API's filter may be looser."""
        listed = self._actions(actionName=name)
        return [self._read(read_action, it) for it in listed if it.get("name") == name]

    def actions_of(self, trigger: str) -> list[TenantAction]:
        """Read the Actions that a trigger may run, but for those of unknown shape."""
        actions = []
        for item in self._actions(triggerId=trigger):
            with suppress(ShapeError):
                actions.append(read_action(item))
        return actions

    def actions_at_first(self, trigger: str) -> Future[list[TenantAction]]:
        """Ask for them, unless this client has asked before."""
        return self._at_first(self.actions_of, trigger)

    def send_secrets(self, action_id: str, secrets: dict[str, str]) -> None:
        """Replace all secrets of the draft."""
        listed = [{"name": name, "value": value} for name, value in secrets.items()]
        path = _action_path(action_id)
        status, body = self.session.call("PATCH", path, {"secrets": listed})
        if isinstance(body, dict):
            # The text of a refusal may quote what was sent.
            body.pop("message", None)
        self._object(status, body)

    def wait_until_built(self, action_id: str) -> bool:
        """Wait for the draft's build to end; tells whether it succeeded."""
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
        """Give the bindings as this client first saw them, to many for one request."""
        return self._at_first(self.bindings, trigger).result()

    def replace_bindings(self, trigger: str, bindings: list[TenantBinding]) -> None:
        """Write a trigger's whole list; Auth0 has no smaller write."""
        path = _bindings_path(trigger)
        refs = [_reference(binding) for binding in bindings]
        self._object(*self.session.call("PATCH", path, {"bindings": refs}))

    def test_action(self, action_id: str, event: Json) -> Json:
        """Run the draft once for an event; 200 even if the Action raises."""
        path = f"{_action_path(action_id)}/test"
        return self._object(
            *self.session.call("POST", path, {"payload": {"event": event}})
        )

    def _at_first(self, ask: Callable[[str], Shape], about: str) -> Future[Shape]:
        """Begin to ask, or find what was asked already and did not fail."""
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
            reason = f"a list without {name}"
            raise self._senseless(reason)
        return listed

    def _read(self, reader: Callable[[Any], Shape], body: Any) -> Shape:
        try:
            return reader(body)
        except ShapeError as error:
            raise self._senseless(str(error)) from None

    def _object(self, status: int, body: Any) -> Json:
        if status >= HTTPStatus.BAD_REQUEST:
            said = stated_reason(body)[:REASON_LIMIT]
            reason = f"HTTP {status}: {said}" if said else f"HTTP {status}"
            if _is_refusal(body, status):
                raise Auth0RefusalError(self.session.domain, reason)
            raise self._senseless(reason)
        if not isinstance(body, dict):
            reason = f"HTTP {status} without a JSON object"
            raise self._senseless(reason)
        return body

    def _senseless(self, reason: str) -> Auth0ResponseError:
        return Auth0ResponseError(self.session.domain, reason, self.session.origin)


def _reference(binding: TenantBinding) -> Json:
    label = binding.display_name
    named = {} if label is None else {"display_name": label}
    return {"ref": {"type": "action_id", "value": binding.action_id}, **named}


def _is_refusal(body: Any, status: int) -> bool:
    """Tell Auth0's refusal, which repeats its status, from some other server's."""
    return isinstance(body, dict) and body.get("statusCode") == status


def _action_path(action_id: str) -> str:
    return f"/api/v2/actions/actions/{quote(action_id, safe='')}"


def _bindings_path(trigger: str) -> str:
    return f"/api/v2/actions/triggers/{quote(trigger, safe='')}/bindings"
