"""Delivers one Action of a tenant as the stack desires it, and proves the delivery.

Each write of the list of bindings also sends the bindings of others, since Auth0 has no
smaller write. The delivery compares these before and after. It does not store or
restore them.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from ..action_code.rendering import manifest
from ..auth0.client import Auth0Client
from ..auth0.errors import ActionGoneError
from ..auth0.shapes import Content, TenantAction, TenantBinding, secrets_of_others
from ..tenant.errors import ThirdPartySecretError
from .drift import Desired, Drift, differences, is_added_secret, own_bindings
from .errors import (
    BuildError,
    DraftError,
    InterferenceError,
    LostBindingsError,
    RepeatedActionError,
)


class Delivery:
    """The delivery of one Action, step by step."""

    def __init__(
        self, client: Auth0Client, action_id: str, name: str, desired: Desired
    ) -> None:
        self._client = client
        self._id = action_id
        self._name = name
        self._desired = desired

    def deliver(
        self,
        key: str,
        *,
        has_key: Callable[[TenantAction], bool],
        reported: Sequence[Drift],
    ) -> TenantAction:
        """Deliver what is missing, and give the Action as the tenant runs it.

        Args:
            key: Zuplo's key, for the Action's one secret.
            has_key: tells whether the draft's secret certainly is the key, since Auth0
                never gives a value back. If it is not, the delivery sends the key.
            reported: the drift that a preview has named. The delivery deletes a secret
                of others only if the drift names it.

        Raises:
            DeliveryError: the delivery cannot send what is missing.
            ThirdPartySecretError: the draft has a secret that no preview has named.
            Auth0Error: Auth0 fails or refuses.
        """
        action, flow = self._look()
        if unlike := differences(action.draft, self._desired):
            raise DraftError(self._name, [f"the {it}" for it in unlike])
        others = secrets_of_others(action.draft, self._desired.secret)
        if unreported := [it for it in others if not is_added_secret(reported, it)]:
            raise ThirdPartySecretError(self._name, unreported)
        sends_key = not self._has_own_secret(action.draft) or not has_key(action)
        if not sends_key and self._runs(action) and self._is_bound_once(flow):
            return action
        if sends_key:
            self._client.send_secrets(self._id, {self._desired.secret: key})
            self._deploy()
        elif not self._runs(action):
            self._deploy()
        self._bind_once()
        action, flow = self._look()
        if not (self._runs(action) and self._is_bound_once(flow)):
            raise InterferenceError(self._name)
        return action

    def _deploy(self) -> None:
        if not self._client.wait_until_built(self._id):
            raise BuildError(self._name)
        self._client.deploy(self._id)

    def _bind_once(self) -> None:
        trigger = manifest().trigger_id
        # Read again: others may have bound Actions during the build.
        flow = self._client.bindings(trigger)
        if self._is_bound_once(flow):
            return
        own = own_bindings(flow, self._id)[:1] or [
            TenantBinding(self._id, self._name, self._name)
        ]
        place = flow.index(own[0]) if own[0] in flow else len(flow)
        others = bindings_of_others(flow, self._id)
        wanted = [*others[:place], *own, *others[place:]]
        self._client.replace_bindings(trigger, wanted)
        require_bindings_of_others(flow, self._client.bindings(trigger), self._id)

    def _is_bound_once(self, flow: list[TenantBinding]) -> bool:
        return len(own_bindings(flow, self._id)) == 1

    def _runs(self, action: TenantAction) -> bool:
        version = action.deployed
        return (
            version is not None
            and version.is_deployed
            and action.is_draft_deployed
            and not differences(version.content, self._desired)
            and self._has_own_secret(version.content)
        )

    def _has_own_secret(self, content: Content) -> bool:
        return content.secrets.keys() == {self._desired.secret}

    def _look(self) -> tuple[TenantAction, list[TenantBinding]]:
        action, flow = look(self._client, self._id)
        if action is None:
            raise ActionGoneError(self._name)
        return action, flow


def look(
    client: Auth0Client, action_id: str
) -> tuple[TenantAction | None, list[TenantBinding]]:
    """Read an Action and its trigger's bindings at the same time.

    Raises:
        Auth0Error: one of the two requests failed.
    """
    with ThreadPoolExecutor(1) as meanwhile:
        flow = meanwhile.submit(client.bindings, manifest().trigger_id)
        return client.action(action_id), flow.result()


def bindings_of_others(
    flow: list[TenantBinding], action_id: str
) -> list[TenantBinding]:
    """Leave out the bindings of one Action."""
    return [binding for binding in flow if binding.action_id != action_id]


def require_bindings_of_others(
    before: list[TenantBinding], after: list[TenantBinding], action_id: str
) -> None:
    """Raise LostBindingsError if bindings of others are missing after our write."""
    there = bindings_of_others(after, action_id)
    if lost := [it for it in bindings_of_others(before, action_id) if it not in there]:
        raise LostBindingsError([it.display_name or it.action_name for it in lost])


def require_one_of_the_name(named: list[TenantAction], own: TenantAction) -> None:
    """Raise RepeatedActionError unless ours is the only Action of its name."""
    if others := [action.id for action in named if action.id != own.id]:
        raise RepeatedActionError(own.name, others)
