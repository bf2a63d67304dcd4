"""Users of the STAND-IN, all of one database connection.

The only connection is the default one; a user of a social or enterprise
connection comes into being by logging in with that provider, which nobody can do here.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.auth0.clock import now_in_milliseconds
from sandbox.auth0.errors import bad_request, conflict, invalid_query, not_found

CONNECTION = "Username-Password-Authentication"
PROVIDER = "auth0"

Metadata = dict[str, Any]


@dataclass
class User:
    """A user; ``profile`` holds the root attributes, such as email and name.

    The password is kept as it is: no user here is real. None: nobody knows one.
    """

    user_id: str
    profile: dict[str, Any]
    app_metadata: Metadata = field(default_factory=dict)
    user_metadata: Metadata = field(default_factory=dict)
    connection: str = CONNECTION
    created_at: str = field(default_factory=now_in_milliseconds)
    updated_at: str = ""
    last_login: str | None = None
    logins_count: int = 0
    password: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.updated_at = self.created_at

    @property
    def identities(self) -> list[dict[str, Any]]:
        return [
            {
                "connection": self.connection,
                "user_id": self.user_id.partition("|")[2],
                "provider": self.user_id.partition("|")[0],
                "isSocial": False,
            }
        ]


def merged(old: Metadata, change: Metadata) -> Metadata:
    """Merge metadata at its top level: null removes a key, {} removes all.

    Auth0 documentation "Manage metadata using the Management API".
    """
    if not change:
        return {}
    both = {**old, **change}
    return {key: value for key, value in both.items() if value is not None}


def new_user(
    users: Iterable[User], profile: dict[str, Any], user_id: str, password: str
) -> User:
    """Make a user of the database connection.

    Default name, nickname and picture: inferred; conflict: issue threads.
    """
    email: str = profile["email"]
    user = User(
        user_id=f"{PROVIDER}|{user_id or secrets.token_hex(12)}",
        profile={**default_profile(email), **profile},
        password=password,
    )
    if any(u.user_id == user.user_id or u.profile["email"] == email for u in users):
        message = "The user already exists."
        raise conflict(message, "auth0_idp_error")
    return user


def default_profile(email: str) -> dict[str, Any]:
    nickname = email.partition("@")[0]
    digest = hashlib.md5(email.encode(), usedforsecurity=False).hexdigest()
    return {
        "email_verified": False,
        "name": email,
        "nickname": nickname,
        "picture": f"https://s.gravatar.com/avatar/{digest}?s=480&r=pg",
    }


def found(users: dict[str, User], user_id: str) -> User:
    if user_id not in users:
        message = "The user does not exist."
        raise not_found(message, "inexistent_user")
    return users[user_id]


def searched(users: Iterable[User], query: str | None) -> list[User]:
    """Search by one exact field; the rest of the Lucene syntax is refused."""
    if query is None:
        return list(users)
    match = re.fullmatch(r'(user_id|email):"([^"*]+)"', query)
    if match is None:
        fault = f"'The sandbox cannot search for {query}' on property q"
        raise invalid_query(fault)
    key, value = match.groups()
    return [u for u in users if {"user_id": u.user_id, **u.profile}[key] == value]


def check_connection(name: str) -> None:
    """Issue threads (not recorded)."""
    if name != CONNECTION:
        message = "The connection does not exist."
        raise bad_request(message, "inexistent_connection")
