"""Why the login of a test user failed, each with its remedy.

ProbeError
├── ProbeStepError          Auth0 or Zuplo failed in one step of the probe
├── ActionRaisedError       the Action raised an error
├── NoConsumerError         the Action ran, but created no consumer
├── OtherConsumerError      the consumer belongs to another user
└── LeftConsumerError       the probe could not remove its consumer
"""

from ..errors import ConsumerOnLoginError


class ProbeError(ConsumerOnLoginError):
    """The login of a test user failed."""


class ProbeStepError(ProbeError):
    """Auth0 or Zuplo failed in one step. The error of that step has the remedy."""

    def __init__(self, step: str, error: ConsumerOnLoginError) -> None:
        super().__init__(f"{step}: {error}")


class ActionRaisedError(ProbeError):
    """Auth0 reports an error. Its text may quote secrets, so no message shows it."""

    def __init__(self, action: str) -> None:
        super().__init__(
            f'The Action "{action}" ended with an error in Auth0.\n'
            "New users may get no consumer.\n"
            "To deploy the Action again, run: pulumi up --refresh"
        )


class NoConsumerError(ProbeError):
    """The Action ended without an error, but Zuplo has no consumer of the user."""

    def __init__(self, action: str, bucket: str) -> None:
        super().__init__(
            f'Auth0 ran the Action "{action}", but bucket "{bucket}" has no consumer '
            "of the probe's user.\n"
            "New users may get no consumer.\n"
            "The Action's log has the reason, and docs/login-log.md explains it.\n"
            "If the reason is an outage of Zuplo, wait half a minute first.\n"
            "To probe a login again, run: pulumi up --refresh"
        )


class OtherConsumerError(ProbeError):
    """The consumer of the probe's user names another user."""

    def __init__(self, action: str, bucket: str, consumer: str) -> None:
        super().__init__(
            f'Auth0 ran the Action "{action}", but consumer "{consumer}" in bucket '
            f'"{bucket}" does not name the probe\'s user in metadata.user_id.\n'
            "The tenant may run other code than the code of this stack.\n"
            "To deploy the Action of this stack again, run: pulumi up --refresh"
        )


class LeftConsumerError(ProbeError):
    """The probe's consumer may still exist."""

    def __init__(self, bucket: str, consumer: str, error: ConsumerOnLoginError) -> None:
        reason = str(error).splitlines()[0]
        super().__init__(
            f'The probe could not remove its consumer "{consumer}" from bucket '
            f'"{bucket}": {reason}\n'
            "The next probe removes the consumer, and so does pulumi destroy.\n"
            "To remove the consumer now, run: pulumi up"
        )
