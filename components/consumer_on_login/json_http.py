"""Talks JSON over HTTP within bounds: attempts, time and size, and reasons to show.

Knows neither Zuplo nor Auth0. Texts of errors that requests and urllib3 raise are never
passed on, since they may quote the request and with it the key.
"""

import json
import re
import ssl
import time
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    ReadTimeoutError,
)
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry

from .errors import NoResponseError
from .settings.rules import is_loopback

CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 10
RETRY_AFTER_MAX_SECONDS = 10
"""Zuplo's example of retry-after is 60; a preview does not wait that long."""
RESPONSE_LIMIT_BYTES = 4 * 1024 * 1024

_PIECE_BYTES = 64 * 1024
_RETRIED = frozenset({429, 500, 502, 503, 504})


class JsonClient:
    """Requests to one server. Close it: it holds a connection.

    Every request is repeated after 429, 5xx or a connection that breaks before the
    answer begins, writes too: what this package writes replaces a whole, but for two
    that may be sent twice as well. A second deployment is another version of the same,
    and a second test of the Action finds the consumer of the first.

    Args:
        token: sent as a bearer token, if given.
        attempts: of each request, the first included.
        reset_header: an answer's header with the time of the next try, in seconds
            since the epoch, beside the standard retry-after.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        *,
        attempts: int = 3,
        reset_header: str | None = None,
    ) -> None:
        self._base_url = base_url
        self._attempts = attempts
        # This machine is asked directly, whatever proxy the environment names.
        host = urlsplit(base_url).hostname or ""
        self._proxies = {"no_proxy": host} if is_loopback(host) else None
        self._session = requests.Session()
        # Even without a token: otherwise a .netrc entry would give one.
        self._session.auth = _BearerAuth(token)
        retry = _Retry(
            reset_header,
            total=attempts - 1,
            status_forcelist=_RETRIED,
            allowed_methods=None,
            backoff_factor=0.2,
            respect_retry_after_header=True,
            retry_after_max=RETRY_AFTER_MAX_SECONDS,
            raise_on_status=False,
        )
        adapter = HTTPAdapter(max_retries=retry)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def close(self) -> None:
        self._session.close()

    def authorize(self, token: str) -> None:
        """Send this token with the requests from now on."""
        self._session.auth = _BearerAuth(token)

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Answer status and JSON body; None stands for a body that is not JSON.

        Raises:
            UnansweredError: no whole answer, or 429 or 5xx, after all attempts.
        """
        try:
            with self._session.request(
                method,
                self._base_url + path,
                json=body,
                timeout=(CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS),
                proxies=self._proxies,
                allow_redirects=False,
                stream=True,
            ) as response:
                status, content = response.status_code, _content(response)
        # requests lets some faults through as they are: a CA file that is gone is an
        # OSError, as is its own base class; a strange host name is one of urllib3's;
        # what http.client will not send is a ValueError that quotes it.
        except (OSError, HTTPError, ValueError) as error:
            raise NoResponseError(_reason(error)) from None
        if status in _RETRIED:
            reason = f"HTTP {status} after {self._attempts} attempts"
            raise NoResponseError(reason)
        try:
            return status, json.loads(content)
        except (ValueError, RecursionError):
            return status, None


class _BearerAuth(AuthBase):
    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is not None:
            if not re.fullmatch(r"[\x21-\x7e]*", self._token):
                raise NoResponseError(_UNSENDABLE)
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _Retry(Retry):
    """Heeds a server's own header for the time of the next try, too."""

    def __init__(self, reset_header: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._reset_header = reset_header

    def new(self, **changes: Any) -> Self:
        return super().new(reset_header=self._reset_header, **changes)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        *rest: Any,
        **named: Any,
    ) -> Self:
        """Drop a response that is asked for again: urllib3 reads it to its end."""
        after = super().increment(method, url, response, *rest, **named)
        if response is not None:
            response.close()
        return after

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        stated = super().get_retry_after(response)
        reset = response.headers.get(self._reset_header or "", "")
        if stated is not None or not re.fullmatch(r"[0-9]{1,12}", reset):
            return stated
        wait = max(0.0, int(reset) - time.time())
        return min(wait, RETRY_AFTER_MAX_SECONDS)


def _content(response: requests.Response) -> bytes:
    """Read the body as it comes: a server that trickles beats every read timeout.

    Raises:
        UnansweredError: it takes longer in all than one read may take, or is too large.
    """
    content = b""
    deadline = time.monotonic() + READ_TIMEOUT_SECONDS
    # Without a size, urllib3 takes a broken connection for the end of the answer.
    while piece := response.raw.read1(_PIECE_BYTES, decode_content=True):
        content += piece
        if time.monotonic() > deadline:
            raise NoResponseError(_NOT_WHOLE)
        if len(content) > RESPONSE_LIMIT_BYTES:
            raise NoResponseError(_TOO_LARGE)
    return content


def _reason(error: Exception) -> str:
    """Name the trouble without the error's own text, which may quote the request."""
    causes = _causes(error)
    if any(isinstance(it, ssl.SSLError) and it.library == "X509" for it in causes):
        return "the file that REQUESTS_CA_BUNDLE names holds no usable certificate"
    for kind, reason in _REASONS:
        if any(isinstance(cause, kind) for cause in causes):
            return reason
    if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
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
_UNSENDABLE = "the token holds what a header cannot carry"
_TOO_LARGE = f"an answer of more than {RESPONSE_LIMIT_BYTES} bytes"
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (requests.exceptions.ProxyError, "the proxy of the environment refuses"),
    (ssl.SSLCertVerificationError, "its TLS certificate is not trusted"),
    (ssl.SSLError, "it does not speak TLS"),
    (NameResolutionError, "the host name does not resolve"),
    (ConnectionRefusedError, "connection refused"),
    (ConnectTimeoutError, f"no connection within {CONNECT_TIMEOUT_SECONDS} s"),
    (ReadTimeoutError, _NOT_WHOLE),
)
