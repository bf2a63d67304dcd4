"""Whether an Action in the tenant may become the component's own.

An Action names its owner in its code, where every stack of a tenant can read it. Who
adopts, changes or deletes one looks there first: two components that manage one Action
would undo each other's deployments, and the first `pulumi destroy` would end both.
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
    """Give the URN in what the tenant runs, or else in the draft; None without one."""
    version = action.deployed
    deployed = owner_of(version.content.code) if version else None
    return deployed or owner_of(action.draft.code)


def other_owner(action: TenantAction, own: Iterable[str | None]) -> str | None:
    """Give the URN of another component that manages the Action, if one does.

    Args:
        own: URNs that this component has, and had under an earlier name.
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
    """Give the id of the Action to adopt; nothing if it was adopted, and deleted since.

    Args:
        owners: URNs of this component now, and at the last deployment.
        was_adopted: whether an earlier deployment has adopted this id.

    Raises:
        NoSuchActionError: the tenant has no Action of this id.
        OwnedActionError: another component manages it.
        SecondActionError: the component has another Action, which the engine would
            delete.
        ThirdPartySecretError: it holds secrets that the adoption would delete. After
            the import it is too late: a destroy would delete it with them.
        Auth0Error: Auth0 could not be asked.
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
    """Refuse to adopt an Action beside one whose adoption began and failed.

    Raises:
        HalfAdoptedError: the tenant has that one, and it does not name the component.
    """
    begun = client.action(begun_id)
    if begun and stated_owner(begun) not in owners:
        raise HalfAdoptedError(begun_id, wanted_id, owners[-1])


def _require_none_beside(
    client: Auth0Client, action_id: str, owners: Sequence[str]
) -> None:
    """Refuse to adopt a second Action.

    One that is not bound may be left by an interrupted run: the delivery tells of it.
    """
    trigger = manifest().trigger_id
    bound = {it.action_id for it in client.bindings_at_first(trigger)} - {action_id}
    for action in client.actions_at_first(trigger).result():
        if action.id in bound and (owner := stated_owner(action)) in owners:
            raise SecondActionError(action.id, action_id, str(owner))


def import_while_there(import_id: pulumi.Output[str]) -> pulumi.ResourceTransform:
    """Make a transform that imports the Action only while the tenant has it.

    Only the tenant's check knows that the setting names an Action which was adopted and
    is gone. The engine asks a transform for the option once that check is done.
    """

    async def adopt(
        args: pulumi.ResourceTransformArgs,
    ) -> pulumi.ResourceTransformResult:
        if await import_id.is_known():
            args.opts.import_ = await import_id.future() or None
        return pulumi.ResourceTransformResult(args.props, args.opts)

    return adopt
