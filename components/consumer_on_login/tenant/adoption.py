"""Whether an Action in the tenant may become the component's own.

The code of an Action names its owner, and every stack of a tenant can read that code. A
component reads the owner before it adopts, changes or deletes an Action. Two components
that manage one Action would undo each other's deployments, and the first
`pulumi destroy` would delete the Action of both.
"""

from collections.abc import Iterable, Sequence

import pulumi

from ..action_code.rendering import manifest, owner_of
from ..auth0.client import Auth0Client
from ..auth0.shapes import TenantAction, secrets_of_others
from .errors import (
    HalfAdoptedError,
    NoSuchActionError,
    OwnedActionError,
    SecondActionError,
    ThirdPartySecretError,
)


def stated_owner(action: TenantAction) -> str | None:
    """Give the owner's URN in the deployed code, or else in the draft, or None."""
    version = action.deployed
    deployed = owner_of(version.content.code) if version else None
    return deployed or owner_of(action.draft.code)


def other_owner(action: TenantAction, own: Iterable[str | None]) -> str | None:
    """Give the URN of another component that manages the Action, if there is one.

    Args:
        own: URNs of this component, present and earlier ones.
    """
    owner = stated_owner(action)
    return None if owner in own else owner


def action_to_import(
    client: Auth0Client,
    action_id: str,
    *,
    owners: Sequence[str],
    was_adopted: bool,
) -> str:
    """Give the id of the Action to adopt, or "" if it was adopted and then deleted.

    Args:
        owners: URNs of this component now, and at the last deployment.
        was_adopted: whether an earlier deployment has adopted this id.

    Raises:
        NoSuchActionError: the tenant has no Action of this id.
        OwnedActionError: another component manages it.
        SecondActionError: the component has another Action, which the engine would
            delete.
        ThirdPartySecretError: it has secrets that the adoption would delete. After the
            import it is too late: a destroy would delete the Action and the secrets.
        Auth0Error: a request to Auth0 failed.
    """
    action = client.action(action_id)
    if action is None:
        if was_adopted:
            return ""
        raise NoSuchActionError(action_id, client.session.domain)
    if other := other_owner(action, owners):
        raise OwnedActionError(action.name, other, owners[0])
    others = secrets_of_others(action.draft, manifest().secret)
    if others and not was_adopted:
        raise ThirdPartySecretError(action.name, others)
    _require_none_beside(client, action_id, owners)
    return action_id


def require_none_begun(
    client: Auth0Client, begun_id: str, wanted_id: str, owners: Sequence[str]
) -> None:
    """Refuse to adopt an Action while another adoption has begun and failed.

    Raises:
        HalfAdoptedError: the tenant has the Action of that adoption, and its code does
            not name the component.
    """
    begun = client.action(begun_id)
    if begun and stated_owner(begun) not in owners:
        raise HalfAdoptedError(begun_id, wanted_id, owners[-1])


def _require_none_beside(
    client: Auth0Client, action_id: str, owners: Sequence[str]
) -> None:
    """Refuse to adopt a second Action.

    An interrupted run may have left an Action without a binding. The delivery reports
    such an Action.
    """
    trigger = manifest().trigger_id
    bound = {it.action_id for it in client.bindings_at_first(trigger)} - {action_id}
    for action in client.actions_at_first(trigger).result():
        if action.id in bound and (owner := stated_owner(action)) in owners:
            raise SecondActionError(action.id, action_id, str(owner))


def import_while_there(import_id: pulumi.Output[str]) -> pulumi.ResourceTransform:
    """Make a transform that imports the Action only while the tenant has it.

    Only the tenant check knows that the Action of the setting was adopted and is gone.
    The engine calls a transform after that check.
    """

    async def adopt(
        args: pulumi.ResourceTransformArgs,
    ) -> pulumi.ResourceTransformResult:
        if await import_id.is_known():
            args.opts.import_ = await import_id.future() or None
        return pulumi.ResourceTransformResult(args.props, args.opts)

    return adopt
