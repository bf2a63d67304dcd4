"""The form of the STAND-IN's keys: `zpka_<random>_<checksum>`.

Zuplo's documentation names the three parts, and says that the checksum tells a typo
without a request. How the real checksum is computed is not public: INVENTED.
"""

import re
import secrets
import zlib

_FORM = re.compile(r"zpka_([0-9a-f]{32})_([0-9a-f]{8})")


def new_key() -> str:
    secret = secrets.token_hex(16)
    return f"zpka_{secret}_{_checksum(secret)}"


def has_key_form(text: str) -> bool:
    """Tell whether a text can be a key, issued or not."""
    parts = _FORM.fullmatch(text)
    return parts is not None and parts[2] == _checksum(parts[1])


def _checksum(secret: str) -> str:
    return f"{zlib.crc32(secret.encode()):08x}"
