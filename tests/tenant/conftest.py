"""The tenant check's provider, configured for the stand-in."""

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from consumer_on_login.tenant.check import Auth0TenantProvider


@pytest.fixture
def provider(auth0_config, no_waiting):
    provider = Auth0TenantProvider()
    provider.configure(ConfigureRequest(Config(auth0_config, "project")))
    return provider
