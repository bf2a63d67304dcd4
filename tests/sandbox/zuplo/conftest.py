"""A bucket of the test's own."""

import pytest

from tests.toolkit.zuplo_api import BucketApi


@pytest.fixture
def api(sandbox):
    return BucketApi(sandbox)
