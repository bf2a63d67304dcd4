"""Which Auth0 provider the resources get, and whether its credentials are known."""

from collections.abc import Mapping
from typing import Any

import pulumi

from .auth0_credentials import has_other_login


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


def can_ask_tenant(
    settings: dict[str, Any], opts: pulumi.ResourceOptions | None
) -> bool:
    """Tell whether the component knows the credentials that the provider uses."""
    if settings["auth0_credentials"] is not None:
        return True
    config = pulumi.Config("auth0")
    return explicit_provider(opts) is None and not has_other_login(config.get)
