"""The component's arguments: their meaning, and the settings that they become."""

from dataclasses import fields
from typing import Any, NotRequired, TypedDict

import pulumi

from ..errors import SettingsError
from .settings import SETTINGS, Settings


class Auth0Credentials(TypedDict):
    """Credentials of an explicit Auth0 provider, for the checks of the component."""

    domain: pulumi.Input[str]
    """Host name of the tenant, such as example.eu.auth0.com."""
    client_id: NotRequired[pulumi.Input[str]]
    """Machine-to-machine application."""
    client_secret: NotRequired[pulumi.Input[str]]
    """Its secret; always treated as one."""
    api_token: NotRequired[pulumi.Input[str]]
    """Token of the Management API, instead of client_id and client_secret."""
    audience: NotRequired[pulumi.Input[str]]
    """Of the Management API, with a custom domain."""


class ConsumerOnLoginArgs(TypedDict):
    """Arguments of ConsumerOnLogin."""

    zuplo_account: pulumi.Input[str]
    """Zuplo account that holds the bucket."""
    zuplo_bucket: pulumi.Input[str]
    """API key bucket that gets the consumers."""
    zuplo_api_key: pulumi.Input[str]
    """Key of Zuplo's Developer API (zpka_...); always treated as a secret."""
    zuplo_api_url: NotRequired[pulumi.Input[str]]
    """Address of Zuplo's Developer API. Default: https://dev.zuplo.com."""
    zuplo_environment: NotRequired[pulumi.Input[str]]
    """Zuplo's environment that the bucket must belong to: production, preview or
    development. Default: any."""
    action_name: NotRequired[pulumi.Input[str]]
    """Name of the Action in the Auth0 dashboard.
    Default: Create Zuplo consumer on login."""
    portal_client_ids: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    """Client ids of the applications whose logins create consumers; ["*"] means every
    one. Default: every one, with a warning."""
    metadata_key: NotRequired[pulumi.Input[str]]
    """Key in app_metadata that remembers a user's consumer; one per bucket within a
    tenant. Default: api_consumer."""
    consumer_metadata: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Added to the metadata of each consumer; may not set user_id. Default: nothing."""
    login_timeout_ms: NotRequired[pulumi.Input[int]]
    """Milliseconds that a first login may wait for Zuplo, 500 to 5000.
    Default: 3000."""
    adopt_action_id: NotRequired[str]
    """Id of an Action in the tenant that this stack takes over. Default: none."""
    login_probe: NotRequired[bool]
    """Whether a test user logs in after each change and must get their consumer,
    which is then removed again. Default: false."""
    auth0_credentials: NotRequired[Auth0Credentials]
    """Those of an explicit Auth0 provider, for the checks of the tenant. Default: those
    of the configuration; with an explicit provider the checks are off, and say so."""


def with_defaults(args: ConsumerOnLoginArgs) -> Settings:
    """Give all settings; required ones that are missing are None.

    The lists and objects are copies, since the code is rendered later: by then the
    program may have changed its own, for the arguments of the next component.

    Raises:
        SettingsError: an argument that does not exist.
    """
    given = {name: value for name, value in args.items() if value is not None}
    names = {field.name for field in fields(Settings)}
    if unknown := sorted(given.keys() - names):
        raise SettingsError([f"{', '.join(unknown)}: no such argument."])
    defaults = {name: it.default for name, it in SETTINGS.items()}
    return Settings(**_copied({**defaults, **given}))


def require_valid(settings: Settings) -> None:
    """Raise SettingsError with every fault of the values that are plain by now."""
    values = {name: getattr(settings, name) for name in SETTINGS}
    faults = [
        f"{name} {wrong}."
        for name, it in SETTINGS.items()
        if (it.is_plain or not _holds_output(values[name]))
        and (wrong := it.wrong(values[name]))
    ]
    if faults:
        raise SettingsError(faults)


def _copied(value: Any) -> Any:
    if isinstance(value, list):
        return [_copied(item) for item in value]
    if isinstance(value, dict):
        return {name: _copied(item) for name, item in value.items()}
    return value


def _holds_output(value: Any) -> bool:
    if isinstance(value, list):
        return any(_holds_output(item) for item in value)
    if isinstance(value, dict):
        return any(_holds_output(item) for item in value.values())
    return isinstance(value, pulumi.Output)


def warn_of_every_application(settings: Settings, component: pulumi.Resource) -> None:
    """Say what it costs if no application is named."""
    if settings.portal_client_ids:
        return
    pulumi.log.warn(
        "portalClientIds is not set: a login to any application of the tenant creates "
        "a consumer and a key, and counts against Zuplo's plan.\n"
        "Name the portal, or '*' if this is what you want, with: "
        "pulumi config set --path 'portalClientIds[0]' <client id>",
        component,
    )
