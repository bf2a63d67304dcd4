"""The name of a user's consumer, as the Action derives it: the same text in Python."""

import hashlib
import json
import re

NAME_DIGITS = 32


def consumer_name(tenant_id: str, user_id: str) -> str:
    """Give the name of the consumer that a user of a tenant has.

    Written again in Python, since what deletes a consumer must find it by its owner.
    """
    digest = hashlib.sha256(_as_javascript_writes([tenant_id, user_id]).encode())
    return f"c-{digest.hexdigest()[:NAME_DIGITS]}"


def _as_javascript_writes(texts: list[str]) -> str:
    r"""Write JSON as JSON.stringify does.

    The two agree on what they escape, but for halves of surrogate pairs: JavaScript
    writes a lone one as \udNNN, and two that meet are one character.
    """
    joined = [
        text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
        for text in texts
    ]
    written = json.dumps(joined, ensure_ascii=False, separators=(",", ":"))
    return re.sub(r"[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", written)
