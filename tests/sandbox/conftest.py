"""A visit to the portal, and clients of both clouds."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from sandbox.auth0.logins import LoginRequest, LoginResult
from sandbox.host.servers import Sandbox
from tests.sandbox.auth0_api import Management
from tests.sandbox.oidc_client import Portal
from tests.toolkit.tenant_operations import delete_actions
from tests.toolkit.zuplo_api import BucketApi


@pytest.fixture
def portal(sandbox: Sandbox) -> Iterator[Portal]:
    with Portal(sandbox) as portal:
        yield portal


@pytest.fixture(scope="module")
def portal_bucket(sandbox: Sandbox) -> Iterator[BucketApi]:
    """The bucket of the portal and of the gateway."""
    with (bucket := BucketApi(sandbox, sandbox.zuplo_bucket)).session:
        yield bucket


@pytest.fixture
def log_in(zuplo: Sandbox) -> Callable[..., LoginResult]:
    """Log a user in, who must get through."""

    def log_in(user: str, **request: Any) -> LoginResult:
        login = zuplo.control.log_in(LoginRequest(user_id=user, **request))
        assert login.outcome == "success", login.reason
        return login

    return log_in


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[Management]:
    """One that leaves nothing."""
    with Management(sandbox) as management:
        yield management
        delete_actions(management)
        for user in management.api("GET", "/users?per_page=100"):
            management.api("DELETE", f"/users/{quote(user['user_id'])}")
