"""Requests to a service: paced, repeated after 429, and kept as exchanges."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import requests
from requests_ratelimiter import LimiterAdapter

TIMEOUT_SECONDS = 60
RETRIES = 5
LONGEST_PAUSE_SECONDS = 30.0
"""Before a repetition, whatever the service asks for."""
SILENT = 3
"""So many requests in a row without a response, or with 429 to the last repetition:
the service is not asked again."""


class NoResponseError(Exception):
    """A service gave no response that says anything about a statement."""


@dataclass(frozen=True)
class Response:
    """What a service sent back."""

    status: int
    headers: dict[str, str]
    """By names in lower case."""
    body: Any
    """JSON, the text if it is none, or None if it is empty."""


@dataclass(frozen=True)
class Exchange:
    """A request and its response."""

    method: str
    path: str
    """With the query."""
    sent: Any
    response: Response


@dataclass
class Exchanges:
    """What a run has asked, in order."""

    kept: list[Exchange] = field(default_factory=list)


def paced(per_second: float) -> LimiterAdapter:
    """Send so many requests at most, whichever Service sends them.

    Nothing is repeated unseen: a POST whose response is lost may have been carried out,
    and the response to its repetition is another one.
    """
    return LimiterAdapter(per_second=per_second, limit_statuses=())


class Service:
    """One service.

    Args:
        pace: of all that ask it.
        json_only: every response is a JSON object, or empty.
        ca_bundle: file of certificates; empty for those of the environment.
    """

    def __init__(
        self,
        url: str,
        exchanges: Exchanges,
        pace: LimiterAdapter,
        ca_bundle: str = "",
        *,
        json_only: bool = True,
    ) -> None:
        self._url, self._exchanges = url, exchanges
        self._json_only = json_only
        self._session = requests.Session()
        if ca_bundle:
            self._session.trust_env = False
            self._session.verify = ca_bundle
        self._session.mount(url, pace)
        self._silent = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def authorize(self, token: str) -> None:
        """Send this token or key from now on."""
        self._session.headers["Authorization"] = f"Bearer {token}"

    def ask(
        self, method: str, path: str, body: Any = None, *, key: str | None = None
    ) -> Response:
        """Send a request; gives the response, be it a refusal or not.

        Args:
            key: instead of the token that authorize was given.

        Raises:
            NoResponseError: there is no response, or one of an outage.
        """
        headers = None if key is None else {"Authorization": f"Bearer {key}"}
        for attempt in range(RETRIES + 1):
            response = self._send(method, path, body, headers)
            self._exchanges.kept.append(Exchange(method, path, body, response))
            if response.status != 429 or attempt == RETRIES:
                break
            time.sleep(_pause(response.headers, attempt))
        self._silent = self._silent + 1 if response.status == 429 else 0
        if response.status == 429 or response.status >= 500:
            msg = f"the service responds with HTTP {response.status} to {method} {path}"
            raise NoResponseError(msg)
        if 300 <= response.status < 400:
            msg = f"the service sends {method} {path} to another address"
            raise NoResponseError(msg)
        if self._json_only and not isinstance(response.body, dict | None):
            msg = f"the response to {method} {path} is no JSON object"
            raise NoResponseError(msg)
        return response

    def _send(
        self, method: str, path: str, body: Any, headers: dict[str, str] | None
    ) -> Response:
        # A deletion is tried even then: something may be left.
        if self._silent >= SILENT and method != "DELETE":
            msg = f"{SILENT} requests in a row had no response: no more are sent"
            raise NoResponseError(msg)
        try:
            got = self._session.request(
                method,
                self._url + path,
                json=body,
                headers=headers,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            self._silent += 1
            msg = f"no response to {method} {path}: {type(error).__name__}"
            raise NoResponseError(msg) from error
        names = {name.lower(): value for name, value in got.headers.items()}
        return Response(got.status_code, names, _read(got))


def _pause(headers: Mapping[str, str], attempt: int) -> float:
    """Seconds before a repetition: as asked for, or doubled from one second on."""
    asked = headers.get("retry-after", "")
    seconds = float(asked) if asked.isdecimal() else 2.0**attempt
    return min(seconds, LONGEST_PAUSE_SECONDS)


def _read(response: requests.Response) -> Any:
    if not response.content:
        return None
    try:
        return response.json()
    except requests.JSONDecodeError:
        return response.text
