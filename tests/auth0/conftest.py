"""Credentials for the stand-in's Management API, and responses of a test's choice."""

import pytest

from consumer_on_login.auth0.credentials import usable
from sandbox.host.faults import Fault


@pytest.fixture
def credentials(auth0_credentials):
    return lambda **changes: usable({**auth0_credentials, **changes})


@pytest.fixture
def arm(auth0):
    def arm(path, **fault):
        fault = {"service": "auth0", "path": path, "kind": "status", **fault}
        auth0.control.arm(Fault(**fault))

    return arm
