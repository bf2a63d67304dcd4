"""The lower bound: the same Actions and bindings, without component and checks."""

import pulumi
import pulumi_auth0 as auth0

from consumer_on_login.action_code.rendering import manifest, render
from consumer_on_login.settings.settings import Settings

config = pulumi.Config()
stated = manifest()
last: pulumi.Resource | None = None
first = config.require_int("first")
for number in range(first, first + config.require_int("count")):
    action = auth0.Action(
        f"action-{number}",
        name=f"Create consumer {number}",
        code=render(
            Settings(
                zuplo_api_url=config.require("zuploApiUrl"),
                zuplo_account=config.require("zuploAccount"),
                zuplo_bucket=config.require("zuploBucket"),
                zuplo_api_key="",
                metadata_key=f"consumer_{number}",
                login_timeout_ms=config.get_int("loginTimeoutMs") or 3000,
            )
        ),
        runtime=stated.runtime,
        deploy=True,
        supported_triggers={"id": stated.trigger_id, "version": stated.trigger_version},
        dependencies=[
            {"name": name, "version": version}
            for name, version in stated.dependencies.items()
        ],
        secrets=[
            {"name": stated.secret, "value": config.require_secret("zuploApiKey")}
        ],
    )
    last = auth0.TriggerAction(
        f"binding-{number}",
        trigger=stated.trigger_id,
        action_id=action.id,
        display_name=action.name,
        opts=pulumi.ResourceOptions(depends_on=[last] if last else None),
    )
