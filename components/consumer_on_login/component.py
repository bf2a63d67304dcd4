"""The component: checks of bucket and tenant, Action, binding, delivery and probe.

It owns one Action, that Action's binding and no more. Other actions of the tenant and
their bindings are never read into the state and never written, except that Auth0's
API makes the provider send the trigger's whole list when it adds or removes ours.
"""

import pulumi
import pulumi_auth0 as auth0

from .action_code.rendering import manifest
from .action_code.resource import action_resource, rendered_code
from .delivery.drift import sha256
from .delivery.hooks import TenantHooks
from .delivery.resource import Auth0Delivery
from .left_out import warn_of_left_out
from .settings.arguments import (
    ConsumerOnLoginArgs,
    require_valid,
    warn_of_every_application,
    with_defaults,
)
from .settings.settings import Settings
from .siblings import Member, current_login_flow
from .tenant.adoption import import_while_there
from .tenant.check import Auth0Tenant
from .tenant.provider import accept_unchecked_tenant, can_ask_tenant, explicit_provider
from .tenant.side_by_side import BucketBesideTenantProvider
from .tenant.urns import ComponentUrns
from .zuplo.bucket_check import ZuploBucket, ZuploBucketProvider

_ACTION = "auth0:index/action:Action"
_BINDING = "auth0:index/triggerAction:TriggerAction"
_DELIVERY = "pulumi-python:dynamic/auth0:Delivery"
_OUTPUTS = (
    "action_id",
    "action_name",
    "runtime",
    "bucket_name",
    "bucket_id",
    "bucket_tags",
)


class ConsumerOnLogin(pulumi.ComponentResource):
    """Gives portal users their Zuplo consumer at their first login through Auth0."""

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
        """Declare checks, Action, binding and delivery, and the probe if it is wanted.

        Raises:
            SettingsError: plain arguments that cannot work; Outputs are checked when
                they are known.
        """
        settings = with_defaults(args)
        require_valid(settings)
        flow = current_login_flow()
        unique_name = flow.join(_member(name, settings, opts))
        super().__init__("zuplo-auth0:index:ConsumerOnLogin", name, None, opts)
        self._settings = settings
        self._urns = ComponentUrns(self)
        warn_of_every_application(settings, self)

        is_checked = can_ask_tenant(settings, opts)
        if not is_checked:
            accept_unchecked_tenant(settings, self)
        self.bucket = self._declare_bucket(is_checked)
        tenant = self._declare_tenant() if is_checked else None
        hooks = self._hooks(unique_name, tenant) if tenant else None
        code = rendered_code(settings, self._urns.own)
        self.action = self._declare_action(code, tenant, hooks)
        self.binding = flow.last_step = self._declare_binding(flow.last_step, hooks)
        if tenant and hooks:
            delivery = flow.last_step = self._declare_delivery(code, tenant, hooks)
            if settings.login_probe:
                self._declare_probe(code, tenant, delivery)
        self._register_outputs()

    def _declare_bucket(self, is_checked: bool) -> ZuploBucket:
        settings = self._settings
        beside_tenant = is_checked and settings.auth0_credentials is None
        return ZuploBucket(
            self._child("bucket"),
            api_url=settings.zuplo_api_url,
            account=settings.zuplo_account,
            bucket=settings.zuplo_bucket,
            api_key=settings.zuplo_api_key,
            environment=settings.zuplo_environment,
            metadata_key=settings.metadata_key,
            provider=BucketBesideTenantProvider()
            if beside_tenant
            else ZuploBucketProvider(),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _declare_tenant(self) -> Auth0Tenant:
        settings = self._settings
        return Auth0Tenant(
            self._child("tenant"),
            action_name=settings.action_name,
            credentials=settings.auth0_credentials,
            owner=self._urns.own,
            aliases=self._urns.former,
            adopt_action_id=settings.adopt_action_id,
            # The bucket's check asks for the token that this one waits for.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.bucket]),
        )

    def _hooks(self, unique_name: str, tenant: Auth0Tenant) -> TenantHooks:
        return TenantHooks(
            unique_name,
            self._settings.auth0_credentials,
            self._urns.own,
            [tenant.former_owner, *self._urns.former],
            tenant.identity,
        )

    def _declare_action(
        self,
        code: pulumi.Output[str],
        tenant: Auth0Tenant | None,
        hooks: TenantHooks | None,
    ) -> auth0.Action:
        adopted = self._settings.adopt_action_id
        imports = tenant and adopted and import_while_there(tenant.import_id)
        return action_resource(
            self._child("action"),
            self._settings,
            code,
            pulumi.ResourceOptions(
                parent=self,
                # A second one of its name would run beside it until it is deleted. The
                # delivery goes first, which refuses to delete what is not ours.
                delete_before_replace=True,
                depends_on=[tenant or self.bucket],
                import_=adopted,
                transforms=[imports] if imports else None,
                aliases=self._urns.former_of("action", _ACTION),
                hooks=hooks.of_action() if hooks else None,
            ),
        )

    def _declare_binding(
        self, after: pulumi.Resource | None, hooks: TenantHooks | None
    ) -> auth0.TriggerAction:
        return auth0.TriggerAction(
            self._child("binding"),
            trigger=manifest().trigger_id,
            action_id=self.action.id,
            display_name=self.action.name,
            opts=pulumi.ResourceOptions(
                parent=self,
                # Auth0 holds one binding of an Action: deleted after it was made again,
                # it is gone. The delivery goes first here, too.
                delete_before_replace=True,
                # It counts when the binding is made. The provider leaves that of an
                # adopted Action's binding as it is, which would differ for ever.
                ignore_changes=["display_name"],
                depends_on=[after] if after else None,
                aliases=self._urns.former_of("binding", _BINDING),
                hooks=hooks.of_binding() if hooks else None,
            ),
        )

    def _declare_delivery(
        self, code: pulumi.Output[str], tenant: Auth0Tenant, hooks: TenantHooks
    ) -> Auth0Delivery:
        delivery = Auth0Delivery(
            self._child("delivery"),
            action_id=self.action.id,
            action_name=self.action.name,
            code_sha256=self._code_sha256(code),
            api_key=self._settings.zuplo_api_key,
            findings=hooks.findings(self.action.id, self.binding.id),
            tenant=tenant,
            owner=self._urns.own,
            credentials=self._settings.auth0_credentials,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[self.binding],
                aliases=self._urns.former_of("delivery", _DELIVERY),
            ),
        )
        warn_of_left_out(
            delivery,
            desired=[code.apply(sha256), self._settings.zuplo_api_key, []],
            # The delivery fixes drift that a refresh has found, too. Mocks may give
            # none.
            deployed=[
                delivery.code_sha256,
                delivery.api_key,
                delivery.drift.apply(lambda found: found or []),
            ],
            meaning=f'not all of "{self.pulumi_resource_name}" is deployed and proven',
        )
        return delivery

    def _declare_probe(
        self, code: pulumi.Output[str], tenant: Auth0Tenant, delivery: Auth0Delivery
    ) -> None:
        # Here, since it imports an SDK that most runs do without.
        from .login_probe.command import login_probe_command

        login_probe_command(
            self._child("probe"),
            settings=self._settings,
            action=self.action,
            code_sha256=self._code_sha256(code),
            domain=tenant.domain,
            parent=self,
            delivery=delivery,
        )

    def _code_sha256(self, code: pulumi.Output[str]) -> pulumi.Output[str]:
        """Hash the Action's code as this run has it, which may leave the Action out."""
        # Mocks may give no outputs.
        return pulumi.Output.all(self.action.code, code).apply(
            lambda either: sha256(either[0] or either[1])
        )

    def _register_outputs(self) -> None:
        self.action_id = self.action.id
        self.action_name = self.action.name
        self.runtime = self.action.runtime
        self.bucket_name = self.bucket.bucket
        self.bucket_id = self.bucket.bucket_id
        self.bucket_tags = self.bucket.tags
        self.register_outputs({name: getattr(self, name) for name in _OUTPUTS})

    def _child(self, kind: str) -> str:
        return f"{self.pulumi_resource_name}-{kind}"


def _member(
    name: str, settings: Settings, opts: pulumi.ResourceOptions | None
) -> Member:
    return Member(
        name=name,
        provider=explicit_provider(opts),
        action_name=settings.action_name,
        metadata_key=settings.metadata_key,
        adopt_action_id=settings.adopt_action_id,
        bucket=(settings.zuplo_api_url, settings.zuplo_account, settings.zuplo_bucket),
    )
