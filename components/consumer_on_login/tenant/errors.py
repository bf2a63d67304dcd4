"""Whose an Action or a tenant is, and why this stack may not change it.

DuplicateNameError      the tenant has an Action of our name that is not in the state
OwnedActionError        another component manages the Action to adopt
SecondActionError       the component already has an Action, and may not adopt another
HalfAdoptedError        the component began to adopt another Action, and failed
TakenActionError        another component now manages the Action of the state
NoSuchActionError       the tenant does not have the Action to adopt
ThirdPartySecretError   our Action has a secret that does not belong to the stack
LeftActionError         a destroy leaves an Action of the component
"""

import shlex

from ..errors import ConsumerOnLoginError
from .urns import Owner, are_of_one_stack


class DuplicateNameError(ConsumerOnLoginError):
    """The tenant has Actions of the name that are not in the component's state.

    Args:
        owner: URN in the first Action's code. None if the code names no owner.
        own: URN of this component.
    """

    def __init__(self, name: str, ids: list[str], owner: str | None, own: str) -> None:
        lines = [
            f'Auth0 already has an Action "{name}" ({", ".join(ids)}), which is not in '
            "the state of this component.",
            "This run stops before it writes an Action of the same name.",
        ]
        if owner in (None, own):
            lines += _ways_to_own(ids[0], is_marked=owner is not None)
        else:
            lines += [f"That Action is managed by {_managed_by(str(owner), own)}."]
            lines += _ways_apart(str(owner), own)
        super().__init__("\n".join(lines))


class OwnedActionError(ConsumerOnLoginError):
    """Another component manages the Action that this component is to adopt."""

    def __init__(self, action: str, owner: str, own: str) -> None:
        lines = [
            f'The Action "{action}" is managed by {_managed_by(owner, own)}.',
            "This component does not adopt an Action of another owner.",
            *_ways_apart(owner, own),
        ]
        super().__init__("\n".join(lines))


class SecondActionError(ConsumerOnLoginError):
    """The component has an Action, and an adoption would replace it.

    Args:
        owner: URN of the component, as the code of its present Action states it.
    """

    def __init__(self, own_id: str, wanted_id: str, owner: str) -> None:
        lines = [
            f"adoptActionId is {wanted_id}, but this component already has the Action "
            f"{own_id}.",
            f"A component has one Action. This run would delete the Action {own_id}.",
            f"To keep the Action {own_id}, run: pulumi config rm adoptActionId",
            f"To adopt the Action {wanted_id} instead, run: pulumi destroy "
            f"--target-dependents --target {_action(owner)} && pulumi up",
        ]
        super().__init__("\n".join(lines))


class HalfAdoptedError(ConsumerOnLoginError):
    """An adoption began and failed, and now the stack names another Action.

    The state has the first Action, but Auth0 still has that Action's old code.
    """

    def __init__(self, begun_id: str, wanted_id: str, owner: str) -> None:
        lines = [
            f"adoptActionId is {wanted_id}, but an earlier run began to adopt the "
            f"Action {begun_id}.",
            f"A component has one Action. This run would delete the Action {begun_id}.",
            f"To finish the adoption of the Action {begun_id}, run: "
            f"pulumi config set adoptActionId {begun_id} && pulumi up --refresh",
            f"To leave the Action {begun_id} unchanged, run: pulumi state delete "
            f"--target-dependents --yes {_tenant(owner)} && pulumi up",
        ]
        super().__init__("\n".join(lines))


class TakenActionError(ConsumerOnLoginError):
    """Another component has taken over the Action, and the state does not know it.

    The other component may be this one, under a name that is not among its aliases.

    Args:
        own: URN of the component, as the state has it.
        is_dropped: whether the program no longer has the component of that URN.
    """

    def __init__(
        self, action: str, owner: str, own: str, *, is_dropped: bool = False
    ) -> None:
        may_be_renamed = are_of_one_stack(owner, own) and not is_dropped
        renamed = (
            "If the component has a new name or a new parent, declare it with the "
            f'additional alias "{owner}", and run: pulumi up'
        )
        lines = [
            f'The Action "{action}" is managed by {_managed_by(owner, own)}.',
            "The Action is also in the state of this stack. This run does not change "
            "or delete the Action.",
            *([renamed] if may_be_renamed else []),
            "To remove the Action from the state of this stack, run: pulumi state "
            f"delete --target-dependents --yes {_action(own)}",
            "To take the Action back, remove the first line of its code. Then deploy "
            "the Action in the dashboard (Actions > Library), and run: "
            "pulumi up --refresh",
        ]
        super().__init__("\n".join(lines))


class ThirdPartySecretError(ConsumerOnLoginError):
    """The Action has secrets that the next update would delete."""

    def __init__(self, name: str, secrets: list[str]) -> None:
        super().__init__(
            f'The Action "{name}" has secrets that do not belong to this stack: '
            f"{', '.join(secrets)}.\n"
            "An update of the Action would delete them, so this run stops.\n"
            "Move these secrets to another Action. Then remove them from this Action "
            f"in the dashboard, and deploy it: Actions > Library > {name}"
        )


class NoSuchActionError(ConsumerOnLoginError):
    """The setting names an Action that the tenant does not have."""

    def __init__(self, action_id: str, domain: str) -> None:
        lines = [
            f'adoptActionId is "{action_id}", but the tenant {domain} has no Action '
            "with this id.",
            "The id is the last part of the Action's address in the dashboard.",
            "To take over another Action, run: pulumi config set adoptActionId <id>",
            "To create a new Action, run: pulumi config rm adoptActionId",
        ]
        super().__init__("\n".join(lines))


class LeftActionError(ConsumerOnLoginError):
    """The tenant still has an Action of the component, but the state is empty.

    This happens at the end of a `destroy`, and of an `up` whose program no longer
    declares the component.
    """

    def __init__(self, domain: str, ids: list[str]) -> None:
        deletions = [
            f"auth0 api delete 'actions/actions/{it}?force=true'" for it in ids
        ]
        lines = [
            f"The tenant {domain} still has an Action of this stack: {', '.join(ids)}.",
            "An interrupted run left the Action, or the Auth0 provider asked another "
            "tenant to delete it.",
            "The Action stays live, and it keeps Zuplo's API key.",
            f"To delete the Action, log in to {domain} with the Auth0 CLI, and run: "
            f"{' && '.join(deletions)}",
            "To keep the Action without this stack, remove the first line of its code. "
            "Then deploy the Action in the dashboard (Actions > Library)",
            "After one of these steps, run again",
            "If this run only replaces the tenant check, leave the tenant check out of "
            "the run",
        ]
        super().__init__("\n".join(lines))


def _ways_to_own(action_id: str, *, is_marked: bool) -> list[str]:
    """Say what to do with an Action that names no owner, or this component."""
    whose = (
        "The first line of the Action's code names this component. An interrupted run "
        "left the Action, or the state was lost."
        if is_marked
        else "The first line of the Action's code names no component. A person made or "
        "edited the Action."
    )
    return [
        whose,
        f"To take over the Action, run: pulumi config set adoptActionId {action_id}",
        "If nobody needs the Action, run: "
        f"auth0 api delete 'actions/actions/{action_id}'",
        "To keep both Actions, run: pulumi config set actionName <another name>",
    ]


def _ways_apart(owner: str, own: str) -> list[str]:
    """Say how two components can have an Action each, one case a line."""
    ways = [
        "To give each component its own Action, run: pulumi config rm adoptActionId && "
        "pulumi config set actionName <another name>",
        "If nobody manages the Action any more, remove the first line of its code. "
        "Then deploy the Action in the dashboard (Actions > Library), and run: "
        "pulumi up",
    ]
    if are_of_one_stack(owner, own):
        ways.insert(
            0,
            "If the component has a new name or a new parent, declare it with "
            f'opts=pulumi.ResourceOptions(aliases=["{owner}"]), and run: '
            "pulumi config rm adoptActionId && pulumi up",
        )
    return ways


def _managed_by(owner: str, own: str) -> str:
    theirs = Owner.read(owner)
    if theirs.is_of_stack_of(Owner.read(own)):
        return f'component "{theirs.name}" of this stack ({owner})'
    return f'stack "{theirs.stack}" of project "{theirs.project}" ({owner})'


def _action(component: str) -> str:
    """Give the URN of a component's Action, quoted for a shell."""
    return _child(component, "auth0:index/action:Action", "action")


def _tenant(component: str) -> str:
    """Give the URN of a component's tenant check, on which all other parts depend."""
    return _child(component, "pulumi-python:dynamic/auth0:Tenant", "tenant")


def _child(component: str, child_type: str, suffix: str) -> str:
    *head, types, name = component.split("::", 3)
    head.append(f"{types}${child_type}::{name}-{suffix}")
    return shlex.quote("::".join(head))
