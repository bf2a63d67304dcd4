"""What Zuplo answers when it cannot confirm a bucket, each with its remedy.

ZuploError
├── ZuploKeyRefusedError    401
├── ZuploStoredKeyError     401 for the key in the state
├── ZuploForbiddenError     403
├── ZuploAccountError       the key belongs to another account
├── ZuploBucketError        404, and the account is right
├── ZuploEnvironmentError   the bucket is another environment's
├── ZuploUnreachableError   no answer, or trouble that may pass
└── ZuploAnswerError        an answer that makes no sense
"""

import re
from dataclasses import dataclass

from ..errors import ConsumerOnLoginError


@dataclass(frozen=True)
class Place:
    """Whom a client asks, and where that is said."""

    api_url: str
    account: str
    is_of_environment: bool = False
    """Whether variables say it, and not the stack's settings."""

    def set(self, key: str, value: str) -> str:
        """Give the command that sets a setting, or the variable in its stead."""
        if self.is_of_environment:
            variable = re.sub("([A-Z])", r"_\1", key).upper()
            return f"export {variable}={value}"
        if key == "zuploApiKey":
            return f"pulumi config set --secret {key}"
        return f"pulumi config set {key} {value}"


class ZuploError(ConsumerOnLoginError):
    """Zuplo could not confirm the bucket."""

    of = ""
    """The one argument whose fault it is, if its value may be printed."""


class ZuploKeyRefusedError(ZuploError):
    """Zuplo does not know the key (HTTP 401)."""

    def __init__(self, place: Place) -> None:
        super().__init__(
            f"Zuplo refused the API key (HTTP 401 from {place.api_url}).\n"
            f"Set a valid one with: {place.set('zuploApiKey', '<key>')}"
        )


class ZuploStoredKeyError(ZuploError):
    """A refresh asks with the key in the state, perhaps the one before rotation."""

    def __init__(self, api_url: str) -> None:
        super().__init__(
            f"Zuplo refused the API key in the state (HTTP 401 from {api_url}).\n"
            "A refresh asks with the key of the last deployment.\n"
            "If the configuration has a new one, run: pulumi up\n"
            "If it has not, run: pulumi config set --secret zuploApiKey && pulumi up"
        )


class ZuploForbiddenError(ZuploError):
    """The key is known but may not do a deed to the bucket (HTTP 403).

    Zuplo's document of the Developer API has no 403; this is for the day it comes.
    """

    def __init__(self, place: Place, bucket: str, operation: str = "read") -> None:
        super().__init__(
            f'The Zuplo API key may not {operation} bucket "{bucket}" of account '
            f'"{place.account}" (HTTP 403).\n'
            "Give the key access to the account's buckets in Zuplo, or set another "
            f"with: {place.set('zuploApiKey', '<key>')}"
        )


class ZuploAccountError(ZuploError):
    """The key belongs to another account than the one configured."""

    of = "account"

    def __init__(self, place: Place, key_account: str) -> None:
        super().__init__(
            f'The Zuplo API key belongs to account "{key_account}", '
            f'not to "{place.account}".\n'
            f"Set the account with: {place.set('zuploAccount', key_account)}"
        )


class ZuploBucketError(ZuploError):
    """The account has no bucket of this name (HTTP 404)."""

    of = "bucket"

    def __init__(self, place: Place, bucket: str, nearest: list[str]) -> None:
        self.nearest = nearest
        """The buckets that exist, the most similar name first."""
        held = ", ".join(nearest) if nearest else "none that this key can list"
        super().__init__(
            f'Zuplo account "{place.account}" has no bucket "{bucket}" (HTTP 404). '
            f"It has: {held}.\n"
            "Set it with: "
            f"{place.set('zuploBucket', nearest[0] if nearest else '<name>')}"
        )


class ZuploEnvironmentError(ZuploError):
    """The bucket's tags name another environment than the stack is for.

    Args:
        found: the bucket's environment as the setting names it, or a tag that no
            setting names.
        setting: what makes the setting fit the bucket, after `pulumi config`.
    """

    of = "bucket"

    def __init__(
        self, bucket: str, found: str | None, wanted: str, setting: str
    ) -> None:
        super().__init__(
            f'Bucket "{bucket}" is of Zuplo\'s environment '
            f"{found or 'unknown (no such tag)'}, but this stack is for {wanted}.\n"
            "If the bucket is wrong, run: pulumi config set zuploBucket <bucket>\n"
            f"If the bucket is right, run: pulumi config {setting}"
        )


class ZuploUnreachableError(ZuploError):
    """No usable answer within the time limit: connection, time-out, 429 or 5xx."""

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(
            f"Zuplo cannot be asked at {place.api_url}: {reason}.\n"
            "Run again when it answers\n"
            f"If the address is wrong, run: {place.set('zuploApiUrl', '<address>')}"
        )


class ZuploResponseError(ZuploError):
    """An answer that Zuplo's Developer API does not give."""

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(
            f"The answer from {place.api_url} is not one of Zuplo's Developer API: "
            f"{reason}.\n"
            "Check the address and set it with: "
            f"{place.set('zuploApiUrl', 'https://dev.zuplo.com')}"
        )
