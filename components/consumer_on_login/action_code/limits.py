"""What Auth0 takes of an Action, checked before it is sent.

Limits: Auth0 documentation "Actions limitations". The secret's length is a rule of the
setting that it comes from.
"""

import re

from ..errors import ActionError
from .rendering import Manifest

CODE_BYTES = 100_000
"""npm modules not counted."""
_EXACT_VERSION = re.compile(r"\d+\.\d+\.\d+")


def require_deployable(code: str, stated: Manifest) -> None:
    """Raise ActionError for code that is too long and packages that are not pinned.

    Auth0 takes a range of versions, and what it builds then differs from day to day.
    """
    size = len(code.encode(errors="surrogatepass"))
    if size > CODE_BYTES:
        fault = f"code.js has {size} bytes with its settings, Auth0 takes {CODE_BYTES}"
        raise ActionError(fault, "code.js")
    for package, version in stated.dependencies.items():
        if not _EXACT_VERSION.fullmatch(version):
            fault = f"{package} is {version!r}, not an exact version such as 1.2.3"
            raise ActionError(fault, "manifest.json")
