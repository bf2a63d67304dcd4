"""The login flow: its order, and what may be in it.

These tests bind Actions that do nothing, behind the others, and take them out again.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from ..made import Auth0
from ..statements import expect, statement
from .test_actions import built, deployed

CLIENT = "auth0/client.py: replace_bindings"
Json = dict[str, Any]


@pytest.fixture
def flow(auth0: Auth0) -> Iterator[Auth0]:
    """The tenant with its flow; afterwards nothing of a test is in it."""
    yield auth0
    auth0.unbind(*auth0.ids)


def ids(flow: list[Json]) -> list[str]:
    return [it["action"]["id"] for it in flow]


def bound(action: Json, name: str = "contract") -> Json:
    return {"action": {"id": action["id"]}, "display_name": name}


@statement(
    "auth0-bindings-list",
    "A client writes the list of bindings as a whole, and the list keeps its order.",
    where=CLIENT,
    rests_on="recordings; document",
    breaks="Another person's Action loses its place in the login flow.",
)
def test_bindings_list(flow: Auth0) -> None:
    one, two = deployed(flow), deployed(flow)
    for pair in ([one, two], [two, one], [one]):
        others = ids(flow.others_flow())
        expect("status", 200, flow.bind_behind(*map(bound, pair)).status)
        expect("ids", [*others, *(it["id"] for it in pair)], ids(flow.flow()))


@statement(
    "auth0-bind-undeployed",
    "Only a deployed Action can be bound.",
    where="delivery/errors.py: RepeatedActionError",
    rests_on="threads",
    breaks="Nothing: the run waits for the deployment in any case.",
)
def test_bind_undeployed(flow: Auth0) -> None:
    response = flow.bind_behind(bound(built(flow)))
    expect("status", 400, response.status)


@statement(
    "auth0-delete-bound",
    "A bound Action cannot be deleted: the response is 409.",
    where="delivery/errors.py: RepeatedActionError",
    rests_on="threads",
    breaks="A message tells a command that removes an Action from the login flow.",
)
def test_delete_bound(flow: Auth0) -> None:
    action = deployed(flow)
    expect("status", 200, flow.bind_behind(bound(action)).status)
    response = flow.ask("DELETE", f"/actions/actions/{action['id']}")
    expect("status of the deletion", 409, response.status)


@statement(
    "auth0-adopted-place",
    "An Action that is renamed and deployed again keeps its id and its place.",
    where="docs/adopting.md: place",
    rests_on="recordings of PATCH",
    breaks="An adopted Action runs at another place of the login flow.",
)
def test_adopted_place(flow: Auth0) -> None:
    one, two = deployed(flow), deployed(flow)
    expect("status", 200, flow.bind_behind(bound(one), bound(two)).status)
    flow.change(one["id"], name=f"{one['name']}-again")
    built_again = flow.action(one["id"])
    expect("id", one["id"], built_again["id"])
    expect("last ids", [one["id"], two["id"]], ids(flow.flow())[-2:])
