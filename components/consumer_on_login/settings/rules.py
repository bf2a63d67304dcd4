"""What each setting may be: pure rules, shared by stack configuration and arguments.

A rule takes a plain value and returns what is wrong with it ("must be ...") or None.
Limits come from Zuplo's and Auth0's documentation; each names its source.
"""

import ipaddress
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

EVERY_APPLICATION = "*"

CONSUMER_METADATA_BYTES = 700
"""Zuplo holds 1 kB of metadata per consumer as JSON; 300 bytes stay for user_id."""

LOGIN_TIMEOUT_MS = range(500, 5001)

ENVIRONMENT_TAGS = {
    "production": "PRODUCTION",
    "preview": "PREVIEW",
    "development": "WORKING_COPY",
}
"""Zuplo's environments and how its buckets' tag environmentType names them."""

# Names that Auth0 reserves within app_metadata, and the one that sets an object's
# prototype in JavaScript instead of a property.
_RESERVED_METADATA_KEYS = frozenset(
    {
        *("__tenant", "_id", "blocked", "clientID", "created_at", "email"),
        *("email_verified", "globalClientID", "global_client_id", "identities"),
        *("lastIP", "lastLogin", "loginsCount", "metadata", "multifactor"),
        *("multifactor_last_modified", "updated_at", "user_id", "username"),
        "__proto__",
    }
)

Rule = Callable[[Any], str | None]


def matching(pattern: str, words: str) -> Rule:
    """Text of this form in ASCII; the words say what it must be."""

    def rule(value: Any) -> str | None:
        if isinstance(value, str) and re.fullmatch(pattern, value, re.A):
            return None
        return f"must be {words}, but is {shown(value)}"

    return rule


account = matching(r"\w[\w.-]{0,127}", "the account's name as in Zuplo's address bar")
"""A name that is one segment of a URL."""

bucket = matching(r"[a-z0-9-]{5,128}", "5 to 128 characters of a-z, 0-9 and -")
"""Zuplo's pattern for bucket names (OpenAPI document of the Developer API)."""


def environment(value: Any) -> str | None:
    """One of Zuplo's three environments, or none."""
    if value is None or (isinstance(value, str) and value in ENVIRONMENT_TAGS):
        return None
    return f"must be {', '.join(ENVIRONMENT_TAGS)} or unset, but is {shown(value)}"


def api_key(value: Any) -> str | None:
    """One line of visible ASCII: anything else cannot stand in a header."""
    if isinstance(value, str) and re.fullmatch(r"[\x21-\x7e]{1,4096}", value):
        return None
    return (
        "must be one line of visible ASCII without blanks, at most 4096 characters "
        "(the value is not shown)"
    )


def api_url(value: Any) -> str | None:
    """Demand https, since each request carries the key; http only on loopback."""
    if isinstance(value, str) and "@" in value:
        return "must not carry a user or password (the value is not shown)"
    wrong = f"must be an address such as https://dev.zuplo.com, but is {shown(value)}"
    if not isinstance(value, str) or re.search(r"[\s?#]|/$", value):
        return wrong
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return wrong
    if not host or not value.isprintable() or parts.scheme not in ("http", "https"):
        return wrong
    if parts.scheme == "http" and not is_loopback(host):
        return (
            f"must begin with https:// (http only on loopback), but is {shown(value)}"
        )
    return None


def action_name(value: Any) -> str | None:
    """A name that reads well in the dashboard."""
    if (
        isinstance(value, str)
        and 1 <= len(value) <= 128
        and value.isprintable()
        and value == value.strip()
    ):
        return None
    return (
        "must be 1 to 128 printable characters without blanks around, "
        f"but is {shown(value)}"
    )


def portal_client_ids(value: Any) -> str | None:
    """A list of client ids, or `*` alone."""
    if not isinstance(value, list) or not all(
        isinstance(item, str) and re.fullmatch(r"[A-Za-z0-9._~-]{1,128}|\*", item)
        for item in value
    ):
        return f"must be a list of client ids, but is {shown(value)}"
    if EVERY_APPLICATION in value and len(value) > 1:
        return 'must be client ids or ["*"] alone, not both'
    return None


def metadata_key(value: Any) -> str | None:
    """A key that Auth0 accepts in app_metadata and JavaScript does not define."""
    if not isinstance(value, str) or not re.fullmatch(
        r"[A-Za-z_][\w-]{0,63}", value, re.A
    ):
        return (
            "must be 1 to 64 characters of letters, digits, _ and -, "
            f"beginning with a letter or _, but is {shown(value)}"
        )
    if value in _RESERVED_METADATA_KEYS:
        return f"must not be {shown(value)}, a reserved name"
    return None


def consumer_metadata(value: Any) -> str | None:
    """Strings that leave room for user_id in Zuplo's 1 kB."""
    if not isinstance(value, dict):
        return f"must be an object of strings, but is {shown(value)}"
    for key, item in value.items():
        if not isinstance(item, str):
            return f"must hold strings, but {shown(key)} is {shown(item)}: quote it"
        if key in ("user_id", "__proto__"):
            return f"must not set {shown(key)}"
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    size = len(text.encode(errors="surrogatepass"))
    if size > CONSUMER_METADATA_BYTES:
        return (
            f"must be at most {CONSUMER_METADATA_BYTES} bytes as JSON, but has {size}"
        )
    return None


def login_timeout_ms(value: Any) -> str | None:
    """Milliseconds; Auth0 advises HTTP time-outs well below its 20 s per login."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is int and value in LOGIN_TIMEOUT_MS:
        return None
    low, high = LOGIN_TIMEOUT_MS[0], LOGIN_TIMEOUT_MS[-1]
    return f"must be a whole number from {low} to {high}, but is {shown(value)}"


def adopt_action_id(value: Any) -> str | None:
    """An id as Auth0 gives it; plain, since the engine imports before Outputs exist."""
    if value is None or (
        isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9-]{1,64}", value)
    ):
        return None
    return f"must be an Action's id from its address, but is {shown(value)}"


def login_probe(value: Any) -> str | None:
    """Yes or no; plain, since it decides whether a resource is declared."""
    if isinstance(value, bool):
        return None
    return f"must be true or false, but is {shown(value)}"


def is_loopback(host: str) -> bool:
    """Tell a name or an address of this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def shown(value: Any) -> str:
    """Write a value for a message: a key pasted into the wrong place is cut out."""
    text = re.sub(r'zpka_[^\s"]+', "zpka_...", json.dumps(value, default=repr))
    return text if len(text) <= 80 else f"{text[:77]}..."
