"""The Action as a resource of the Auth0 provider, with the code to deploy."""

from dataclasses import fields
from typing import Any

import pulumi
import pulumi_auth0 as auth0

from ..settings import rules
from ..settings.arguments import require_sound
from .limits import require_deployable
from .rendering import ActionSettings, manifest, render, with_owner


def action_resource(
    name: str,
    settings: dict[str, Any],
    code: pulumi.Output[str],
    opts: pulumi.ResourceOptions,
) -> auth0.Action:
    """Declare a deployed Action, with Zuplo's key as its only secret."""
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


def rendered_code(
    settings: dict[str, Any], owner: pulumi.Input[str]
) -> pulumi.Output[str]:
    """Give the code with owner and settings block, as soon as all are known."""
    public = {field.name: settings[field.name] for field in fields(ActionSettings)}
    return pulumi.Output.all(public, owner).apply(lambda known: _render(*known))


def _render(settings: dict[str, Any], owner: str) -> str:
    """Check the settings again, since Outputs are known now, and render."""
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
    code = with_owner(code, owner)
    require_deployable(code, manifest())
    return code
