"""Which Auth0 provider the resources use, and whether its credentials are known."""

from collections.abc import Mapping

import pulumi

from ..auth0.credentials import has_other_login
from ..errors import SettingsError
from ..settings.settings import Settings


def explicit_provider(
    opts: pulumi.ResourceOptions | None,
) -> pulumi.ProviderResource | None:
    """Find the Auth0 provider that the children inherit, if there is one."""
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
    """Tell whether the component has the credentials that the provider uses."""
    if settings.auth0_credentials is not None:
        return True
    config = pulumi.Config("auth0")
    return explicit_provider(opts) is None and not has_other_login(config.get)


def accept_unchecked_tenant(settings: Settings, component: pulumi.Resource) -> None:
    """Warn that the component does not check the tenant.

    Raises:
        SettingsError: the component is to adopt an Action, and cannot read its owner.
    """
    if settings.adopt_action_id is not None:
        fault = (
            f"The component cannot adopt the Action {settings.adopt_action_id}: it "
            "does not have the credentials of the Auth0 provider.\n"
            "Without the credentials, it cannot read who manages the Action.\n"
            "To adopt the Action, set the component's argument auth0_credentials"
        )
        raise SettingsError([fault])
    pulumi.log.warn(
        "The component does not check the tenant: it does not have the credentials of "
        "the Auth0 provider.\n"
        "This run does not prove the delivery, and it probes no login.\n"
        "To turn these checks on, set the component's argument auth0_credentials",
        component,
    )
