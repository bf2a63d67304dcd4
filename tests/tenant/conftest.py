"""The tenant check's provider, configured for the stand-in."""

import pytest

from consumer_on_login.tenant.check import Auth0TenantProvider


@pytest.fixture
def provider(configured):
    return configured(Auth0TenantProvider())
