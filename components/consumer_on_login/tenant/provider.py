"""Which Auth0 provider the resources get, and whether its credentials are known."""

from collections.abc import Mapping

import pulumi

from ..auth0.credentials import has_other_login
from ..errors import SettingsError
from ..settings.settings import Settings


def explicit_provider(
    opts: pulumi.ResourceOptions | None,
) -> pulumi.ProviderResource | None:
    """Find the Auth0 provider that the children will inherit, if one is given."""
    if opts is None:
        return None
    provider: pulumi.ProviderResource | None
    several = opts.providers or []
    listed = several.values() if isinstance(several, Mapping) else several
    for provider in (opts.provider, *listed):
        if provider is not None and provider.package == "auth0":
            return provider
    if isinstance(opts.parent, pulumi.Resource):
        inherited: pulumi.ProviderResource | None = opts.parent.get_provider(
            "auth0:index/action:Action"
        )
        return inherited
    return None


def can_ask_tenant(settings: Settings, opts: pulumi.ResourceOptions | None) -> bool:
    """Tell whether the component knows the credentials that the provider uses."""
    if settings.auth0_credentials is not None:
        return True
    config = pulumi.Config("auth0")
    return explicit_provider(opts) is None and not has_other_login(config.get)


def accept_unchecked_tenant(settings: Settings, component: pulumi.Resource) -> None:
    """Say what is left out where the tenant cannot be asked.

    Raises:
        SettingsError: an Action is to be adopted, and nobody can ask whose it is.
    """
    if settings.adopt_action_id is not None:
        fault = (
            f"Whose the Action {settings.adopt_action_id} is cannot be asked: this "
            "program cannot know the credentials of the Auth0 provider.\n"
            "To adopt it, give them as auth0_credentials of the component"
        )
        raise SettingsError([fault])
    pulumi.log.warn(
        "The tenant is not checked, the delivery not proven and no login probed: this "
        "program cannot know the credentials of the Auth0 provider.\n"
        "Give them as auth0_credentials of the component",
        component,
    )
