"""The stack's configuration, read and checked before anything is registered."""

import json
from difflib import get_close_matches
from typing import Any, cast

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from ..errors import SettingsError
from .arguments import ConsumerOnLoginArgs
from .settings import SETTINGS, Setting

_ALMOST = 0.8
"""Likeness of two keys, as difflib counts it: one is probably the other misspelt."""


def read_settings(config: pulumi.Config) -> ConsumerOnLoginArgs:
    """Read the program's configuration keys as arguments of the component.

    The key stays a secret Output; its form is checked where it is used.

    Raises:
        SettingsError: all faults together, each with its key and the command that
            fixes it.
    """
    _warn_of_misspelt_keys(config.name)
    args: dict[str, Any] = {}
    faults: list[str] = []
    for name, setting in SETTINGS.items():
        value = _read(config, setting)
        if value is None:
            if setting.is_required:
                faults.append(setting.fault("is not set"))
            continue
        if not setting.is_secret and (wrong := setting.wrong(value)):
            faults.append(setting.fault(wrong))
        args[name] = value
    if faults:
        raise SettingsError(faults)
    return cast(ConsumerOnLoginArgs, args)


def _read(config: pulumi.Config, setting: Setting) -> Any:
    """Give a value, or None where it is not set or empty; all but text is JSON."""
    if setting.is_secret:
        return config.get_secret(setting.key)
    raw = config.get(setting.key)
    if not raw:
        return None
    return raw if setting.kind == "string" else _parsed(raw)


def _warn_of_misspelt_keys(namespace: str) -> None:
    """Warn of a key that is almost one of ours.

    Others are the program's own, such as `zuploBucketId` beside `zuploBucket`. Whether
    ours is set does not tell: the engine gives those of Pulumi.yaml their defaults.
    """
    known = {setting.key: setting for setting in SETTINGS.values()}
    # The SDK has no method that lists a namespace's keys.
    for full in {**get_config_env(), **CONFIG.get()}:
        owner, _, key = full.rpartition(":")
        if owner != namespace or key in known or key.startswith(tuple(known)):
            continue
        for nearest in get_close_matches(key, known, n=1, cutoff=_ALMOST):
            pulumi.log.warn(
                f'"{key}" is no setting of the component, but "{nearest}" is one.\n'
                f"To set that, run: pulumi config set {known[nearest].set_with} && "
                f"pulumi config rm {key}"
            )


def _parsed(raw: str) -> Any:
    """Read JSON; what is none stays text, which no rule for such a key accepts."""
    try:
        return json.loads(raw)
    except ValueError:
        return raw
