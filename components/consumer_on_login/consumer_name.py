"""Name and owner of a user's consumer, as the Action derives them, but in Python.

What deletes a consumer must find it by its user, so this repeats the Action's rules.
"""

import hashlib
import json
import re

NAME_DIGITS = 32
OWNER_BYTES = 250
"""The longest user id, as JSON, that the Action writes into the metadata as it is."""

_HALVES = r"[\ud800-\udfff]"


def consumer_name(tenant_id: str, user_id: str) -> str:
    """Give the name of the consumer that a user of a tenant has."""
    return f"c-{_sha256(_as_javascript_writes([tenant_id, user_id]))[:NAME_DIGITS]}"


def consumer_owner(user_id: str) -> str:
    """Give what metadata.user_id of a user's consumer holds: their id, or a hash."""
    size = len(_as_javascript_writes(user_id).encode())
    return _paired(user_id) if size <= OWNER_BYTES else _sha256(user_id)


def _sha256(text: str) -> str:
    """Hash text as Node does, which takes U+FFFD for half a surrogate pair."""
    whole = re.sub(_HALVES, "\ufffd", _paired(text))
    return hashlib.sha256(whole.encode()).hexdigest()


def _as_javascript_writes(value: str | list[str]) -> str:
    r"""Write JSON as JSON.stringify does.

    The two agree on what they escape, but for halves of surrogate pairs: JavaScript
    writes a lone one as \udNNN, and two that meet are one character.
    """
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return re.sub(_HALVES, lambda half: f"\\u{ord(half[0]):04x}", _paired(written))


def _paired(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode(
        "utf-16-le", "surrogatepass"
    )
