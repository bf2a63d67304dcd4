"""The settings that every stack must have, as arguments and as configuration."""

from typing import Any

from consumer_on_login.settings.settings import SETTINGS

ARGUMENTS: Any = {
    "zuplo_account": "acme",
    "zuplo_bucket": "zprj-1-preview",
    "zuplo_api_key": "zpka_test",
}
CONFIG = {SETTINGS[name].key: value for name, value in ARGUMENTS.items()}
