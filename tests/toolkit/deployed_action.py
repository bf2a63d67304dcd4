"""The Action as Pulumi deploys it, put into the stand-in of Auth0 without Pulumi."""

from typing import Any

from consumer_on_login.action_code.rendering import manifest, render
from consumer_on_login.settings.settings import Settings
from sandbox.commands.clouds import Auth0Tenant
from sandbox.host.servers import Sandbox

LOGIN_TIMEOUT_MS = 5000
"""Room for a cold start on a busy machine."""


def add_action(tenant: Auth0Tenant, sandbox: Sandbox, **settings: Any) -> str:
    """Deploy and bind it for every application, with other settings if given."""
    stated = manifest()
    usual: dict[str, Any] = {
        "zuplo_api_url": sandbox.zuplo_url,
        "zuplo_account": sandbox.zuplo_account,
        "zuplo_bucket": sandbox.zuplo_bucket,
        "zuplo_api_key": sandbox.zuplo_api_key,
        "login_timeout_ms": LOGIN_TIMEOUT_MS,
    }
    return tenant.add_bound_action(
        "Create consumer",
        render(Settings(**{**usual, **settings})),
        runtime=stated.runtime,
        dependencies=[
            {"name": name, "version": version}
            for name, version in stated.dependencies.items()
        ],
        secrets=[{"name": stated.secret, "value": sandbox.zuplo_api_key}],
    )
