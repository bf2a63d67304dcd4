"""The component: checks of bucket and tenant, Action, binding, delivery and probe.

It owns one Action, that Action's binding and no more. Other actions of the tenant and
their bindings are never read into the state and never written, except that Auth0's
API makes the provider send the trigger's whole list when it adds or removes ours.
"""

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_auth0 as auth0
from pulumi.runtime.resource import inherited_child_alias

from .action_code.rendering import manifest
from .action_code.resource import action_resource, rendered_code
from .delivery.drift import sha256
from .delivery.hooks import TenantHooks
from .delivery.resource import Auth0Delivery
from .left_out import warn_of_left_out
from .settings.arguments import (
    ConsumerOnLoginArgs,
    require_sound,
    warn_of_every_application,
    with_defaults,
)
from .siblings import Member, current_login_flow
from .tenant.adoption import import_while_there
from .tenant.check import Auth0Tenant
from .tenant.errors import are_of_one_stack
from .tenant.provider import accept_unchecked_tenant, can_ask_tenant, explicit_provider
from .tenant.side_by_side import BucketBesideTenantProvider
from .zuplo.bucket_check import ZuploBucket, ZuploBucketProvider

_ACTION = "auth0:index/action:Action"
_BINDING = "auth0:index/triggerAction:TriggerAction"
_DELIVERY = "pulumi-python:dynamic/auth0:Delivery"


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
        require_sound(settings)
        flow = current_login_flow()
        unique_name = flow.join(_member(name, settings, opts))

        super().__init__("zuplo-auth0:index:ConsumerOnLogin", name, None, opts)
        if not settings["portal_client_ids"]:
            warn_of_every_application(self)

        owner: pulumi.Output[str] = pulumi.Output.from_input(_urn_alone(self))
        former = _former_names(self, owner)
        is_checked = can_ask_tenant(settings, opts)
        if not is_checked:
            accept_unchecked_tenant(settings, self)

        self.bucket = _bucket(f"{name}-bucket", settings, is_checked, parent=self)
        tenant = (
            _tenant(
                f"{name}-tenant",
                settings,
                owner,
                former,
                after=self.bucket,
                parent=self,
            )
            if is_checked
            else None
        )
        hooks = tenant and TenantHooks(
            unique_name,
            settings["auth0_credentials"],
            owner,
            [tenant.former_owner, *former],
            tenant.identity,
        )
        code = rendered_code(settings, owner)
        self.action = action_resource(
            f"{name}-action",
            settings,
            code,
            pulumi.ResourceOptions(
                parent=self,
                # A second one of its name would run beside it until it is deleted. The
                # delivery goes first, which refuses to delete what is not ours.
                delete_before_replace=True,
                depends_on=[tenant or self.bucket],
                import_=settings["adopt_action_id"],
                transforms=[import_while_there(tenant.import_id)]
                if tenant and settings["adopt_action_id"]
                else None,
                aliases=_former(self, name, f"{name}-action", _ACTION),
                hooks=hooks.of_action() if hooks else None,
            ),
        )
        self.binding = auth0.TriggerAction(
            f"{name}-binding",
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
                depends_on=[flow.last_step] if flow.last_step else None,
                aliases=_former(self, name, f"{name}-binding", _BINDING),
                hooks=hooks.of_binding() if hooks else None,
            ),
        )
        flow.last_step = self.binding
        if tenant and hooks:
            # Of the Action as this run has it, which may target other resources. Mocks
            # may give no outputs.
            code_sha256 = pulumi.Output.all(self.action.code, code).apply(
                lambda either: sha256(either[0] or either[1])
            )
            delivery = Auth0Delivery(
                f"{name}-delivery",
                action_id=self.action.id,
                action_name=self.action.name,
                code_sha256=code_sha256,
                api_key=settings["zuplo_api_key"],
                is_new_action=self.action.id.apply(lambda _: hooks.has_created_action),
                is_changed_action=self.action.id.apply(
                    lambda _: hooks.has_changed_action
                ),
                new_binding=self.binding.id.apply(lambda _: hooks.new_binding),
                flow_fault=self.binding.id.apply(lambda _: hooks.flow_fault),
                tenant=tenant,
                owner=owner,
                credentials=settings["auth0_credentials"],
                opts=pulumi.ResourceOptions(
                    parent=self,
                    depends_on=[self.binding],
                    aliases=_former(self, name, f"{name}-delivery", _DELIVERY),
                ),
            )
            flow.last_step = delivery
            warn_of_left_out(
                delivery,
                desired=[code.apply(sha256), settings["zuplo_api_key"], []],
                # Drift that a refresh has found waits for the delivery, too. Mocks may
                # give none.
                deployed=[
                    delivery.code_sha256,
                    delivery.api_key,
                    delivery.drift.apply(lambda found: found or []),
                ],
                meaning=f'not all of "{name}" is deployed and proven',
            )
            if settings["login_probe"]:
                # Here, since it imports an SDK that most runs do without.
                from .login_probe.command import login_probe_command

                login_probe_command(
                    f"{name}-probe",
                    settings=settings,
                    action=self.action,
                    code_sha256=code_sha256,
                    domain=tenant.domain,
                    parent=self,
                    delivery=delivery,
                )

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
        provider=explicit_provider(opts),
        action_name=settings["action_name"],
        metadata_key=settings["metadata_key"],
        adopt_action_id=settings["adopt_action_id"],
        bucket=tuple(
            settings[part]
            for part in ("zuplo_api_url", "zuplo_account", "zuplo_bucket")
        ),
    )


def _bucket(
    name: str, settings: dict[str, Any], is_checked: bool, parent: pulumi.Resource
) -> ZuploBucket:
    beside_tenant = is_checked and settings["auth0_credentials"] is None
    return ZuploBucket(
        name,
        api_url=settings["zuplo_api_url"],
        account=settings["zuplo_account"],
        bucket=settings["zuplo_bucket"],
        api_key=settings["zuplo_api_key"],
        environment=settings["zuplo_environment"],
        metadata_key=settings["metadata_key"],
        provider=BucketBesideTenantProvider()
        if beside_tenant
        else ZuploBucketProvider(),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _tenant(
    name: str,
    settings: dict[str, Any],
    owner: pulumi.Input[str],
    aliases: Sequence[pulumi.Input[str | None]],
    after: pulumi.Resource,
    parent: pulumi.Resource,
) -> Auth0Tenant:
    return Auth0Tenant(
        name,
        action_name=settings["action_name"],
        credentials=settings["auth0_credentials"],
        owner=owner,
        aliases=aliases,
        adopt_action_id=settings["adopt_action_id"],
        # The bucket's check asks for the token that this one waits for.
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[after]),
    )


async def _urn_alone(component: pulumi.Resource) -> str:
    """Give the URN without a dependency on the component.

    A child with that dependency would wait for the component's children: for itself.
    """
    return str(await component.urn.future())


def _former_names(
    component: pulumi.Resource, owner: pulumi.Input[str]
) -> list[pulumi.Output[str | None]]:
    """Give the component's aliases, with None for one that another stack has.

    Several stacks may share the program. An alias names the stack of one of them, whose
    Action it must not make the others' own.
    """
    return [
        pulumi.Output.all(owner, alias).apply(
            lambda both: both[1] if are_of_one_stack(*both) else None
        )
        for alias in component._aliases
    ]


def _former(
    component: pulumi.Resource, name: str, child: str, child_type: str
) -> list[pulumi.Input[str | pulumi.Alias]]:
    """Give the URNs that a child had below the component's own aliases.

    A child inherits them, but no more once a failed `up` under the new name has put the
    component into the state.
    """
    return [
        inherited_child_alias(child, name, alias, child_type)
        for alias in component._aliases
    ]
