"""A user of the portal."""

import pytest

from tests.sandbox.oidc_client import Portal
from tests.sandbox.zuplo.portal.key_api import User
from tests.toolkit.zuplo_api import BucketApi


@pytest.fixture
def user(portal: Portal, portal_bucket: BucketApi) -> User:
    return User(portal, portal_bucket)
