"""The bucket check's provider, and valid inputs."""

import pytest

from consumer_on_login.zuplo.bucket_check import ZuploBucketProvider
from tests.toolkit.zuplo_api import check_inputs


@pytest.fixture
def provider():
    return ZuploBucketProvider()


@pytest.fixture
def inputs(zuplo):
    return check_inputs(zuplo)


@pytest.fixture
def checked(provider, inputs, zuplo):
    """Inputs as the check gives them to create and update."""
    found = provider.check({}, inputs).inputs
    zuplo.control.clear_requests()
    return found
