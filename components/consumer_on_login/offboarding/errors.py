"""Why the script does not delete a user's consumer, each with its remedy.

OffboardError
├── TenantError             the domain does not contain the tenant's name
├── NotFoundError           the bucket has no consumer of the user
├── OtherConsumersError     the user's consumers have other names
└── NotTheirsError          the consumer belongs to another user
"""

from ..errors import ConsumerOnLoginError
from ..settings.rules import shown


class OffboardError(ConsumerOnLoginError):
    """The script deleted nothing."""


class TenantError(OffboardError):
    """The domain is a custom domain or missing, and the name depends on the tenant."""

    def __init__(self, domain: str) -> None:
        said = f"is {shown(domain)}" if domain else "is not set"
        super().__init__(
            f"AUTH0_DOMAIN {said}, so the tenant's name is not known.\n"
            "The script needs a domain such as <tenant>.eu.auth0.com, or the name. It "
            "deleted nothing.\n"
            "To give the tenant's name, run again with: --tenant <name>"
        )


class NotFoundError(OffboardError):
    """No consumer has the user's name or names the user in its metadata."""

    def __init__(self, bucket: str, consumer: str) -> None:
        super().__init__(
            f'Bucket "{bucket}" has no consumer "{consumer}", and no other consumer '
            "names this user.\n"
            "If user id, tenant and bucket are right, the user has no consumer and "
            "nothing is left to do\n"
            "If one of them is wrong, run again with the right value"
        )


class OtherConsumersError(OffboardError):
    """Another Action, a login to another tenant, or a person has created them."""

    def __init__(self, bucket: str, consumer: str, others: list[str]) -> None:
        super().__init__(
            f'Bucket "{bucket}" has no consumer "{consumer}", but other consumers name '
            f"this user: {', '.join(others)}.\n"
            "The script deleted nothing.\n"
            "For each consumer that belongs to the user, run again with: "
            f"--consumer {others[0]}"
        )


class NotTheirsError(OffboardError):
    """The consumer's metadata names another user, or no user."""

    def __init__(self, bucket: str, consumer: str) -> None:
        super().__init__(
            f'Consumer "{consumer}" in bucket "{bucket}" does not name this user in '
            "metadata.user_id.\n"
            "The script deleted nothing.\n"
            "If the consumer still belongs to the user, delete the consumer in Zuplo"
        )
