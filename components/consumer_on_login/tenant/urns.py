"""URNs of a component: its own, and those that it had before it was renamed.

An Action names its component by this URN, in the first line of its code.
"""

from dataclasses import dataclass
from typing import Self

import pulumi
from pulumi.runtime.resource import inherited_child_alias


@dataclass(frozen=True)
class Owner:
    """The component that manages an Action, read from its URN."""

    urn: str
    stack: str
    project: str
    name: str

    @classmethod
    def read(cls, urn: str) -> Self:
        """Read `urn:pulumi:<stack>::<project>::<types>::<name>`, or any other text."""
        stack, project, _, name = (*urn.split("::", 3), "", "", "")[:4]
        return cls(urn, stack.removeprefix("urn:pulumi:"), project, name)

    def is_of_stack_of(self, other: Self) -> bool:
        """Tell whether both are components of one stack."""
        return (self.stack, self.project) == (other.stack, other.project)


def are_of_one_stack(urn: str, other: str) -> bool:
    """Tell whether two URNs are of components of one stack."""
    return Owner.read(urn).is_of_stack_of(Owner.read(other))


class ComponentUrns:
    """URNs of one component of the program."""

    own: pulumi.Output[str]
    former: list[pulumi.Output[str | None]]
    """Its aliases, with None for one of another stack. Several stacks may share the
    program. An alias names one of them, whose Action is not the others' own."""

    def __init__(self, component: pulumi.Resource) -> None:
        self._component = component
        self.own = pulumi.Output.from_input(_urn_alone(component))
        self.former = [
            pulumi.Output.all(self.own, alias).apply(
                lambda both: both[1] if are_of_one_stack(*both) else None
            )
            for alias in component._aliases
        ]

    def former_of(
        self, kind: str, child_type: str
    ) -> list[pulumi.Input[str | pulumi.Alias]]:
        """Give the URNs that a child had below the component's own aliases.

        A child inherits them, but no more once a failed `up` under the new name has put
        the component into the state.
        """
        name = self._component.pulumi_resource_name
        return [
            inherited_child_alias(f"{name}-{kind}", name, alias, child_type)
            for alias in self._component._aliases
        ]


async def _urn_alone(component: pulumi.Resource) -> str:
    """Give the URN without a dependency on the component.

    A child with that dependency would wait for the component's children: for itself.
    """
    return str(await component.urn.future())
