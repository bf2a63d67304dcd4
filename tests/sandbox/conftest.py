"""A visit to the portal, and a client of the Management API that leaves nothing."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from sandbox.host.servers import Sandbox
from tests.sandbox.auth0_api import Management
from tests.sandbox.oidc_client import Portal


@pytest.fixture
def portal(sandbox: Sandbox) -> Iterator[Portal]:
    with Portal(sandbox) as portal:
        yield portal


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[Management]:
    with Management(sandbox) as management:
        yield management
        listed = management.call("GET", "/actions/actions?per_page=100").json()
        for action in listed["actions"]:
            management.call("DELETE", f"/actions/actions/{action['id']}?force=true")
        for user in management.call("GET", "/users?per_page=100").json():
            management.call("DELETE", f"/users/{quote(user['user_id'])}")
