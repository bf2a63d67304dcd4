"""Zuplo's Developer API, as far as buckets and consumers go: HTTP only, no Pulumi.

Paths and shapes follow Zuplo's OpenAPI document of the Developer API. This client
creates nothing: consumers are made by the Action alone. All that it writes is the
deletion of one consumer, or of one of its keys.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import quote, urlencode

from ..errors import NoResponseError
from .errors import (
    Place,
    ZuploAccountError,
    ZuploBucketError,
    ZuploForbiddenError,
    ZuploKeyRefusedError,
    ZuploResponseError,
    ZuploUnreachableError,
)

NEAREST_SHOWN = 5
PAGE = 1000
"""The most that Zuplo lists at once."""


@dataclass(frozen=True)
class Bucket:
    """A bucket as Zuplo reports it."""

    id: str
    """bckt_..."""
    name: str
    tags: dict[str, str]
    """Such as environmentType: PRODUCTION, PREVIEW or WORKING_COPY."""


@dataclass(frozen=True)
class Consumer:
    """A consumer as Zuplo reports it."""

    name: str
    metadata: Mapping[str, Any]


class ZuploClient:
    """Asks one account. Use as a context manager: it holds a connection."""

    def __init__(
        self,
        api_url: str,
        account: str,
        api_key: str,
        *,
        is_of_environment: bool = False,
    ) -> None:
        self.place = Place(api_url, account, is_of_environment)
        # Here, since a program that declares the component imports this module, too,
        # but asks nothing in most runs.
        from ..json_http import JsonClient

        self._http = JsonClient(api_url, api_key)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

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
                raise ZuploResponseError(self.place, "it describes no such bucket")
            return bucket
        if status not in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN):
            raise ZuploResponseError(self.place, f"HTTP {status}")
        if not _is_problem(body):
            raise ZuploResponseError(self.place, f"HTTP {status} without a problem")
        self._require_own_account()
        if status == HTTPStatus.FORBIDDEN:
            raise ZuploForbiddenError(self.place, name)
        raise ZuploBucketError(self.place, name, self._nearest_buckets(name))

    def consumers(self, bucket: str, tags: Mapping[str, str]) -> Iterator[Consumer]:
        """List the consumers of a bucket that have these tags, page by page.

        Raises:
            ZuploError: as find_bucket does, which is asked about a bucket that has no
                list.
        """
        filters = {f"tag.{name}": value for name, value in tags.items()}
        path = self._consumers_path(bucket)
        for item in self._listed(bucket, path, filters, "consumers"):
            yield self._read_consumer(item)

    def find_consumer(self, bucket: str, name: str) -> Consumer | None:
        """Read a consumer; None if Zuplo says that the bucket has none of this name.

        Raises:
            ZuploError: any other trouble.
        """
        status, body = self._get(self._consumer_path(bucket, name))
        if status == HTTPStatus.NOT_FOUND and _is_problem(body):
            return None
        self._require(HTTPStatus.OK, status, bucket, "read the consumers of")
        consumer = self._read_consumer(body)
        if consumer.name != name:
            raise ZuploResponseError(self.place, "it describes another consumer")
        return consumer

    def delete_consumer(self, bucket: str, name: str) -> None:
        """Delete a consumer and its keys, if it is there.

        Raises:
            ZuploError: whether it is gone is not known.
        """
        self._delete(bucket, self._consumer_path(bucket, name), "consumers")

    def keys(self, bucket: str, consumer: str) -> Iterator[str]:
        """List the ids of a consumer's keys, page by page; Zuplo leaves the keys out.

        Raises:
            ZuploError: as consumers does; the consumer is not there.
        """
        path = f"{self._consumer_path(bucket, consumer)}/keys"
        for item in self._listed(bucket, path, {"key-format": "none"}, "keys"):
            key_id = item.get("id") if isinstance(item, dict) else None
            if not (isinstance(key_id, str) and key_id):
                raise ZuploResponseError(self.place, "it describes no key")
            yield key_id

    def delete_key(self, bucket: str, consumer: str, key_id: str) -> None:
        """Delete a key of a consumer, if it is there.

        Raises:
            ZuploError: whether it is gone is not known.
        """
        path = f"{self._consumer_path(bucket, consumer)}/keys/{_segment(key_id)}"
        self._delete(bucket, path, "keys")

    def _listed(
        self, bucket: str, path: str, query: Mapping[str, str], what: str
    ) -> Iterator[Any]:
        """List what is below a path of the bucket, page by page."""
        offset = 0
        while True:
            page = urlencode({**query, "limit": PAGE, "offset": offset})
            status, body = self._get(f"{path}?{page}")
            if status == HTTPStatus.NOT_FOUND:
                self.find_bucket(bucket)
            self._require(HTTPStatus.OK, status, bucket, f"read the {what} of")
            listed = body.get("data") if isinstance(body, dict) else None
            if not isinstance(listed, list):
                raise ZuploResponseError(self.place, f"it holds no list of {what}")
            yield from listed
            offset += len(listed)
            if len(listed) < PAGE:
                return

    def _delete(self, bucket: str, path: str, what: str) -> None:
        status, body = self._ask("DELETE", path)
        if status == HTTPStatus.NOT_FOUND and _is_problem(body):
            return
        self._require(HTTPStatus.NO_CONTENT, status, bucket, f"delete the {what} of")

    def _consumers_path(self, bucket: str) -> str:
        return f"{self._account_path}/key-buckets/{_segment(bucket)}/consumers"

    def _consumer_path(self, bucket: str, name: str) -> str:
        return f"{self._consumers_path(bucket)}/{_segment(name)}"

    def _read_consumer(self, body: Any) -> Consumer:
        consumer = _consumer(body)
        if consumer is None:
            raise ZuploResponseError(self.place, "it describes no consumer")
        return consumer

    def _require(self, wanted: int, status: int, bucket: str, operation: str) -> None:
        """Raise ZuploForbiddenError or ZuploAnswerError for another status."""
        if status == HTTPStatus.FORBIDDEN:
            raise ZuploForbiddenError(self.place, bucket, operation)
        if status != wanted:
            raise ZuploResponseError(self.place, f"HTTP {status}")

    @property
    def _account_path(self) -> str:
        return f"/v1/accounts/{_segment(self.place.account)}"

    def _require_own_account(self) -> None:
        """Raise if the key is another account's; pass if Zuplo names none."""
        status, body = self._get("/v1/who-am-i")
        if status != HTTPStatus.OK or not isinstance(body, dict):
            raise ZuploResponseError(self.place, f"HTTP {status} from who-am-i")
        key_account = body.get("account")
        if key_account not in (None, self.place.account):
            raise ZuploAccountError(self.place, str(key_account))

    def _nearest_buckets(self, name: str) -> list[str]:
        status, body = self._get(f"{self._account_path}/key-buckets")
        listed = body.get("data") if isinstance(body, dict) else None
        if status != HTTPStatus.OK or not isinstance(listed, list):
            return []
        names = [bucket.name for item in listed if (bucket := _bucket(item))]
        return sorted(names, key=lambda other: -_likeness(name, other))[:NEAREST_SHOWN]

    def _get(self, path: str) -> tuple[int, Any]:
        return self._ask("GET", path)

    def _ask(self, method: str, path: str) -> tuple[int, Any]:
        """Answer status and JSON body; None stands for a body that is not JSON.

        Raises:
            ZuploKeyRefusedError: 401.
            ZuploUnreachableError: no answer, 429 or 5xx after three attempts.
        """
        try:
            status, body = self._http.send(method, path)
        except NoResponseError as error:
            raise ZuploUnreachableError(self.place, str(error)) from None
        if status == HTTPStatus.UNAUTHORIZED:
            raise ZuploKeyRefusedError(self.place)
        return status, body


def _is_problem(body: Any) -> bool:
    """Tell Zuplo's refusal, which has type and title, from some other server's."""
    return isinstance(body, dict) and all(
        isinstance(body.get(name), str) for name in ("type", "title")
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


def _consumer(body: Any) -> Consumer | None:
    """Read a consumer, or nothing where the shape is not Zuplo's."""
    if not isinstance(body, dict):
        return None
    name, metadata = body.get("name"), body.get("metadata") or {}
    if not (isinstance(name, str) and name and isinstance(metadata, dict)):
        return None
    return Consumer(name, metadata)


def _likeness(name: str, other: str) -> float:
    return SequenceMatcher(None, name, other).ratio()


def _segment(name: str) -> str:
    return quote(name, safe="")
