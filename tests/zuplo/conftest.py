"""The bucket check's provider, and inputs that are sound."""

import pytest

from consumer_on_login.zuplo.bucket_check import ZuploBucketProvider


@pytest.fixture
def provider():
    return ZuploBucketProvider()


@pytest.fixture
def inputs(zuplo):
    return {
        "api_url": zuplo.zuplo_url,
        "account": zuplo.zuplo_account,
        "bucket": zuplo.zuplo_bucket,
        "api_key": zuplo.zuplo_api_key,
        "metadata_key": "api_consumer",
    }


@pytest.fixture
def checked(provider, inputs, zuplo):
    """Inputs as the check gives them to create and update."""
    found = provider.check({}, inputs).inputs
    zuplo.control.clear_requests()
    return found
