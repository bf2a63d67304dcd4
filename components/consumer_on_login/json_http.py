"""Reads JSON over HTTP within bounds: attempts, time and size, and reasons to show.

Knows nothing of Zuplo. Texts of errors that requests and urllib3 raise are never
passed on, since they may quote the request and with it the key.
"""

import json
import ssl
import time
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    ReadTimeoutError,
)
from urllib3.util import Retry

ATTEMPTS = 3
CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 10
RETRY_AFTER_MAX_SECONDS = 10
"""Zuplo's example asks for 60; a preview does not wait that long."""
ANSWER_LIMIT_BYTES = 4 * 1024 * 1024

_RETRIED = frozenset({429, 500, 502, 503, 504})


class UnansweredError(Exception):
    """No usable answer; the text is the reason, fit to be shown."""


class JsonReader:
    """GET requests to one server with one key. Close it: it holds a connection."""

    def __init__(self, base_url: str, token: str) -> None:
        self._base_url = base_url
        self._session = requests.Session()
        # As auth, not as a header: otherwise a .netrc entry would replace the key.
        self._session.auth = _BearerAuth(token)
        adapter = HTTPAdapter(max_retries=_retry(ATTEMPTS - 1))
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, path: str) -> tuple[int, Any]:
        """Answer status and JSON body; None stands for a body that is not JSON.

        Raises:
            UnansweredError: no whole answer, or 429 or 5xx, after three attempts.
        """
        try:
            with self._session.get(
                self._base_url + path,
                timeout=(CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as response:
                status, content = response.status_code, _content(response)
        # requests lets some faults through as they are: a CA file that is gone is an
        # OSError, as is its own base class; a strange host name is one of urllib3's.
        except (OSError, HTTPError) as error:
            raise UnansweredError(_reason(error)) from None
        if status in _RETRIED:
            reason = f"HTTP {status} after {ATTEMPTS} attempts"
            raise UnansweredError(reason)
        try:
            return status, json.loads(content)
        except (ValueError, RecursionError):
            return status, None


class _BearerAuth(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _retry(retries: int) -> Retry:
    return Retry(
        total=retries,
        status_forcelist=_RETRIED,
        backoff_factor=0.2,
        respect_retry_after_header=True,
        retry_after_max=RETRY_AFTER_MAX_SECONDS,
        raise_on_status=False,
    )


def _content(response: requests.Response) -> bytes:
    """Read the body as it comes: a server that trickles beats every read timeout.

    Raises:
        UnansweredError: it takes longer in all than one read may take, or is too large.
    """
    content = b""
    deadline = time.monotonic() + READ_TIMEOUT_SECONDS
    while piece := response.raw.read1(decode_content=True):
        content += piece
        if time.monotonic() > deadline:
            raise UnansweredError(_NOT_WHOLE)
        if len(content) > ANSWER_LIMIT_BYTES:
            raise UnansweredError(_TOO_LARGE)
    return content


def _reason(error: Exception) -> str:
    """Name the trouble without the error's own text, which may quote the request."""
    causes = _causes(error)
    for kind, reason in _REASONS:
        if any(isinstance(cause, kind) for cause in causes):
            return reason
    if not isinstance(error, requests.RequestException | HTTPError):
        return "the file that REQUESTS_CA_BUNDLE names cannot be read"
    return f"the exchange broke off ({type(causes[-1]).__name__})"


def _causes(error: Any) -> list[BaseException]:
    """Unwrap an error: requests and urllib3 keep the inner one among the arguments."""
    found = []
    while isinstance(error, BaseException) and error not in found:
        found.append(error)
        inner = [*error.args, getattr(error, "reason", None), error.__cause__]
        error = next((item for item in inner if isinstance(item, Exception)), None)
    return found


_NOT_WHOLE = f"no whole answer within {READ_TIMEOUT_SECONDS} s"
_TOO_LARGE = f"an answer of more than {ANSWER_LIMIT_BYTES} bytes"
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (requests.exceptions.ProxyError, "the proxy of the environment refuses"),
    (ssl.SSLCertVerificationError, "its TLS certificate is not trusted"),
    (ssl.SSLError, "it does not speak TLS"),
    (NameResolutionError, "the host name does not resolve"),
    (ConnectionRefusedError, "connection refused"),
    (ConnectTimeoutError, f"no connection within {CONNECT_TIMEOUT_SECONDS} s"),
    (ReadTimeoutError, _NOT_WHOLE),
)
