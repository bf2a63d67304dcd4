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

from .errors import ConsumerOnLoginError


class ZuploError(ConsumerOnLoginError):
    """Zuplo could not confirm the bucket."""


class ZuploKeyRefusedError(ZuploError):
    """Zuplo does not know the key (HTTP 401)."""

    def __init__(self, api_url: str) -> None:
        super().__init__(
            f"Zuplo refused the API key (HTTP 401 from {api_url}).\n"
            "Set a valid one with: pulumi config set --secret zuploApiKey"
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

    def __init__(self, account: str, bucket: str, deed: str = "read") -> None:
        super().__init__(
            f'The Zuplo API key may not {deed} bucket "{bucket}" of account '
            f'"{account}" (HTTP 403).\n'
            "Give the key access to the account's buckets in Zuplo, or set another "
            "with: pulumi config set --secret zuploApiKey"
        )


class ZuploAccountError(ZuploError):
    """The key belongs to another account than the one configured."""

    def __init__(self, account: str, key_account: str) -> None:
        super().__init__(
            f'The Zuplo API key belongs to account "{key_account}", '
            f'not to "{account}".\n'
            f"Set the account with: pulumi config set zuploAccount {key_account}"
        )


class ZuploBucketError(ZuploError):
    """The account has no bucket of this name (HTTP 404)."""

    def __init__(self, account: str, bucket: str, nearest: list[str]) -> None:
        self.nearest = nearest
        """The buckets that exist, the most similar name first."""
        held = ", ".join(nearest) if nearest else "none that this key can list"
        super().__init__(
            f'Zuplo account "{account}" has no bucket "{bucket}" (HTTP 404). '
            f"It has: {held}.\n"
            "Set it with: pulumi config set zuploBucket "
            f"{nearest[0] if nearest else '<name>'}"
        )


class ZuploEnvironmentError(ZuploError):
    """The bucket's tags name another environment than the stack is for.

    Args:
        found: the bucket's tag, as far as it has one.
        setting: what makes the setting fit the bucket, after `pulumi config`.
    """

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

    def __init__(self, api_url: str, reason: str) -> None:
        super().__init__(
            f"Zuplo cannot be asked at {api_url}: {reason}.\n"
            "Run again when it answers\n"
            "If the address is wrong, run: "
            "pulumi config set zuploApiUrl <address>"
        )


class ZuploAnswerError(ZuploError):
    """An answer that Zuplo's Developer API does not give."""

    def __init__(self, api_url: str, reason: str) -> None:
        super().__init__(
            f"The answer from {api_url} is not one of Zuplo's Developer API: "
            f"{reason}.\n"
            "Check the address and set it with: pulumi config set zuploApiUrl "
            "https://dev.zuplo.com"
        )
