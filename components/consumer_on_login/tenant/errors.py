"""Whose an Action or a tenant is, and why this stack may not touch it.

DuplicateNameError           an Action of our name that the state does not know
OwnedActionError        an Action to adopt that another component manages
SecondActionError       an Action to adopt beside the one that the component has
HalfAdoptedError        an Action to adopt beside one whose adoption failed
TakenActionError        an Action of the state that another component manages now
NoSuchActionError       there is no Action to adopt
ThirdPartySecretError      a secret on our Action that is not of the stack
LeftActionError         an Action of the component is left at a destroy
"""

import shlex

from ..errors import ConsumerOnLoginError
from .urns import Owner, are_of_one_stack


class DuplicateNameError(ConsumerOnLoginError):
    """The tenant has Actions of the name that the component's state does not know.

    Args:
        owner: URN in the first Action's code, None if it names nobody.
        own: URN of this component.
    """

    def __init__(self, name: str, ids: list[str], owner: str | None, own: str) -> None:
        lines = [
            f'Auth0 has an Action "{name}" ({", ".join(ids)}) that the state of this '
            "component does not know."
        ]
        if owner in (None, own):
            lines += _ways_to_own(ids[0], is_marked=owner is not None)
        else:
            lines += [f"It is managed by {_managed_by(str(owner), own)}."]
            lines += _ways_apart(str(owner), own)
        super().__init__("\n".join(lines))


class OwnedActionError(ConsumerOnLoginError):
    """Another component manages the Action that this one is to adopt."""

    def __init__(self, action: str, owner: str, own: str) -> None:
        lines = [
            f'The Action "{action}" is managed by {_managed_by(owner, own)}.',
            "This component does not adopt it.",
            *_ways_apart(owner, own),
        ]
        super().__init__("\n".join(lines))


class SecondActionError(ConsumerOnLoginError):
    """The component has an Action, which an adoption would replace.

    Args:
        owner: URN of the component, as the Action that it has names it.
    """

    def __init__(self, own_id: str, wanted_id: str, owner: str) -> None:
        lines = [
            f"adoptActionId is {wanted_id}, but this component has the Action {own_id} "
            "already.",
            "A component has one Action, and this run would delete it.",
            "To keep it, run: pulumi config rm adoptActionId",
            f"To adopt {wanted_id} in its place, run: pulumi destroy "
            f"--target-dependents --target {_action(owner)} && pulumi up",
        ]
        super().__init__("\n".join(lines))


class HalfAdoptedError(ConsumerOnLoginError):
    """An adoption began and failed, and another Action is to be adopted now.

    The state has the Action, and Auth0 still has its own code.
    """

    def __init__(self, begun_id: str, wanted_id: str, owner: str) -> None:
        lines = [
            f"adoptActionId is {wanted_id}, but this component began to adopt the "
            f"Action {begun_id}.",
            "A component has one Action, and this run would delete that one.",
            "To go on with it, run: "
            f"pulumi config set adoptActionId {begun_id} && pulumi up --refresh",
            "To leave it as it is, run: pulumi state delete --target-dependents "
            f"--yes {_tenant(owner)} && pulumi up",
        ]
        super().__init__("\n".join(lines))


class TakenActionError(ConsumerOnLoginError):
    """Another component has taken the Action over, which the state does not know.

    Or it is the component itself, under a name that is none of its aliases.

    Args:
        own: URN of the component, as the state has it.
        is_dropped: whether the program no longer has the component of that URN.
    """

    def __init__(
        self, action: str, owner: str, own: str, *, is_dropped: bool = False
    ) -> None:
        may_be_renamed = are_of_one_stack(owner, own) and not is_dropped
        renamed = (
            "If this component was renamed or has another parent now, declare it with "
            f'the alias "{owner}", beside any others, and run: pulumi up'
        )
        lines = [
            f'The Action "{action}" is managed by {_managed_by(owner, own)}.',
            "This stack has it in its state, but neither changes nor deletes it.",
            *([renamed] if may_be_renamed else []),
            "To let this stack forget it, run: pulumi state delete "
            f"--target-dependents --yes {_action(own)}",
            "To take it back, remove the first line of its code in the dashboard "
            "(Actions > Library), deploy it, and run: pulumi up --refresh",
        ]
        super().__init__("\n".join(lines))


class ThirdPartySecretError(ConsumerOnLoginError):
    """The Action holds secrets that the next update would delete."""

    def __init__(self, name: str, secrets: list[str]) -> None:
        super().__init__(
            f'The Action "{name}" holds {", ".join(secrets)}, which is not of this '
            "stack and would be deleted.\n"
            "Move it elsewhere and remove it in the dashboard, then deploy there: "
            f"Actions > Library > {name}"
        )


class NoSuchActionError(ConsumerOnLoginError):
    """The setting names an Action that the tenant does not have."""

    def __init__(self, action_id: str, domain: str) -> None:
        lines = [
            f'adoptActionId is "{action_id}", but {domain} has no Action of this id.',
            "The id is the last part of the Action's address in the dashboard.",
            "To take another Action over, run: pulumi config set adoptActionId <id>",
            "To create a new Action, run: pulumi config rm adoptActionId",
        ]
        super().__init__("\n".join(lines))


class LeftActionError(ConsumerOnLoginError):
    """An Action of the component is there yet, when all of the state is gone.

    A `destroy` ends so, and an `up` whose program has dropped the component.
    """

    def __init__(self, domain: str, ids: list[str]) -> None:
        deletions = [
            f"auth0 api delete 'actions/actions/{it}?force=true'" for it in ids
        ]
        lines = [
            f"The tenant {domain} still has the Action {', '.join(ids)} of this stack.",
            "An interrupted run left it, or the Auth0 provider asked another tenant to "
            "delete it. It stays live with its key.",
            f"To delete it, log in to {domain}, and run: {' && '.join(deletions)}",
            "To keep it without this stack, remove the first line of its code in the "
            "dashboard (Actions > Library), and deploy it",
            "After either, run again",
            "If this run only replaces the check of the tenant, leave the check out",
        ]
        super().__init__("\n".join(lines))


def _ways_to_own(action_id: str, *, is_marked: bool) -> list[str]:
    """Say what to do with an Action of nobody, or of this very component."""
    whose = (
        "Its first line names this component: an interrupted run left it, or the state "
        "was lost."
        if is_marked
        else "Its first line names no component: it was made or edited by hand."
    )
    return [
        whose,
        f"To take it over, run: pulumi config set adoptActionId {action_id}",
        "To delete it, if nobody needs it, run: "
        f"auth0 api delete 'actions/actions/{action_id}'",
        "To keep both, run: pulumi config set actionName <another name>",
    ]


def _ways_apart(owner: str, own: str) -> list[str]:
    """Tell how two components keep out of each other's way, one case a line."""
    ways = [
        "To have an Action for each, run: pulumi config rm adoptActionId && "
        "pulumi config set actionName <another name>",
        "If nobody manages it any more, remove the first line of its code in the "
        "dashboard (Actions > Library), deploy it, and run: pulumi up",
    ]
    if are_of_one_stack(owner, own):
        ways.insert(
            0,
            "If this component was renamed or has another parent now, declare it with "
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
    """Give the URN of a component's check of the tenant, on which all else depends."""
    return _child(component, "pulumi-python:dynamic/auth0:Tenant", "tenant")


def _child(component: str, child_type: str, suffix: str) -> str:
    *head, types, name = component.split("::", 3)
    head.append(f"{types}${child_type}::{name}-{suffix}")
    return shlex.quote("::".join(head))
