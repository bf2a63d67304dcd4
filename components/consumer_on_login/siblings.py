"""The components of one deployment, so that they share a tenant's login flow.

Auth0 has no call that adds one binding: the provider reads the trigger's list and
writes it back with its own entry appended. Two at the same time lose one another's, so
each component's binding waits for the component declared before it.
"""

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import get_monitor

from .errors import SettingsError


@dataclass(frozen=True)
class Member:
    """What the others must know of one component."""

    name: str
    provider: pulumi.ProviderResource | None
    """The explicit Auth0 provider, which stands for the tenant."""
    action_name: pulumi.Input[str]
    metadata_key: pulumi.Input[str]
    bucket: tuple[pulumi.Input[str], ...]
    """Address, account and bucket."""
    adopt_action_id: str | None = None

    def fault_beside(self, other: "Member") -> str | None:
        """Say why the two cannot share a tenant.

        Settings that are Outputs are not known yet and never at fault.
        """
        if self.provider is not other.provider:
            return None
        if self.adopt_action_id and self.adopt_action_id == other.adopt_action_id:
            return (
                f'"{other.name}" and "{self.name}" would both adopt the Action '
                f'"{self.adopt_action_id}".\n'
                f"Give adopt_action_id to one of them alone."
            )
        if _equal(self.action_name, other.action_name):
            return (
                f'"{other.name}" and "{self.name}" would both make an Action '
                f'"{self.action_name}".\n'
                f'Give "{self.name}" an action_name of its own.'
            )
        known = all(isinstance(part, str) for part in (*self.bucket, *other.bucket))
        if (
            _equal(self.metadata_key, other.metadata_key)
            and known
            and self.bucket != other.bucket
        ):
            return (
                f'"{self.name}" and "{other.name}" use different buckets, but both '
                f'remember their consumers as "{self.metadata_key}": a user would get '
                "one of the two.\n"
                f'Give "{self.name}" a metadata_key of its own.'
            )
        return None


def _equal(one: pulumi.Input[str], other: pulumi.Input[str]) -> bool:
    return isinstance(one, str) and isinstance(other, str) and one == other


class LoginFlow:
    """The components declared so far and the last resource that writes bindings."""

    def __init__(self) -> None:
        self.members: list[Member] = []
        self._names: set[str] = set()
        self.last_step: pulumi.Resource | None = None

    def join(self, member: Member) -> str:
        """Add a component, and give a name that no other has.

        Those below different parents may have one name, but the engine wants names
        of hooks to be unique.

        Raises:
            SettingsError: another one makes an Action of the same name, or remembers
                a different bucket under the same key.
        """
        for other in self.members:
            if fault := member.fault_beside(other):
                raise SettingsError([fault])
        self.members.append(member)
        name, number = member.name, 1
        while name in self._names:
            number += 1
            name = f"{member.name}-{number}"
        self._names.add(name)
        return name


# Keyed by the engine's connection: a process may run several deployments (Automation
# API, tests with mocks), and a resource of one means nothing in another.
_flows: WeakKeyDictionary[Any, LoginFlow] = WeakKeyDictionary()


def current_login_flow() -> LoginFlow:
    """Give the one of the running deployment."""
    return _flows.setdefault(get_monitor(), LoginFlow())
