"""The components of one deployment, which share a tenant's login flow.

Auth0 has no call that adds one binding. The provider reads the trigger's list, and
writes it back with one more entry. Two writes at the same time would lose an entry, so
each component's binding waits for the component that was declared before.
"""

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import get_monitor

from .errors import SettingsError


@dataclass(frozen=True)
class Member:
    """What the other components must know about one component."""

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

        Settings that are Outputs are not known yet, so they are never at fault.
        """
        if self.provider is not other.provider:
            return None
        if self.adopt_action_id and self.adopt_action_id == other.adopt_action_id:
            return (
                f'"{other.name}" and "{self.name}" would both adopt the Action '
                f'"{self.adopt_action_id}".\n'
                "An Action has one owner.\n"
                "Set adopt_action_id for only one of the two components."
            )
        if _equal(self.action_name, other.action_name):
            return (
                f'"{other.name}" and "{self.name}" would both create an Action '
                f'"{self.action_name}".\n'
                "Each Action of a tenant needs its own name.\n"
                f'Set another action_name for "{self.name}".'
            )
        known = all(isinstance(part, str) for part in (*self.bucket, *other.bucket))
        if (
            _equal(self.metadata_key, other.metadata_key)
            and known
            and self.bucket != other.bucket
        ):
            return (
                f'"{self.name}" and "{other.name}" use different buckets, but both '
                f'have the metadata_key "{self.metadata_key}".\n'
                "A user would get a consumer in only one of the two buckets.\n"
                f'Set another metadata_key for "{self.name}".'
            )
        return None


def _equal(one: pulumi.Input[str], other: pulumi.Input[str]) -> bool:
    return isinstance(one, str) and isinstance(other, str) and one == other


class LoginFlow:
    """The components so far, and the last resource that writes bindings."""

    def __init__(self) -> None:
        self.members: list[Member] = []
        self._names: set[str] = set()
        self.last_step: pulumi.Resource | None = None

    def join(self, member: Member) -> str:
        """Add a component, and give it a name that no other component has.

        Components below different parents may have the same name, but the names of
        hooks must be unique.

        Raises:
            SettingsError: another component creates an Action of the same name, or has
                another bucket and the same metadata key.
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


# The key is the engine's connection. A process may run several deployments (Automation
# API, tests with mocks), and a resource of one deployment has no meaning in another.
_flows: WeakKeyDictionary[Any, LoginFlow] = WeakKeyDictionary()


def current_login_flow() -> LoginFlow:
    """Give the login flow of the running deployment."""
    return _flows.setdefault(get_monitor(), LoginFlow())
