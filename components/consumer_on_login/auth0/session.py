"""A login to one tenant's Management API, and requests with its token: HTTP only."""

import threading
from collections.abc import Iterable
from concurrent.futures import Future
from http import HTTPStatus
from typing import Any

from ..errors import NoResponseError
from .credentials import Credentials, claims_of
from .errors import (
    Auth0GrantError,
    Auth0LoginError,
    Auth0ResponseError,
    Auth0ScopeError,
    Auth0TokenError,
    Auth0UnreachableError,
)
from .shapes import stated_reason

ATTEMPTS = 6
"""Of each request: the free plan allows two requests a second."""
REASON_LIMIT = 200
"""Characters of Auth0's own text that a message passes on."""

Token = tuple[str, str | None]
"""A token and its scopes, if they are known."""


class Auth0Session:
    """Asks one tenant, with a token fetched at the first need.

    All methods but close raise an Auth0Error.
    """

    def __init__(self, credentials: Credentials) -> None:
        # Here, since a program that declares the component imports this module, too,
        # but asks nothing in most runs.
        from ..json_http import JsonClient

        self.domain, self.origin = credentials.domain, credentials.origin
        self._credentials = credentials
        self._http = JsonClient(
            f"https://{credentials.domain}",
            attempts=ATTEMPTS,
            reset_header="x-ratelimit-reset",
        )
        self._scopes: frozenset[str] | None = None
        self._is_logged_in = False
        self._begun_login: Future[Token] | None = None
        self._lock = threading.Lock()

    def close(self) -> None:
        self._http.close()

    def log_in_meanwhile(self) -> None:
        """Ask for the token in the background; who first needs it has its error."""
        begun: Future[Token] = Future()

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

    def missing_scopes(self, scopes: Iterable[str]) -> list[str]:
        """Name those that the token lacks, as far as it tells."""
        self._log_in()
        known = self._scopes
        return [] if known is None else [it for it in scopes if it not in known]

    def require_scopes(self, scopes: Iterable[str]) -> None:
        """Raise Auth0ScopeError unless the token has all scopes, as far as it tells."""
        if missing := self.missing_scopes(scopes):
            raise Auth0ScopeError(self.domain, missing)

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Give status and body, whatever they are but a missing scope."""
        self._log_in()
        status, response = self._send(method, path, body)
        if status == HTTPStatus.UNAUTHORIZED:
            if self._credentials.api_token:
                raise Auth0TokenError(self.domain, self.origin)
            # It lasts a day: a program that serves others may live longer.
            self._is_logged_in = False
            self._log_in()
            status, response = self._send(method, path, body)
        missing = stated_reason(response).partition("expected any of: ")[2]
        if status == HTTPStatus.FORBIDDEN and missing:
            raise Auth0ScopeError(self.domain, [missing[:REASON_LIMIT]])
        return status, response

    def _log_in(self) -> None:
        with self._lock:
            if self._is_logged_in:
                return
            begun, self._begun_login = self._begun_login, None
            token, scope = begun.result() if begun else self._token()
            self._http.authorize(token)
            self._scopes = None if scope is None else frozenset(scope.split())
            self._is_logged_in = True

    def _token(self) -> Token:
        given = self._credentials
        if given.api_token:
            return given.api_token, _text_or_none(
                claims_of(given.api_token).get("scope")
            )
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
            raise Auth0LoginError(self.domain, self.origin)
        if status == HTTPStatus.FORBIDDEN:
            raise Auth0GrantError(self.domain, given.audience, self.origin)
        token = body.get("access_token") if isinstance(body, dict) else None
        if status != HTTPStatus.OK or not isinstance(token, str):
            reason = f"HTTP {status} instead of a token"
            raise Auth0ResponseError(self.domain, reason, self.origin)
        return token, _text_or_none(body.get("scope"))

    def _send(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        try:
            return self._http.send(method, path, body)
        except NoResponseError as error:
            reason = str(error)
            raise Auth0UnreachableError(self.domain, reason, self.origin) from None


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None
