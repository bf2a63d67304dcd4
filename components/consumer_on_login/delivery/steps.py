"""Brings one Action of a tenant to what was meant, and proves it.

Other actions' bindings are sent along in every write of the list, since Auth0 has no
smaller one. They are compared before and after; nothing of them is kept or restored.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from ..action_code.rendering import manifest
from ..auth0.client import Auth0Client
from ..auth0.errors import ActionGoneError
from ..auth0.shapes import Content, TenantAction, TenantBinding, foreign_secrets
from ..tenant.errors import ForeignSecretError
from .drift import Meant, differences, own_bindings, tells_of_secret
from .errors import (
    BuildError,
    DraftError,
    InterferenceError,
    LostBindingsError,
    TwinError,
)


class Delivery:
    """The delivery of one Action, step by step."""

    def __init__(
        self, client: Auth0Client, action_id: str, name: str, meant: Meant
    ) -> None:
        self._client = client
        self._id = action_id
        self._name = name
        self._meant = meant

    def deliver(
        self,
        key: str,
        *,
        has_key: Callable[[TenantAction], bool],
        told: Sequence[str],
    ) -> TenantAction:
        """Deliver what is missing and give the Action as the tenant runs it.

        Args:
            key: Zuplo's key, for the Action's one secret.
            has_key: tells whether the draft's secret of that name surely holds it,
                since Auth0 gives no value back. If not, it is sent.
            told: the drift that a preview has named; somebody's secrets that are
                among it go.

        Raises:
            DeliveryError: what is missing cannot be delivered from here.
            ForeignSecretError: the draft holds a secret that may be somebody's.
            Auth0Error: Auth0 is in trouble or refuses.
        """
        action, flow = self._look()
        if unlike := differences(action.draft, self._meant):
            raise DraftError(self._name, unlike)
        foreign = foreign_secrets(action.draft, self._meant.secret)
        if untold := [it for it in foreign if not tells_of_secret(told, it)]:
            raise ForeignSecretError(self._name, untold)
        sends_key = not self._has_own_secret(action.draft) or not has_key(action)
        if not sends_key and self._runs(action) and self._is_bound_once(flow):
            return action
        if sends_key:
            self._client.send_secrets(self._id, {self._meant.secret: key})
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
        # Read again: others may have bound theirs while ours was built.
        flow = self._client.bindings(trigger)
        if self._is_bound_once(flow):
            return
        own = own_bindings(flow, self._id)[:1] or [
            TenantBinding(self._id, self._name, self._name)
        ]
        place = flow.index(own[0]) if own[0] in flow else len(flow)
        foreign = foreign_bindings(flow, self._id)
        wanted = [*foreign[:place], *own, *foreign[place:]]
        self._client.replace_bindings(trigger, wanted)
        require_foreign_bindings(flow, self._client.bindings(trigger), self._id)

    def _is_bound_once(self, flow: list[TenantBinding]) -> bool:
        return len(own_bindings(flow, self._id)) == 1

    def _runs(self, action: TenantAction) -> bool:
        version = action.deployed
        return (
            version is not None
            and version.is_deployed
            and action.is_draft_deployed
            and not differences(version.content, self._meant)
            and self._has_own_secret(version.content)
        )

    def _has_own_secret(self, content: Content) -> bool:
        return content.secrets.keys() == {self._meant.secret}

    def _look(self) -> tuple[TenantAction, list[TenantBinding]]:
        action, flow = look(self._client, self._id)
        if action is None:
            raise ActionGoneError(self._name)
        return action, flow


def look(
    client: Auth0Client, action_id: str
) -> tuple[TenantAction | None, list[TenantBinding]]:
    """Ask for an Action and for its trigger's bindings at the same time.

    Raises:
        Auth0Error: one of them could not be had.
    """
    with ThreadPoolExecutor(1) as meanwhile:
        flow = meanwhile.submit(client.bindings, manifest().trigger_id)
        return client.action(action_id), flow.result()


def foreign_bindings(flow: list[TenantBinding], action_id: str) -> list[TenantBinding]:
    """Leave out the bindings of one Action."""
    return [binding for binding in flow if binding.action_id != action_id]


def require_foreign_bindings(
    before: list[TenantBinding], after: list[TenantBinding], action_id: str
) -> None:
    """Raise LostBindingsError if bindings of others changed while ours was written."""
    there = foreign_bindings(after, action_id)
    if lost := [it for it in foreign_bindings(before, action_id) if it not in there]:
        raise LostBindingsError([it.display_name or it.action_name for it in lost])


def require_no_twin(named: list[TenantAction], own: TenantAction) -> None:
    """Raise TwinError unless ours is the one Action of its name."""
    if twins := [action.id for action in named if action.id != own.id]:
        raise TwinError(own.name, twins)
