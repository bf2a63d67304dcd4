"""The `event` of a login in the STAND-IN.

Fields: Auth0's JSON schema of the post-login v3 event; the values are made up.
Absent, though often there in a real one: organization, session, refresh_token and
the other optional parts. Any of them can be put in by `extra_event`.
"""

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from sandbox.auth0.users import CONNECTION, User

TENANT = "sandbox"

Json = dict[str, Any]


class LoginRequest(BaseModel):
    """Who logs in, where, and how."""

    model_config = ConfigDict(extra="forbid")

    user_id: str
    client_id: str = "portal"
    client_name: str = "Portal"
    connection: str = CONNECTION
    strategy: str = "auth0"
    protocol: str = "oidc-basic-profile"
    instance: str = "default"
    """Logins of one name share a warm process per Action; a new name starts cold."""
    audience: str | None = None
    extra_event: Json = {}
    """Merged into the event at all depths; null deletes a key."""


def build_event(user: User, request: LoginRequest) -> Json:
    """Tell an Action of the login; its secrets are not in here."""
    event = {
        "authentication": {"methods": [authentication_method(request.strategy)]},
        "authorization": {"roles": []},
        "client": {
            "client_id": request.client_id,
            "name": request.client_name,
            "metadata": {},
        },
        "connection": {
            "id": "con_sandbox",
            "name": request.connection,
            "strategy": request.strategy,
        },
        "request": {
            "body": {},
            "geoip": {},
            "hostname": f"{TENANT}.example.com",
            "ip": "192.0.2.1",
            "language": "en",
            "method": "GET",
            "query": {"client_id": request.client_id},
            "user_agent": "Mozilla/5.0",
        },
        "stats": {"logins_count": user.logins_count},
        "tenant": {"id": TENANT},
        "transaction": {
            "acr_values": [],
            "locale": "en",
            "metadata": {},
            "protocol": request.protocol,
            "requested_scopes": ["openid", "profile", "email"],
            "ui_locales": [],
        },
        "user": event_user(user),
    }
    if request.audience is not None:
        event["resource_server"] = {"identifier": request.audience}
    return merged_deeply(event, request.extra_event)


def event_user(user: User) -> Json:
    return {
        **{k: v for k, v in user.profile.items() if k != "blocked"},
        "app_metadata": user.app_metadata,
        "created_at": user.created_at,
        "identities": user.identities,
        "updated_at": user.updated_at,
        "user_id": user.user_id,
        "user_metadata": user.user_metadata,
    }


def authentication_method(strategy: str) -> Json:
    name = "pwd" if strategy == "auth0" else "federated"
    return {"name": name, "timestamp": datetime.now(UTC).isoformat()}


def merged_deeply(old: Json, change: Json) -> Json:
    both = dict(old)
    for key, value in change.items():
        if value is None:
            both.pop(key, None)
        elif isinstance(value, dict):
            inner = both.get(key)
            both[key] = merged_deeply(inner if isinstance(inner, dict) else {}, value)
        else:
            both[key] = value
    return both
