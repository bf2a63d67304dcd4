"""The stack's configuration, read and checked before anything is registered."""

import json
from typing import Any, NamedTuple, cast

import pulumi

from . import rules
from .arguments import ConsumerOnLoginArgs
from .errors import SettingsError


class _Entry(NamedTuple):
    key: str
    """As in Pulumi.yaml."""
    argument: str
    """As in ConsumerOnLoginArgs."""
    rule: rules.Rule
    example: str
    """What follows `pulumi config set` in the remedy."""
    is_text: bool = True
    """False for numbers, lists and objects, which the engine hands over as JSON."""


_REQUIRED = (
    _Entry("zuploAccount", "zuplo_account", rules.account, "zuploAccount <account>"),
    _Entry("zuploBucket", "zuplo_bucket", rules.bucket, "zuploBucket <bucket>"),
)
_OPTIONAL = (
    _Entry(
        "zuploApiUrl",
        "zuplo_api_url",
        rules.api_url,
        "zuploApiUrl https://dev.zuplo.com",
    ),
    _Entry("actionName", "action_name", rules.action_name, "actionName '<name>'"),
    _Entry(
        "portalClientIds",
        "portal_client_ids",
        rules.portal_client_ids,
        "--path 'portalClientIds[0]' <client id>",
        is_text=False,
    ),
    _Entry("metadataKey", "metadata_key", rules.metadata_key, "metadataKey <key>"),
    _Entry(
        "consumerMetadata",
        "consumer_metadata",
        rules.consumer_metadata,
        "--path consumerMetadata.<name> <text>",
        is_text=False,
    ),
    _Entry(
        "loginTimeoutMs",
        "login_timeout_ms",
        rules.login_timeout_ms,
        "loginTimeoutMs 3000",
        is_text=False,
    ),
)
_API_KEY = "zuploApiKey"


def read_settings(config: pulumi.Config) -> ConsumerOnLoginArgs:
    """Read the program's configuration keys as arguments of the component.

    The key stays a secret Output; its form is checked where it is used.

    Raises:
        SettingsError: all faults together, each with its key and the command that
            mends it.
    """
    faults: list[str] = []
    args: dict[str, Any] = {}
    for entry in (*_REQUIRED, *_OPTIONAL):
        raw = config.get(entry.key)
        if not raw:
            if entry in _REQUIRED:
                faults.append(_fault(entry.key, "is not set", entry.example))
            continue
        value = raw if entry.is_text else _parsed(raw)
        if wrong := entry.rule(value):
            faults.append(_fault(entry.key, wrong, entry.example))
        args[entry.argument] = value
    args["zuplo_api_key"] = config.get_secret(_API_KEY)
    if args["zuplo_api_key"] is None:
        faults.append(_fault(_API_KEY, "is not set", f"--secret {_API_KEY}"))
    if faults:
        raise SettingsError(faults)
    return cast(ConsumerOnLoginArgs, args)


def _fault(key: str, wrong: str, example: str) -> str:
    return f"{key} {wrong}. Set it with: pulumi config set {example}"


def _parsed(raw: str) -> Any:
    """Read JSON; what is none stays text, which no rule for such a key accepts."""
    try:
        return json.loads(raw)
    except ValueError:
        return raw
