"""Reads from both clouds side by side, though the engine checks one resource at a time.

States store the path of this module and the name of its class, so they stay.
"""

from contextlib import suppress
from typing import Any

from pulumi.dynamic import CheckResult

from ..auth0.errors import Auth0Error
from ..zuplo.bucket_check import ZuploBucketProvider
from .check import Auth0Access


class BucketBesideTenantProvider(ZuploBucketProvider, Auth0Access):
    """Reads the bucket while the tenant check's token is on its way."""

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        # The tenant check reports what is wrong with the credentials.
        with suppress(Auth0Error):
            self.client({}).session.log_in_meanwhile()
        return super().check(olds, news)
