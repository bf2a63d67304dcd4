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
    metadata_key: pulumi.Input[str]
    bucket: tuple[pulumi.Input[str], ...]
    """Address, account and bucket."""

    def contradicts(self, other: "Member") -> bool:
        """Tell whether users would get the consumer of only one of the two.

        Settings that are Outputs are not known yet and never contradict.
        """
        comparable = all(
            isinstance(value, str)
            for value in (
                self.metadata_key,
                other.metadata_key,
                *self.bucket,
                *other.bucket,
            )
        )
        return (
            comparable
            and self.provider is other.provider
            and self.metadata_key == other.metadata_key
            and self.bucket != other.bucket
        )


class LoginFlow:
    """The components declared so far and the last resource that writes bindings."""

    def __init__(self) -> None:
        self.members: list[Member] = []
        self.last_step: pulumi.Resource | None = None

    def join(self, member: Member) -> None:
        """Add a component.

        Raises:
            SettingsError: another one remembers a different bucket under the same key.
        """
        for other in self.members:
            if member.contradicts(other):
                fault = (
                    f'"{member.name}" and "{other.name}" use different buckets, but '
                    f'both remember their consumers as "{member.metadata_key}": a user '
                    "would get one of the two.\n"
                    f'Give "{member.name}" a metadata_key of its own.'
                )
                raise SettingsError([fault])
        self.members.append(member)


# Keyed by the engine's connection: a process may run several deployments (Automation
# API, tests with mocks), and a resource of one means nothing in another.
_flows: WeakKeyDictionary[Any, LoginFlow] = WeakKeyDictionary()


def current_login_flow() -> LoginFlow:
    """Give the one of the running deployment."""
    return _flows.setdefault(get_monitor(), LoginFlow())
