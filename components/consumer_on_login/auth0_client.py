"""Auth0's Management API, as far as Actions go: HTTP only, no Pulumi resources.

Paths and shapes: Auth0's OpenAPI document of the Management API. Writes are limited to
one Action, its deployment, and the list of bindings that the caller gives.
"""

import base64
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from .auth0_answers import (
    ShapeError,
    TenantAction,
    TenantBinding,
    read_action,
    read_binding,
    read_version,
)
from .auth0_credentials import Credentials
from .auth0_errors import (
    Auth0AnswerError,
    Auth0GrantError,
    Auth0LoginError,
    Auth0RefusalError,
    Auth0ScopeError,
    Auth0TokenError,
    Auth0UnreachableError,
)
from .delivery_errors import ActionGoneError, NotReadyError
from .json_http import JsonClient, UnansweredError

SCOPES = ("create:actions", "read:actions", "update:actions", "delete:actions")
"""All that a stack needs over its life; deploying needs create:actions."""

ATTEMPTS = 6
"""Of each request: the free plan allows two requests a second."""
ACTIONS_PAGE, BINDINGS_PAGE = 100, 50
"""A tenant has at most 100 Actions, a trigger 20 bindings."""
BUILD_SECONDS = 360
"""As long as the Auth0 provider waits for a build."""
REASON_LIMIT = 200
"""Characters of Auth0's own text that a message passes on."""

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
    """Asks one tenant, with a token fetched at the first need.

    All methods raise an Auth0Error; those that wait raise a DeliveryError if the
    Action does not become ready.
    """

    def __init__(self, credentials: Credentials) -> None:
        self.domain = credentials.domain
        self._credentials = credentials
        self._http = JsonClient(
            f"https://{credentials.domain}",
            attempts=ATTEMPTS,
            reset_header="x-ratelimit-reset",
        )
        self._scopes: frozenset[str] | None = None
        self._is_logged_in = False
        self._begun_login: Future[tuple[str, str | None]] | None = None
        self._lock = threading.Lock()
        self._first_seen: dict[str, list[TenantBinding]] = {}
        self._first_look = threading.Lock()

    def close(self) -> None:
        self._http.close()

    def log_in_meanwhile(self) -> None:
        """Ask for the token in the background; who first needs it has its error."""
        begun: Future[tuple[str, str | None]] = Future()

        def ask() -> None:
            try:
                begun.set_result(self._token())
            except BaseException as error:  # noqa: BLE001 - who waits must have it
                begun.set_exception(error)

        with self._lock:
            if not (self._is_logged_in or self._begun_login):
                # A daemon: the process may end without waiting for it.
                threading.Thread(target=ask, daemon=True).start()
                self._begun_login = begun

    def require_scopes(self) -> None:
        """Raise Auth0ScopeError unless the token has all scopes, as far as it tells."""
        self._log_in()
        if self._scopes is not None:
            missing = [scope for scope in SCOPES if scope not in self._scopes]
            if missing:
                raise Auth0ScopeError(self.domain, missing)

    def action(self, action_id: str) -> TenantAction | None:
        """Read an Action; None if there is none of this id."""
        status, body = self._call("GET", _action_path(action_id))
        if status == HTTPStatus.NOT_FOUND and _is_refusal(body, status):
            return None
        return self._read(read_action, self._object(status, body))

    def actions_named(self, name: str) -> list[TenantAction]:
        """Read the Actions of exactly this name; the API's filter may be looser."""
        query = urlencode({"actionName": name, "per_page": ACTIONS_PAGE})
        listed = self._list("actions", f"/api/v2/actions/actions?{query}")
        return [
            self._read(read_action, item)
            for item in listed
            if isinstance(item, dict) and item.get("name") == name
        ]

    def send_secrets(self, action_id: str, secrets: dict[str, str]) -> None:
        """Replace all secrets of the draft."""
        listed = [{"name": name, "value": value} for name, value in secrets.items()]
        path = _action_path(action_id)
        status, body = self._call("PATCH", path, {"secrets": listed})
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
        version = self._read(read_version, self._object(*self._call("POST", path)))
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
        with self._first_look:
            if trigger not in self._first_seen:
                self._first_seen[trigger] = self.bindings(trigger)
            return self._first_seen[trigger]

    def replace_bindings(self, trigger: str, bindings: list[TenantBinding]) -> None:
        """Write a trigger's whole list; Auth0 has no smaller write."""
        refs = [
            {
                "ref": {"type": "action_id", "value": binding.action_id},
                "display_name": binding.display_name,
            }
            for binding in bindings
        ]
        path = _bindings_path(trigger)
        self._object(*self._call("PATCH", path, {"bindings": refs}))

    def test_action(self, action_id: str, event: Json) -> Json:
        """Run the draft once for an event; 200 even if the Action raises."""
        path = f"{_action_path(action_id)}/test"
        return self._object(*self._call("POST", path, {"payload": {"event": event}}))

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

    def _list(self, name: str, path: str) -> list[Any]:
        listed = self._object(*self._call("GET", path)).get(name)
        if not isinstance(listed, list):
            raise Auth0AnswerError(self.domain, f"a list without {name}")
        return listed

    def _read(self, reader: Callable[[Any], Shape], body: Any) -> Shape:
        try:
            return reader(body)
        except ShapeError as error:
            raise Auth0AnswerError(self.domain, str(error)) from None

    def _object(self, status: int, body: Any) -> Json:
        if status >= HTTPStatus.BAD_REQUEST:
            said = _message(body)[:REASON_LIMIT]
            reason = f"HTTP {status}: {said}" if said else f"HTTP {status}"
            if _is_refusal(body, status):
                raise Auth0RefusalError(self.domain, reason)
            raise Auth0AnswerError(self.domain, reason)
        if not isinstance(body, dict):
            reason = f"HTTP {status} without a JSON object"
            raise Auth0AnswerError(self.domain, reason)
        return body

    def _call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        self._log_in()
        status, answer = self._send(method, path, body)
        if status == HTTPStatus.UNAUTHORIZED:
            if self._credentials.api_token:
                raise Auth0TokenError(self.domain)
            # It lasts a day: a program that serves others may live longer.
            self._is_logged_in = False
            self._log_in()
            status, answer = self._send(method, path, body)
        missing = _message(answer).partition("expected any of: ")[2]
        if status == HTTPStatus.FORBIDDEN and missing:
            raise Auth0ScopeError(self.domain, [missing[:REASON_LIMIT]])
        return status, answer

    def _log_in(self) -> None:
        with self._lock:
            if self._is_logged_in:
                return
            begun, self._begun_login = self._begun_login, None
            token, scope = begun.result() if begun else self._token()
            self._http.authorize(token)
            self._scopes = None if scope is None else frozenset(scope.split())
            self._is_logged_in = True

    def _token(self) -> tuple[str, str | None]:
        """Give a token and its scopes, if they are known."""
        given = self._credentials
        if given.api_token:
            return given.api_token, _scope_claim(given.api_token)
        status, body = self._send(
            "POST",
            "/oauth/token",
            {
                "grant_type": "client_credentials",
                "client_id": given.client_id,
                "client_secret": given.client_secret,
                "audience": given.audience,
            },
        )
        if status == HTTPStatus.UNAUTHORIZED:
            raise Auth0LoginError(self.domain)
        if status == HTTPStatus.FORBIDDEN:
            raise Auth0GrantError(self.domain, given.audience)
        token = body.get("access_token") if isinstance(body, dict) else None
        if status != HTTPStatus.OK or not isinstance(token, str):
            raise Auth0AnswerError(self.domain, f"HTTP {status} instead of a token")
        return token, _text_or_none(body.get("scope"))

    def _send(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        try:
            return self._http.send(method, path, body)
        except UnansweredError as error:
            raise Auth0UnreachableError(self.domain, str(error)) from None


def _scope_claim(token: str) -> str | None:
    """Read the scopes in a JWT, whose signature is Auth0's matter; None if opaque."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * 3))
        return _text_or_none(claims["scope"])
    except (IndexError, KeyError, TypeError, ValueError):
        return None


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _is_refusal(body: Any, status: int) -> bool:
    """Tell Auth0's refusal, which repeats its status, from some other server's."""
    return isinstance(body, dict) and body.get("statusCode") == status


def _message(body: Any) -> str:
    """Give the reason that Auth0 states, or nothing."""
    said = body.get("message") if isinstance(body, dict) else None
    return "" if said is None else str(said)


def _action_path(action_id: str) -> str:
    return f"/api/v2/actions/actions/{quote(action_id, safe='')}"


def _bindings_path(trigger: str) -> str:
    return f"/api/v2/actions/triggers/{quote(trigger, safe='')}/bindings"
