"""Event streams of the STAND-IN with an Action as destination.

Only what was recorded: streams are kept, but no event is ever delivered.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any

from sandbox.auth0.clock import now_in_milliseconds
from sandbox.auth0.errors import not_found


def new_stream_id() -> str:
    """Make an id of the documented length, 26."""
    return f"est_{secrets.token_hex(11)}"


@dataclass
class EventStream:
    name: str
    status: str
    subscriptions: list[dict[str, Any]]
    destination: dict[str, Any]
    id: str = field(default_factory=new_stream_id)
    created_at: str = field(default_factory=now_in_milliseconds)
    updated_at: str = ""

    def __post_init__(self) -> None:
        self.updated_at = self.created_at

    @property
    def action_id(self) -> str:
        action_id: str = self.destination["configuration"]["action_id"]
        return action_id


def found(streams: dict[str, EventStream], stream_id: str) -> EventStream:
    if stream_id not in streams:
        message = "The event stream does not exist."  # Auth0 OpenAPI
        raise not_found(message)
    return streams[stream_id]
