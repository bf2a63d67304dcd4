"""The Action as a resource of the Auth0 provider, with its code as it is deployed."""

from dataclasses import fields
from typing import Any

import pulumi
import pulumi_auth0 as auth0

from . import rules
from .action import ActionSettings, manifest, render
from .action_limits import require_deployable
from .arguments import require_sound


def action_resource(
    name: str,
    settings: dict[str, Any],
    code: pulumi.Output[str],
    opts: pulumi.ResourceOptions,
) -> auth0.Action:
    """Declare the Action, deployed, with Zuplo's key as its one secret."""
    stated = manifest()
    return auth0.Action(
        name,
        name=settings["action_name"],
        code=code,
        runtime=stated.runtime,
        deploy=True,
        supported_triggers={
            "id": stated.trigger_id,
            "version": stated.trigger_version,
        },
        dependencies=[
            {"name": package, "version": version}
            for package, version in stated.dependencies.items()
        ],
        secrets=[
            {
                "name": stated.secret,
                "value": pulumi.Output.secret(settings["zuplo_api_key"]),
            }
        ],
        opts=opts,
    )


def rendered_code(settings: dict[str, Any]) -> pulumi.Output[str]:
    """Give the code with its settings block, once all settings are known."""
    public = {field.name: settings[field.name] for field in fields(ActionSettings)}
    return pulumi.Output.from_input(public).apply(_render)


def _render(settings: dict[str, Any]) -> str:
    """Check once more, now that Outputs are known, and render."""
    require_sound(settings)
    client_ids = settings["portal_client_ids"]
    every = client_ids in ([], [rules.EVERY_APPLICATION])
    code = render(
        ActionSettings(
            **{
                **settings,
                "portal_client_ids": None if every else client_ids,
                "login_timeout_ms": int(settings["login_timeout_ms"]),
            }
        )
    )
    require_deployable(code, manifest())
    return code
