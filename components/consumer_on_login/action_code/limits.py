"""Auth0's limits for an Action, which the package checks before it sends one.

Source: Auth0 documentation "Actions limitations". The limit of the secret is a rule of
its setting.
"""

import re

from ..errors import ActionError
from .rendering import Manifest

CODE_BYTES = 100_000
"""Without npm modules."""
_EXACT_VERSION = re.compile(r"\d+\.\d+\.\d+")


def require_deployable(code: str, stated: Manifest) -> None:
    """Raise ActionError for code that is too long, or a package that is not pinned.

    Auth0 accepts a range of versions, but then builds other versions from day to day.
    """
    size = len(code.encode(errors="surrogatepass"))
    if size > CODE_BYTES:
        fault = (
            f"code.js with its settings has {size} bytes, but Auth0 takes at most "
            f"{CODE_BYTES}"
        )
        raise ActionError(fault, "code.js")
    for package, version in stated.dependencies.items():
        if not _EXACT_VERSION.fullmatch(version):
            fault = (
                f"the version of {package} is {version!r}, but must be exact, such as "
                "1.2.3"
            )
            raise ActionError(fault, "manifest.json")
