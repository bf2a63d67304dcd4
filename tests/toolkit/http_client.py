"""Single requests to a sandbox, for tests of what comes off the wire."""

from typing import Any

import requests

from sandbox.host.servers import Sandbox
from tests.toolkit.patience import PATIENCE_SECONDS


def send(sandbox: Sandbox, method: str, url: str, **options: Any) -> requests.Response:
    """Send one request, with the sandbox's CA trusted."""
    return requests.request(
        method,
        url,
        verify=str(sandbox.ca_certificate),
        timeout=PATIENCE_SECONDS,
        **options,
    )
