"""Reads from Zuplo's Developer API: HTTP only, no Pulumi.

Paths and shapes follow Zuplo's OpenAPI document of the Developer API. This client
never writes; consumers are the Action's matter.
"""

from dataclasses import dataclass
from difflib import SequenceMatcher
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import (
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)
from urllib3.util import Retry

from .errors import (
    ZuploAccountError,
    ZuploAnswerError,
    ZuploBucketError,
    ZuploForbiddenError,
    ZuploKeyRefusedError,
    ZuploUnreachableError,
)

CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 10
ATTEMPTS = 3
RETRY_AFTER_MAX_SECONDS = 10
"""Zuplo's example asks for 60; a preview does not wait that long."""
NEAREST_SHOWN = 5

_RETRIED = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Bucket:
    """A bucket as Zuplo reports it."""

    id: str
    """bckt_..."""
    name: str
    tags: dict[str, str]
    """Such as environmentType: PRODUCTION, PREVIEW or WORKING_COPY."""


class ZuploClient:
    """Asks one account. Use as a context manager: it holds a connection."""

    def __init__(self, api_url: str, account: str, api_key: str) -> None:
        self.api_url = api_url.rstrip("/")
        self.account = account
        self._session = requests.Session()
        # As auth, not as a header: otherwise a .netrc entry would replace the key.
        self._session.auth = _BearerAuth(api_key)
        adapter = HTTPAdapter(max_retries=_retry(ATTEMPTS - 1))
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def __enter__(self) -> "ZuploClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def find_bucket(self, name: str) -> Bucket:
        """Look a bucket up: one request when all is well.

        Raises:
            ZuploBucketError: Zuplo answered 404 and the account is the key's.
            ZuploAccountError: the key belongs to another account.
            ZuploKeyRefusedError: 401.
            ZuploForbiddenError: 403.
            ZuploUnreachableError: no answer, 429 or 5xx after three attempts.
            ZuploAnswerError: an answer that is not Zuplo's.
        """
        status, body = self._get(f"{self._account_path}/key-buckets/{_segment(name)}")
        if status == HTTPStatus.OK:
            bucket = _bucket(body)
            if bucket is None or bucket.name != name:
                raise ZuploAnswerError(self.api_url, "it describes no such bucket")
            return bucket
        # A 404 without Zuplo's problem body comes from some other server.
        refused = isinstance(body, dict) and (
            status in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN)
        )
        if not refused:
            raise ZuploAnswerError(self.api_url, f"HTTP {status}")
        self._require_own_account()
        if status == HTTPStatus.FORBIDDEN:
            raise ZuploForbiddenError(self.account, name)
        raise ZuploBucketError(self.account, name, self._nearest_buckets(name))

    @property
    def _account_path(self) -> str:
        return f"/v1/accounts/{_segment(self.account)}"

    def _require_own_account(self) -> None:
        """Raise if the key is another account's; pass if Zuplo does not say."""
        status, body = self._get("/v1/who-am-i")
        key_account = body.get("account") if isinstance(body, dict) else None
        if status == HTTPStatus.OK and key_account not in (None, self.account):
            raise ZuploAccountError(self.account, str(key_account))

    def _nearest_buckets(self, name: str) -> list[str]:
        status, body = self._get(f"{self._account_path}/key-buckets")
        listed = body.get("data") if isinstance(body, dict) else None
        if status != HTTPStatus.OK or not isinstance(listed, list):
            return []
        names = [bucket.name for item in listed if (bucket := _bucket(item))]
        return sorted(names, key=lambda other: -_likeness(name, other))[:NEAREST_SHOWN]

    def _get(self, path: str) -> tuple[int, Any]:
        """Answer status and JSON body; None stands for a body that is not JSON.

        Raises:
            ZuploKeyRefusedError: 401.
            ZuploUnreachableError: no answer, 429 or 5xx after three attempts.
        """
        try:
            response = self._session.get(
                self.api_url + path,
                timeout=(CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise ZuploUnreachableError(self.api_url, _reason(error)) from None
        status = response.status_code
        if status == HTTPStatus.UNAUTHORIZED:
            raise ZuploKeyRefusedError(self.api_url)
        if status in _RETRIED:
            reason = f"HTTP {status} after {ATTEMPTS} attempts"
            raise ZuploUnreachableError(self.api_url, reason)
        try:
            return status, response.json()
        except requests.JSONDecodeError:
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


def _bucket(body: Any) -> Bucket | None:
    """Read a bucket, or nothing where the shape is not Zuplo's."""
    if not isinstance(body, dict):
        return None
    bucket_id, name, tags = body.get("id"), body.get("name"), body.get("tags") or {}
    if not (isinstance(bucket_id, str) and isinstance(name, str) and bucket_id):
        return None
    if not isinstance(tags, dict):
        return None
    return Bucket(
        bucket_id, name, {str(key): str(value) for key, value in tags.items()}
    )


def _likeness(name: str, other: str) -> float:
    return SequenceMatcher(None, name, other).ratio()


def _segment(name: str) -> str:
    return quote(name, safe="")


def _reason(error: requests.RequestException) -> str:
    """Name the trouble without the error's own text, which may quote the request."""
    cause = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, requests.exceptions.SSLError):
        return "its TLS certificate is not trusted"
    if isinstance(cause, NameResolutionError):
        return "the host name does not resolve"
    if isinstance(error, requests.Timeout) or isinstance(cause, ReadTimeoutError):
        return f"no answer within {READ_TIMEOUT_SECONDS} s"
    if isinstance(cause, NewConnectionError):
        return "connection refused"
    return "the connection broke"
