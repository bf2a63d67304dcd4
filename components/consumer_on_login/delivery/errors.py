"""Why the tenant does not run what was declared, or must not yet, with the remedy.

DeliveryError
├── DraftError              code, dependencies or runtime were not sent
├── BuildError              Auth0 could not build the draft
├── InterferenceError       somebody else changed it meanwhile
├── RepeatedActionError               a second Action of its name came up meanwhile
└── LostBindingsError       somebody else's binding was lost meanwhile
"""

from ..errors import ConsumerOnLoginError


class DeliveryError(ConsumerOnLoginError):
    """The tenant does not run what was declared."""


class DraftError(DeliveryError):
    """The draft is not what the provider should have sent."""

    def __init__(self, action: str, unlike: list[str]) -> None:
        super().__init__(
            f'In Auth0, the Action "{action}" differs from what the stack declares in '
            f"{' and '.join(unlike)}.\n"
            "To send it again, run: pulumi up --refresh"
        )


class BuildError(DeliveryError):
    """Auth0 could not build the draft; it gives no reason."""

    def __init__(self, action: str) -> None:
        super().__init__(
            f'Auth0 could not build the Action "{action}"; the version from before '
            "stays deployed.\n"
            "Try again with: pulumi up"
        )


class InterferenceError(DeliveryError):
    """Somebody else changed our Action or its binding during the deployment."""

    def __init__(self, action: str) -> None:
        super().__init__(
            f'The Action "{action}" or its binding was changed by somebody else while '
            "it was deployed.\n"
            "Deploy it again with: pulumi up --refresh"
        )


class RepeatedActionError(DeliveryError):
    """More Actions of our name: the provider repeats a create whose answer was lost.

    The command spares an Action that is bound, which may be another stack's.
    """

    def __init__(self, action: str, ids: list[str]) -> None:
        deletions = [f"auth0 api delete 'actions/actions/{item}'" for item in ids]
        super().__init__(
            f'Auth0 has more than one Action "{action}": {", ".join(ids)} is not of '
            "this stack, but made by a repeated request or by hand.\n"
            "To delete what is no other stack's, run: "
            f"{' && '.join([*deletions, 'pulumi up'])}"
        )


class LostBindingsError(DeliveryError):
    """Bindings of others vanished while ours was written."""

    def __init__(self, actions: list[str]) -> None:
        names = ", ".join(f'"{name}"' for name in actions)
        super().__init__(
            f"The login flow lost {names} while this stack wrote its binding: somebody "
            "else wrote at the same time.\n"
            "Bind it again in the dashboard (Actions > Triggers > post-login), then "
            "run: pulumi up"
        )
