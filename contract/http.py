"""Requests to a service: paced, repeated after 429, and kept as exchanges."""

from dataclasses import dataclass, field
from typing import Any, Self

import requests
from requests_ratelimiter import LimiterAdapter
from urllib3 import Retry

TIMEOUT_SECONDS = 60
RETRIES = 5


@dataclass(frozen=True)
class Response:
    """What a service sent back."""

    status: int
    headers: dict[str, str]
    """By names in lower case."""
    body: Any
    """JSON, or the text if it is none."""


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


class Service:
    """One service. All requests of a run to it share the pace.

    Args:
        per_second: so many requests at most.
        ca_bundle: file of certificates; empty for those of the environment.
    """

    def __init__(
        self, url: str, exchanges: Exchanges, per_second: float, ca_bundle: str = ""
    ) -> None:
        self._url, self._exchanges = url, exchanges
        self._session = requests.Session()
        if ca_bundle:
            self._session.trust_env = False
            self._session.verify = ca_bundle
        # Auth0 names no seconds to wait; the pauses double from one second on.
        retries = Retry(
            RETRIES,
            status_forcelist=[429],
            allowed_methods=None,
            backoff_factor=0.5,
            raise_on_status=False,
        )
        adapter = LimiterAdapter(per_second=per_second, max_retries=retries)
        self._session.mount(url, adapter)

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
        """Send a request; gives the response, whatever it is.

        Args:
            key: instead of the token that authorize was given.
        """
        headers = None if key is None else {"Authorization": f"Bearer {key}"}
        got = self._session.request(
            method,
            self._url + path,
            json=body,
            headers=headers,
            timeout=TIMEOUT_SECONDS,
        )
        names = {name.lower(): value for name, value in got.headers.items()}
        response = Response(got.status_code, names, _read(got))
        self._exchanges.kept.append(Exchange(method, path, body, response))
        return response


def _read(response: requests.Response) -> Any:
    try:
        return response.json()
    except requests.JSONDecodeError:
        return response.text
