"""A visit to the portal, and a client of the Management API that leaves nothing."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from sandbox.host.servers import Sandbox
from tests.sandbox.auth0_api import Management
from tests.sandbox.oidc_client import Portal
from tests.toolkit.tenant_operations import delete_actions


@pytest.fixture
def portal(sandbox: Sandbox) -> Iterator[Portal]:
    with Portal(sandbox) as portal:
        yield portal


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[Management]:
    with Management(sandbox) as management:
        yield management
        delete_actions(management)
        for user in management.api("GET", "/users?per_page=100"):
            management.api("DELETE", f"/users/{quote(user['user_id'])}")
