"""At her first login through Auth0, a portal user gets her Zuplo API key consumer.

`ConsumerOnLogin` is the component; `read_settings` turns a stack's configuration into
its arguments.
"""

from .arguments import ConsumerOnLoginArgs
from .component import ConsumerOnLogin
from .errors import ConsumerOnLoginError, SettingsError, ZuploError
from .settings import read_settings

__all__ = [
    "ConsumerOnLogin",
    "ConsumerOnLoginArgs",
    "ConsumerOnLoginError",
    "SettingsError",
    "ZuploError",
    "read_settings",
]
