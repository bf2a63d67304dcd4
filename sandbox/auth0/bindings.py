"""Bindings of Actions to triggers in the STAND-IN.

A trigger's list is replaced as a whole, in the given order, and every
replacement gives every binding a new id (recordings "bind, list, rebind,
unbind" and "replace bindings in order").
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.auth0.actions import Action, new_id
from sandbox.auth0.clock import now
from sandbox.auth0.errors import bad_request, no_such_action
from sandbox.auth0.schemas import BindingIn, BindingRef
from sandbox.auth0.triggers import TRIGGERS


@dataclass(frozen=True)
class Binding:
    trigger_id: str
    action: Action
    display_name: str
    id: str = field(default_factory=new_id)
    created_at: str = field(default_factory=now)


def replacement(
    trigger_id: str,
    wanted: list[BindingIn],
    actions: Mapping[str, Action],
) -> list[Binding]:
    """Make a trigger's new list of bindings.

    A missing display name is taken from the Action (inferred).
    """
    if policy_of(trigger_id) != "trigger-bound":
        message = "cannot update action bindings for an entity-bound trigger"
        raise bad_request(message)  # inferred from the refusal of listing them
    bindings = []
    for item in wanted:
        action = referred(item.ref, actions)
        check_bindable(action, trigger_id)
        bindings.append(Binding(trigger_id, action, item.display_name or action.name))
    return bindings


def policy_of(trigger_id: str) -> str:
    """Tell who manages a trigger's bindings.

    Refusal of an unknown trigger: inferred.
    """
    for trigger in TRIGGERS:
        if trigger.id == trigger_id:
            return trigger.binding_policy
    message = f"Path validation error: 'No trigger {trigger_id}' on property triggerId."
    raise bad_request(message, "invalid_uri")


def referred(ref: BindingRef, actions: Mapping[str, Action]) -> Action:
    """Find the Action that a request names by its id or its name.

    An unknown one is a 404 (inferred). Which one of several of a name the server takes
    is unknown, so none is taken here.
    """
    if ref.type == "action_id":
        named = [actions[ref.value]] if ref.value in actions else []
    else:
        named = [action for action in actions.values() if action.name == ref.value]
    if not named:
        raise no_such_action()
    if len(named) > 1:
        message = f"The sandbox cannot choose: {len(named)} actions have the name"
        raise bad_request(message)
    return named[0]


def check_bindable(action: Action, trigger_id: str) -> None:
    """Issue threads (not recorded)."""
    if all(trigger.id != trigger_id for trigger in action.supported_triggers):
        message = (
            "Trying to create a binding between an incompatible action and trigger."
        )
        raise bad_request(message)
    if action.deployed_version is None:
        message = (
            "Trying to create a binding for an action that has not been deployed yet"
        )
        raise bad_request(message)
