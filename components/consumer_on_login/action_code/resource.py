"""The Action as a resource of the Auth0 provider, with the code to deploy."""

from dataclasses import replace

import pulumi
import pulumi_auth0 as auth0

from ..settings.arguments import require_valid
from ..settings.settings import Settings
from .limits import require_deployable
from .rendering import action_settings, manifest, render, with_owner


def action_resource(
    name: str,
    settings: Settings,
    code: pulumi.Output[str],
    opts: pulumi.ResourceOptions,
) -> auth0.Action:
    """Declare a deployed Action, with Zuplo's key as its only secret."""
    stated = manifest()
    return auth0.Action(
        name,
        name=settings.action_name,
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
                "value": pulumi.Output.secret(settings.zuplo_api_key),
            }
        ],
        opts=opts,
    )


def rendered_code(settings: Settings, owner: pulumi.Input[str]) -> pulumi.Output[str]:
    """Give the code with owner and settings block, as soon as all are known."""
    public = {it.name: getattr(settings, it.name) for it in action_settings()}
    return pulumi.Output.all(public, owner).apply(
        lambda known: _render(replace(settings, **known[0]), known[1])
    )


def _render(settings: Settings, owner: str) -> str:
    """Check the settings again, since Outputs are known now, and render."""
    require_valid(settings)
    code = with_owner(render(settings), owner)
    require_deployable(code, manifest())
    return code
