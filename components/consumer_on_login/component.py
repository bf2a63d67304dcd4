"""The component: bucket check, Action and trigger binding, in this order.

It owns one Action, that Action's binding and no more. Other actions of the tenant and
their bindings are never read into the state and never written, except that Auth0's
API makes the provider send the trigger's whole list when it adds or removes ours.
"""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_auth0 as auth0

from . import rules
from .action import ActionSettings, manifest, render
from .arguments import ConsumerOnLoginArgs, require_sound, with_defaults
from .login_flow import Member, current_login_flow
from .zuplo_bucket import ZuploBucket


class ConsumerOnLogin(pulumi.ComponentResource):
    """Gives each portal user her Zuplo consumer at her first login through Auth0."""

    action_id: pulumi.Output[str]
    """Auth0's id of the Action."""
    action_name: pulumi.Output[str]
    """The Action's name in the dashboard."""
    runtime: pulumi.Output[str]
    """Node runtime of the Action, such as node22."""
    bucket_name: pulumi.Output[str]
    """Name of the bucket, known to exist."""
    bucket_id: pulumi.Output[str]
    """Zuplo's id of the bucket, bckt_..."""
    bucket_tags: pulumi.Output[dict[str, str]]
    """The bucket's tags as Zuplo reports them."""

    def __init__(
        self,
        name: str,
        args: ConsumerOnLoginArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare bucket check, Action and binding.

        Raises:
            SettingsError: plain arguments that cannot work; Outputs are checked when
                they are known.
        """
        settings = with_defaults(args)
        require_sound(settings)
        flow = current_login_flow()
        flow.join(_member(name, settings, opts))

        super().__init__("zuplo-auth0:index:ConsumerOnLogin", name, None, opts)
        if not settings["portal_client_ids"]:
            _warn_of_every_application(self)

        self.bucket = _bucket(f"{name}-bucket", settings, parent=self)
        self.action = _action(f"{name}-action", settings, self.bucket, parent=self)
        self.binding = auth0.TriggerAction(
            f"{name}-binding",
            trigger=manifest().trigger_id,
            action_id=self.action.id,
            display_name=self.action.name,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[flow.last_binding] if flow.last_binding else None,
            ),
        )
        flow.last_binding = self.binding

        self.action_id = self.action.id
        self.action_name = self.action.name
        self.runtime = self.action.runtime
        self.bucket_name = self.bucket.bucket
        self.bucket_id = self.bucket.bucket_id
        self.bucket_tags = self.bucket.tags
        self.register_outputs(
            {
                "action_id": self.action_id,
                "action_name": self.action_name,
                "runtime": self.runtime,
                "bucket_name": self.bucket_name,
                "bucket_id": self.bucket_id,
                "bucket_tags": self.bucket_tags,
            }
        )


def _member(
    name: str, settings: dict[str, Any], opts: pulumi.ResourceOptions | None
) -> Member:
    return Member(
        name=name,
        provider=_explicit_provider(opts),
        metadata_key=settings["metadata_key"],
        bucket=tuple(
            settings[part]
            for part in ("zuplo_api_url", "zuplo_account", "zuplo_bucket")
        ),
    )


def _explicit_provider(
    opts: pulumi.ResourceOptions | None,
) -> pulumi.ProviderResource | None:
    """Find the Auth0 provider that the children will inherit, if one is given."""
    if opts is None:
        return None
    provider: pulumi.ProviderResource | None
    several = opts.providers or []
    listed = several.values() if isinstance(several, Mapping) else several
    for provider in (opts.provider, *listed):
        if provider is not None and provider.package == "auth0":
            return provider
    if isinstance(opts.parent, pulumi.Resource):
        inherited: pulumi.ProviderResource | None = opts.parent.get_provider(
            "auth0:index/action:Action"
        )
        return inherited
    return None


def _bucket(
    name: str, settings: dict[str, Any], parent: pulumi.Resource
) -> ZuploBucket:
    return ZuploBucket(
        name,
        api_url=settings["zuplo_api_url"],
        account=settings["zuplo_account"],
        bucket=settings["zuplo_bucket"],
        api_key=settings["zuplo_api_key"],
        metadata_key=settings["metadata_key"],
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _action(
    name: str, settings: dict[str, Any], bucket: ZuploBucket, parent: pulumi.Resource
) -> auth0.Action:
    stated = manifest()
    return auth0.Action(
        name,
        name=settings["action_name"],
        code=_code(settings),
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
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[bucket]),
    )


def _code(settings: dict[str, Any]) -> pulumi.Output[str]:
    public = {name: settings[name] for name in settings if name not in _NOT_IN_CODE}
    return pulumi.Output.from_input(public).apply(_render)


_NOT_IN_CODE = ("zuplo_api_key", "action_name")


def _render(settings: dict[str, Any]) -> str:
    """Check once more, now that Outputs are known, and render."""
    require_sound(settings)
    client_ids = settings["portal_client_ids"]
    every = client_ids in ([], [rules.EVERY_APPLICATION])
    return render(
        ActionSettings(
            **{
                **settings,
                "portal_client_ids": None if every else client_ids,
                "login_timeout_ms": int(settings["login_timeout_ms"]),
            }
        )
    )


def _warn_of_every_application(component: pulumi.Resource) -> None:
    pulumi.log.warn(
        "portalClientIds is not set: a login to any application of the tenant creates "
        "a consumer and a key, and counts against Zuplo's plan.\n"
        "Name the portal, or '*' if this is what you want, with: "
        "pulumi config set --path 'portalClientIds[0]' <client id>",
        component,
    )
