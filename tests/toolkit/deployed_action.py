"""The Action as Pulumi deploys it, put into the stand-in of Auth0 without Pulumi."""

from collections.abc import Callable
from typing import Any

from consumer_on_login.action_code.rendering import manifest, render
from consumer_on_login.settings.settings import Settings
from sandbox.commands.clouds import Auth0Tenant
from sandbox.host.servers import Sandbox
from tests.toolkit.tenant_operations import secrets

LOGIN_TIMEOUT_MS = 5000
"""The longest that the component allows: a busy machine starts Node slowly."""


def add_action(
    tenant: Auth0Tenant,
    sandbox: Sandbox,
    name: str = "Create consumer",
    change: Callable[[str], str] = lambda code: code,
    **changes: Any,
) -> str:
    """Deploy and bind it for every application.

    Args:
        change: of the rendered code.
        changes: of the settings.
    """
    stated = manifest()
    settings: dict[str, Any] = {
        "zuplo_api_url": sandbox.zuplo_url,
        "zuplo_account": sandbox.zuplo_account,
        "zuplo_bucket": sandbox.zuplo_bucket,
        "zuplo_api_key": sandbox.zuplo_api_key,
        "login_timeout_ms": LOGIN_TIMEOUT_MS,
        **changes,
    }
    return tenant.add_bound_action(
        name,
        change(render(Settings(**settings))),
        runtime=stated.runtime,
        dependencies=[
            {"name": name, "version": version}
            for name, version in stated.dependencies.items()
        ],
        secrets=secrets(**{stated.secret: settings["zuplo_api_key"]}),
    )
