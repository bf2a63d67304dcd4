"""Why the tenant does not run what the stack declares, each with its remedy.

DeliveryError
├── DraftError              code, dependencies or runtime of the draft differ
├── BuildError              Auth0 could not build the draft
├── InterferenceError       another person or stack changed the Action meanwhile
├── RepeatedActionError     the tenant has a second Action of the name
└── LostBindingsError       a binding of others was lost meanwhile
"""

from ..errors import ConsumerOnLoginError


class DeliveryError(ConsumerOnLoginError):
    """The tenant does not run what the stack declares."""


class DraftError(DeliveryError):
    """The draft differs from what the provider should have sent."""

    def __init__(self, action: str, unlike: list[str]) -> None:
        super().__init__(
            f'The Action "{action}" in Auth0 differs from what this stack declares: '
            f"{' and '.join(unlike)}.\n"
            "This run does not deploy the changed Action.\n"
            "To send the Action again, run: pulumi up --refresh"
        )


class BuildError(DeliveryError):
    """Auth0 could not build the draft. It gives no reason."""

    def __init__(self, action: str) -> None:
        super().__init__(
            f'Auth0 could not build the Action "{action}".\n'
            "The version from before, if there is one, stays live.\n"
            "To try again, run: pulumi up"
        )


class InterferenceError(DeliveryError):
    """Another person or stack changed our Action or its binding meanwhile."""

    def __init__(self, action: str) -> None:
        super().__init__(
            f'Another person or stack changed the Action "{action}" or its binding '
            "during the deployment.\n"
            "The tenant may not run what this stack declares.\n"
            "To deploy the Action again, run: pulumi up --refresh"
        )


class RepeatedActionError(DeliveryError):
    """The provider has repeated a create whose response was lost.

    The command does not delete a bound Action, which may belong to another stack.
    """

    def __init__(self, action: str, ids: list[str]) -> None:
        deletions = [f"auth0 api delete 'actions/actions/{item}'" for item in ids]
        super().__init__(
            f'Auth0 has more than one Action "{action}". These do not belong to this '
            f"stack: {', '.join(ids)}.\n"
            "A repeated request made the other Action, or a person did.\n"
            "If the other Action belongs to no other stack, run: "
            f"{' && '.join([*deletions, 'pulumi up'])}"
        )


class LostBindingsError(DeliveryError):
    """Bindings of others vanished while this stack wrote its own."""

    def __init__(self, actions: list[str]) -> None:
        names = ", ".join(f'"{name}"' for name in actions)
        super().__init__(
            f"The login flow lost {names} while this stack wrote its binding.\n"
            "Another person or stack wrote at the same time. Logins do not run these "
            "Actions now.\n"
            "Bind these Actions again in the dashboard (Actions > Triggers > "
            "post-login). Then run: pulumi up"
        )
