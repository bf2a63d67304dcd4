"""Why a user's consumer is not taken out of Zuplo, with the remedy.

OffboardError
├── TenantError             the domain does not tell the tenant's name
├── NotFoundError           the bucket has no consumer of the user
├── OtherConsumersError     it has, but under other names
└── NotTheirsError            the consumer of the name names another user
"""

from ..errors import ConsumerOnLoginError


class OffboardError(ConsumerOnLoginError):
    """Nothing was deleted."""


class TenantError(OffboardError):
    """A custom domain, or none: the consumer's name cannot be derived."""

    def __init__(self, domain: str) -> None:
        said = f'is "{domain}"' if domain else "is not set"
        super().__init__(
            f"AUTH0_DOMAIN {said}, which does not tell the tenant's name: only a "
            "domain like <tenant>.eu.auth0.com does.\n"
            "Run again with: --tenant <name>"
        )


class NotFoundError(OffboardError):
    """Neither the name nor any consumer's metadata is the user's."""

    def __init__(self, bucket: str, consumer: str) -> None:
        super().__init__(
            f'Bucket "{bucket}" has no consumer "{consumer}", and no other that names '
            "this user.\n"
            "Nothing is left to do if user id, tenant and bucket are right; otherwise "
            "run again with the right ones"
        )


class OtherConsumersError(OffboardError):
    """Another Action, a login to another tenant, or a hand has made them."""

    def __init__(self, bucket: str, consumer: str, others: list[str]) -> None:
        super().__init__(
            f'Bucket "{bucket}" has no consumer "{consumer}", but this user is named '
            f"by: {', '.join(others)}.\n"
            f"Run again for each that is theirs, with: --consumer {others[0]}"
        )


class NotTheirsError(OffboardError):
    """The consumer's metadata names another user, or none."""

    def __init__(self, bucket: str, consumer: str) -> None:
        super().__init__(
            f'Consumer "{consumer}" in bucket "{bucket}" does not name this user in '
            "metadata.user_id, and stays as it is.\n"
            "Look at it in Zuplo, and delete it there if it is theirs all the same"
        )
