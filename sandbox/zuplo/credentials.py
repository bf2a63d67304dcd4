"""What an API key of the STAND-IN for Zuplo's Developer API may do.

Zuplo's documentation of its account's API keys: a key can be limited to projects and to
environments, can have the permission "API Key Buckets" with a level, and can expire.
Everything about the refusal is inferred, since Zuplo's document has no 403:

- 403 in the shape of the other problems (likely: gateways built with Zuplo send it).
  401 and 404 are possible, so a key can be made that gets one of these.
- who-am-i responds to every key that has not expired.
- A list of buckets holds those within reach of the key, and no others.
- A bucket's tags say where it belongs. A bucket without these tags belongs to the
  account, and is out of reach of a limited key.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Literal

from sandbox.zuplo.errors import (
    ForbiddenError,
    NotFoundError,
    UnauthorizedError,
    ZuploError,
)
from sandbox.zuplo.records import Bucket, new_id, now

Level = Literal["none", "read", "read_and_write"]
"""Of the permission "API Key Buckets"."""
RefusalStatus = Literal[401, 403, 404]

_REFUSALS: dict[int, type[ZuploError]] = {
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
}


@dataclass(kw_only=True)
class Credential:
    """An API key for the Developer API."""

    account: str
    buckets: Level = "read_and_write"
    project: str | None = None
    """None: all projects."""
    environment: str | None = None
    """The tag `environmentType`; None: all environments."""
    expires_on: datetime | None = None
    refusal: RefusalStatus = 403
    """What a request gets that the key does not allow."""
    sub: str = field(default_factory=partial(new_id, "zapi"))

    def has_expired(self) -> bool:
        return self.expires_on is not None and self.expires_on <= now()

    def reaches(self, bucket: Bucket) -> bool:
        limits = {"project": self.project, "environmentType": self.environment}
        return all(
            limit is None or bucket.tags.get(tag) == limit
            for tag, limit in limits.items()
        )

    def require(self, method: str, bucket: Bucket | None = None) -> None:
        """Refuse a request for which the key has no permission.

        Raises:
            ZuploError: the level is too low, or the bucket is out of reach.
        """
        needed = ("read_and_write",) if method != "GET" else ("read", "read_and_write")
        if self.buckets not in needed or not (bucket is None or self.reaches(bucket)):
            msg = "the API key lacks the permission"
            raise _REFUSALS[self.refusal](msg)
