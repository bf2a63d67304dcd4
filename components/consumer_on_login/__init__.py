"""At their first login through Auth0, a portal user gets their Zuplo API key consumer.

`ConsumerOnLogin` is the component; `read_settings` turns a stack's configuration into
its arguments.
"""

from typing import TYPE_CHECKING

from .errors import ConsumerOnLoginError, SettingsError
from .settings.arguments import Auth0Credentials, ConsumerOnLoginArgs
from .settings.stack import read_settings
from .zuplo.errors import ZuploError

if TYPE_CHECKING:
    from .component import ConsumerOnLogin

__all__ = [
    "Auth0Credentials",
    "ConsumerOnLogin",
    "ConsumerOnLoginArgs",
    "ConsumerOnLoginError",
    "SettingsError",
    "ZuploError",
    "read_settings",
]


def __getattr__(name: str) -> object:
    """Import the component, and with it Auth0's SDK, when a program uses it.

    The plugin of the dynamic providers never does: each run waits for its imports.
    """
    if name != "ConsumerOnLogin":
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    from .component import ConsumerOnLogin

    return ConsumerOnLogin
