"""Why a run cannot use a bucket of Zuplo, each with its remedy.

ZuploError
├── ZuploKeyRefusedError    401
├── ZuploStoredKeyError     401 for the key in the state
├── ZuploForbiddenError     403
├── ZuploAccountError       the key belongs to another account
├── ZuploBucketError        404, and the account is right; perhaps the key is limited
├── ZuploEnvironmentError   the bucket belongs to another environment
├── ZuploUnreachableError   no response, or a failure that may pass
└── ZuploResponseError      a response that is not of Zuplo's form
"""

import re
from dataclasses import dataclass

from ..errors import ConsumerOnLoginError


@dataclass(frozen=True)
class Place:
    """The account that a client uses, and where its settings come from."""

    api_url: str
    account: str
    is_of_environment: bool = False
    """Whether the settings are variables, and not the stack's configuration."""

    def set(self, key: str, value: str) -> str:
        """Give the command that sets a setting, or its variable."""
        if self.is_of_environment:
            variable = re.sub("([A-Z])", r"_\1", key).upper()
            return f"export {variable}={value}"
        if key == "zuploApiKey":
            return f"pulumi config set --secret {key}"
        return f"pulumi config set {key} {value}"


class ZuploError(ConsumerOnLoginError):
    """Zuplo could not confirm the bucket."""

    of = ""
    """The argument that is wrong, if a message may print its value."""


class ZuploKeyRefusedError(ZuploError):
    """Zuplo does not accept the key (HTTP 401).

    A key can have an expiration. No response of the API shows it, so no preview warns.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(
            f"Zuplo refused the API key (HTTP 401 from {place.api_url}).\n"
            "The key is wrong, deleted or expired. This run stops. If the Action has "
            "this key, new users get no consumer.\n"
            f"To set a valid key, run: {place.set('zuploApiKey', '<key>')}"
        )


class ZuploStoredKeyError(ZuploError):
    """A refresh uses the key in the state, which may be older than a rotation."""

    def __init__(self, api_url: str) -> None:
        super().__init__(
            f"Zuplo refused the API key in the state (HTTP 401 from {api_url}).\n"
            "A refresh uses the key of the last deployment.\n"
            "If the configuration has a new key, run: pulumi up\n"
            "If the configuration has no new key, run: "
            "pulumi config set --secret zuploApiKey && pulumi up"
        )


class ZuploForbiddenError(ZuploError):
    """Zuplo knows the key, but forbids an operation on the bucket (HTTP 403).

    A key can be limited to projects and environments, and can be read-only. Zuplo does
    not document the refusal: its document of the API has no 403. 401 and 404 are
    possible too, and a list may be shorter.
    """

    def __init__(self, place: Place, bucket: str, operation: str = "read") -> None:
        super().__init__(
            f'The Zuplo API key may not {operation} bucket "{bucket}" of account '
            f'"{place.account}" (HTTP 403).\n'
            "This run stops. If the Action has this key, new users get no consumer.\n"
            "Nobody can change the permissions of a key. In Zuplo, create another key, "
            "for the bucket's project and environment, with API Key Buckets on Read "
            "and Write.\n"
            f"To use the new key, run: {place.set('zuploApiKey', '<key>')}"
        )


class ZuploAccountError(ZuploError):
    """The key belongs to another account than the one configured."""

    of = "account"

    def __init__(self, place: Place, key_account: str) -> None:
        super().__init__(
            f'The Zuplo API key belongs to account "{key_account}", '
            f'not to "{place.account}".\n'
            "This run stops.\n"
            f'If the account is right, set a key of account "{place.account}"\n'
            f"If the key is right, run: {place.set('zuploAccount', key_account)}"
        )


class ZuploBucketError(ZuploError):
    """The account has no bucket of this name, or hides it from the key (HTTP 404)."""

    of = "bucket"

    def __init__(self, place: Place, bucket: str, nearest: list[str]) -> None:
        self.nearest = nearest
        """The buckets that the key can list, the most similar name first."""
        name = nearest[0] if nearest else "<name>"
        super().__init__(
            f'Zuplo account "{place.account}" has no bucket "{bucket}" (HTTP 404), or '
            "the key cannot use it. "
            f"The key can list: {', '.join(nearest) or 'no bucket'}.\n"
            "This run stops.\n"
            f"If the name is wrong, run: {place.set('zuploBucket', name)}\n"
            "If the key is for another project or environment, create another key in "
            f"Zuplo, and run: {place.set('zuploApiKey', '<key>')}"
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
            f'Bucket "{bucket}" belongs to Zuplo\'s environment '
            f"{found or 'unknown (no such tag)'}, but this stack is for {wanted}.\n"
            "This run stops: users would get keys of the wrong environment.\n"
            "If the bucket is wrong, run: pulumi config set zuploBucket <bucket>\n"
            f"If the bucket is right, run: pulumi config {setting}"
        )


class ZuploUnreachableError(ZuploError):
    """No usable response in time: connection, time-out, 429 or 5xx."""

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(
            f"Zuplo cannot be reached at {place.api_url}: {reason}.\n"
            "This run stops. Users can still log in.\n"
            "If the address is right, wait until Zuplo responds, and run again\n"
            f"If the address is wrong, run: {place.set('zuploApiUrl', '<address>')}"
        )


class ZuploResponseError(ZuploError):
    """A response that Zuplo's Developer API does not give."""

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(
            f"The response of {place.api_url} is not a response of Zuplo's Developer "
            f"API: {reason}.\n"
            "A proxy or another server may have sent the response.\n"
            "If the address is wrong, run: "
            f"{place.set('zuploApiUrl', 'https://dev.zuplo.com')}"
        )
