"""Why the login of a made-up user did not go well to its end, with the remedy.

ProbeError
├── ProbeStepError          Auth0 or Zuplo failed at one step of it
├── ActionRaisedError       the Action raised an error
├── NoConsumerError         the Action ran and made no consumer
├── OtherConsumerError      the consumer of the user's name is not theirs
└── LeftConsumerError       their consumer could not be removed
"""

from ..errors import ConsumerOnLoginError


class ProbeError(ConsumerOnLoginError):
    """A made-up user's login did not go well to its end."""


class ProbeStepError(ProbeError):
    """Auth0 or Zuplo failed at one step, whose error tells the remedy."""

    def __init__(self, step: str, error: ConsumerOnLoginError) -> None:
        super().__init__(f"{step}: {error}")


class ActionRaisedError(ProbeError):
    """Auth0 reports an error, whose text may quote anything and is not shown."""

    def __init__(self, action: str) -> None:
        super().__init__(
            f'The Action "{action}" ended with an error in Auth0.\n'
            "Deploy it again with: pulumi up --refresh"
        )


class NoConsumerError(ProbeError):
    """The Action ran to its end, but Zuplo has no consumer of the user's name."""

    def __init__(self, action: str, bucket: str) -> None:
        super().__init__(
            f'Auth0 ran the Action "{action}", but bucket "{bucket}" has no consumer '
            "of its user.\n"
            "The Action's log says why, and docs/login-log.md what it means (after an "
            "outage, wait half a minute); then run: pulumi up --refresh"
        )


class OtherConsumerError(ProbeError):
    """The consumer of the user's name names somebody else as its user."""

    def __init__(self, action: str, bucket: str, consumer: str) -> None:
        super().__init__(
            f'Auth0 ran the Action "{action}", but consumer "{consumer}" in bucket '
            f'"{bucket}" does not name its user in metadata.user_id.\n'
            "Deploy the Action of this stack again with: pulumi up --refresh"
        )


class LeftConsumerError(ProbeError):
    """The made-up user's consumer is there yet, as far as can be known."""

    def __init__(self, bucket: str, consumer: str, error: ConsumerOnLoginError) -> None:
        reason = str(error).splitlines()[0]
        super().__init__(
            f'The probe\'s consumer "{consumer}" could not be removed from bucket '
            f'"{bucket}": {reason}\n'
            "The next probe removes it, and so does pulumi destroy.\n"
            "To remove it now, run: pulumi up"
        )
