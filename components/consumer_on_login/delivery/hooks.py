"""What the program itself reads from Auth0, before and after the provider's writes.

These are resource hooks, since only the engine knows whether it creates or changes an
Action. A hook that raises before a write stops the resource, in previews too. A hook
after a write does not raise, since the write is done. If the engine ended the
deployment while the program runs, the engine might print a traceback. The delivery
raises the error instead.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import pulumi

from ..action_code.rendering import manifest, owner_of
from ..auth0.client import SCOPES, Auth0Client, auth0_client
from ..auth0.credentials import Credentials, TenantIdentity, configured, usable
from ..auth0.errors import Auth0Error
from ..auth0.shapes import TenantAction, TenantBinding, secrets_of_others
from ..tenant.adoption import other_owner, stated_owner
from ..tenant.errors import DuplicateNameError, TakenActionError, ThirdPartySecretError
from .errors import LostBindingsError
from .resource import Findings
from .sending import require_bindings_of_others


class TenantHooks:
    """Hooks of one component.

    Args:
        name: of the component, unique in the program. The hooks' names begin with it.
        credentials: of an explicit provider. Without them, the configuration's.
        owner: URN of the component.
        former_owners: URNs of the component's earlier names. The code in the state does
            not name them, since a refresh reads that code from the tenant.
        deployed: the tenant that has the stack. A run that targets other resources
            leaves out the tenant check.
    """

    def __init__(
        self,
        name: str,
        credentials: pulumi.Input[Any] | None,
        owner: pulumi.Input[str],
        former_owners: Sequence[pulumi.Output[str | None]],
        deployed: pulumi.Output[TenantIdentity],
    ) -> None:
        self._name = name
        self._deployed = deployed
        self._owner = pulumi.Output.from_input(owner)
        self._former_owners = former_owners
        self._given: pulumi.Output[Any] | None = (
            None if credentials is None else pulumi.Output.from_input(credentials)
        )
        self._flow: list[TenantBinding] = []
        self.has_created_action = False
        """Whether this deployment creates the Action; known with the Action's id."""
        self.has_changed_action = False
        """Whether this deployment changes the Action; known with the Action's id."""
        self.new_binding = ""
        """A name of the binding that this deployment creates, or empty; known with the
        binding's id. Auth0's own id of a binding stays the same."""
        self.flow_fault = ""
        """What is wrong with the bindings of others; known with our binding's id."""

    def findings(
        self, action_id: pulumi.Output[str], binding_id: pulumi.Output[str]
    ) -> Findings:
        """Give what the hooks have seen, as soon as Action and binding exist."""
        return {
            "is_new_action": action_id.apply(lambda _: self.has_created_action),
            "is_changed_action": action_id.apply(lambda _: self.has_changed_action),
            "new_binding": binding_id.apply(lambda _: self.new_binding),
            "flow_fault": binding_id.apply(lambda _: self.flow_fault),
        }

    def of_action(self) -> pulumi.ResourceHookBinding:
        """Refuse a second Action of the name, and changes of an Action of others."""
        return pulumi.ResourceHookBinding(
            before_create=[self._hook("look-up", self._require_no_duplicate, True)],
            before_update=[self._hook("owner", self._require_own, True)],
        )

    def of_binding(self) -> pulumi.ResourceHookBinding:
        """Compare the bindings of others before and after our binding is added."""
        return pulumi.ResourceHookBinding(
            before_create=[self._hook("flow-before", self._before_binding, False)],
            after_create=[self._hook("flow-after", self._compare_flow, False)],
        )

    def _hook(
        self,
        name: str,
        ask: Callable[[Auth0Client, pulumi.ResourceHookArgs, list[str]], None],
        runs_in_previews: bool,
    ) -> pulumi.ResourceHook:
        async def run(args: pulumi.ResourceHookArgs) -> None:
            credentials = await self._credentials()
            if credentials is not None:
                if deployed := await self._deployed.future():
                    credentials.require_tenant(deployed)
                owners = [str(await self._owner.future())]
                former = [await it.future() for it in self._former_owners]
                owners += [it for it in former if it]
                client = auth0_client(credentials)
                if not pulumi.runtime.is_dry_run():
                    await asyncio.to_thread(client.session.require_scopes, SCOPES)
                await asyncio.to_thread(ask, client, args, owners)

        opts = pulumi.ResourceHookOptions(on_dry_run=runs_in_previews)
        return pulumi.ResourceHook(f"{self._name}-{name}", run, opts)

    async def _credentials(self) -> Credentials | None:
        """Give the credentials; None if they are unknown in this preview."""
        if self._given is None:
            return configured(pulumi.Config("auth0").get)
        given = await self._given.future()
        return None if given is None else usable(given)

    def _require_no_duplicate(
        self, client: Auth0Client, args: pulumi.ResourceHookArgs, owners: list[str]
    ) -> None:
        duplicates = _duplicates(client, args)
        if duplicates and not self._may_be_replaced(client, duplicates, owners[0]):
            raise _refusal(duplicates, owners)
        self.has_created_action = True

    def _may_be_replaced(
        self, client: Auth0Client, duplicates: list[TenantAction], owner: str
    ) -> bool:
        """Tell whether this is the preview of a run that deletes the Action first.

        An Action that the run replaces is bound, and its code names this component. An
        Action that an interrupted run left is not bound. An Action that is missing in a
        lost state is bound, too, and only the `up` refuses it.
        """
        if not pulumi.runtime.is_dry_run():
            return False
        bound = {it.action_id for it in client.bindings(manifest().trigger_id)}
        return all(it.id in bound and stated_owner(it) == owner for it in duplicates)

    def _require_own(
        self, client: Auth0Client, args: pulumi.ResourceHookArgs, owners: list[str]
    ) -> None:
        self.has_changed_action = True
        action = client.action(args.id)
        if action is None:
            return
        _require_owner(action, owners, _owner_in_state(args, owners))
        if others := secrets_of_others(action.draft, manifest().secret):
            raise ThirdPartySecretError(action.name, others)
        if duplicates := _duplicates(client, args):
            raise _refusal(duplicates, owners)

    def _before_binding(
        self, client: Auth0Client, args: pulumi.ResourceHookArgs, owners: list[str]
    ) -> None:
        """Store the flow. Refuse an Action that another component has taken over.

        The state would also take over that Action's binding, and a destroy would delete
        both.
        """
        action_id = (args.new_inputs or {}).get("actionId")
        if not self.has_created_action and (action := client.action(str(action_id))):
            _require_owner(action, owners, owners[0])
        self._flow = client.bindings(manifest().trigger_id)

    def _compare_flow(
        self, client: Auth0Client, args: pulumi.ResourceHookArgs, _owners: list[str]
    ) -> None:
        self.new_binding = secrets.token_hex(8)
        action_id = str((args.new_inputs or {}).get("actionId"))
        try:
            after = client.bindings(manifest().trigger_id)
            require_bindings_of_others(self._flow, after, action_id)
        except (Auth0Error, LostBindingsError) as error:
            self.flow_fault = str(error)


def _duplicates(
    client: Auth0Client, args: pulumi.ResourceHookArgs
) -> list[TenantAction]:
    """Find other Actions of the name, if this Action gets a new name."""
    new, old = args.new_inputs or {}, args.old_inputs or {}
    name = new.get("name")
    if not isinstance(name, str) or name == old.get("name"):
        return []
    return [action for action in client.actions_named(name) if action.id != args.id]


def _require_owner(action: TenantAction, owners: list[str], own: str) -> None:
    if other := other_owner(action, owners):
        raise TakenActionError(action.name, other, own)


def _owner_in_state(args: pulumi.ResourceHookArgs, owners: list[str]) -> str:
    """Give the URN under which the state has the component's Action."""
    code = (args.old_inputs or {}).get("code")
    stated = owner_of(code) if isinstance(code, str) else None
    return stated if stated in owners else owners[0]


def _refusal(duplicates: list[TenantAction], owners: list[str]) -> DuplicateNameError:
    first, ids = duplicates[0], [action.id for action in duplicates]
    stated = stated_owner(first)
    own = stated if stated in owners else owners[0]
    return DuplicateNameError(first.name, ids, stated, own)
