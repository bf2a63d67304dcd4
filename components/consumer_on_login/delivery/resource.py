"""The delivery check: a dynamic resource that follows Action and binding.

The provider's own resources can be green while the tenant runs something else. An
update that failed has the new key in the state already, and no refresh sees a secret.
This resource compares the tenant with the stack until the tenant runs what is desired.
It names what the provider can see and fix, and delivers what the provider cannot see.
Every state stores the path of this module and the names of its classes, so they stay.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypedDict

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    UpdateResult,
)

from ..action_code.rendering import manifest
from ..auth0.client import SCOPES
from ..auth0.errors import AnotherTenantError, Auth0Error
from ..auth0.shapes import TenantAction
from ..errors import remedy_alone
from ..tenant.adoption import other_owner
from ..tenant.check import Auth0Access, Auth0Tenant, secret_or_none
from ..tenant.errors import TakenActionError
from .drift import (
    Desired,
    Drift,
    binding_drift,
    content_drift,
    drift_of,
    is_unbound,
    secret_times,
    sentence,
    surely_has_key,
)
from .errors import DeliveryError
from .sending import (
    Delivery,
    look,
    require_one_of_the_name,
)


class Findings(TypedDict):
    """What the hooks of Action and binding saw in this deployment."""

    is_new_action: pulumi.Input[bool]
    """Whether this deployment has created the Action, with its key."""
    is_changed_action: pulumi.Input[bool]
    """Whether this deployment has changed an Action that was there before."""
    new_binding: pulumi.Input[str]
    """A name of the binding, if this deployment has created it. Auth0's own id of a
    binding stays the same."""
    flow_fault: pulumi.Input[str]
    """What is wrong with the bindings of others after the binding was written."""


_DESIRED = (
    "action_id",
    "action_name",
    "code_sha256",
    "runtime",
    "dependencies",
    "api_key",
)
_PLACE = ("credentials", "owner", "domain", "client_id")
_OF_THIS_RUN = ("is_changed_action", "new_binding", "flow_fault", "unbound")
_INPUTS = (*_DESIRED, *_PLACE, "is_new_action", *_OF_THIS_RUN)


class Auth0DeliveryProvider(Auth0Access):
    """Compares, delivers and proves. Raises DeliveryError if it cannot."""

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Warn of the drift that a refresh found, which else only --diff shows.

        A missing binding and another owner need no refresh: the tenant check has read
        both already.
        """
        try:
            unbound = self._look_again(olds, news)
        except TakenActionError as error:
            return CheckResult(news, [CheckFailure("", str(error))])
        if found := olds.get("drift") or unbound:
            _warn_of_drift(found)
        return CheckResult({**news, "unbound": unbound}, [])

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Deliver again after a change of the stack, and after a drift.

        New credentials are a change, since a refresh uses those in the state. A write
        of the Action is a change, since it may have set the secret: a write in this
        run, and one in an earlier run that stopped before the delivery.

        Another Action or binding replaces the delivery. The engine deletes the old
        delivery first, and only that deletion guards the old Action and binding. If a
        refresh found no binding to guard, the delivery stays, since the engine cannot
        replace it in a protected component.
        """
        replaces = [] if olds["action_id"] == news["action_id"] else ["action_id"]
        is_new = news["new_binding"] and olds["new_binding"] != news["new_binding"]
        if is_new and not is_unbound(olds.get("drift") or []):
            replaces.append("new_binding")
        changed = any(olds.get(name) != news.get(name) for name in (*_DESIRED, *_PLACE))
        due = olds.get("drift") or any(news.get(name) for name in _OF_THIS_RUN)
        is_due = changed or bool(due) or self._has_moved(olds, news)
        return DiffResult(changes=is_due, replaces=replaces)

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Prove the first delivery. Only a new Action certainly has our key."""
        with remedy_alone():
            return CreateResult(props["action_id"], self._deliver({}, props))

    def update(
        self, _id: str, olds: dict[str, Any], news: dict[str, Any]
    ) -> UpdateResult:
        """Prove a change. Send the key, since a failed update may have lost it."""
        with remedy_alone():
            return UpdateResult(self._deliver(olds, news))

    def delete(self, _id: str, props: dict[str, Any]) -> None:
        """Keep the engine from deleting an Action that another component manages.

        The engine deletes this resource before binding and Action. If this fails, the
        engine deletes neither.
        """
        with remedy_alone():
            self.require_tenant_of(props, self.credentials(props))
            client = self.client(props)
            client.session.require_scopes(SCOPES)
            action = client.action(props["action_id"])
            if action and (other := other_owner(action, [props["owner"]])):
                raise TakenActionError(
                    action.name, other, props["owner"], is_dropped=True
                )

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Find drift. A failed request is a warning and no drift."""
        desired = _desired(props)
        try:
            self.require_tenant_of(props, self.credentials(props))
            action, flow = look(self.client(props), props["action_id"])
        except AnotherTenantError:
            # The tenant check stops this refresh, and says why.
            return ReadResult(id_, props)
        except Auth0Error as error:
            pulumi.log.warn(f"The refresh did not check the Action for drift. {error}")
            return ReadResult(id_, props)
        if action is None:
            return ReadResult(None, {})
        found = drift_of(action, flow, desired, props["secrets_at"])
        inputs = {name: props.get(name) for name in _INPUTS}
        return ReadResult(
            id_, {**props, "drift": found}, inputs={**inputs, "drift": found}
        )

    def _look_again(self, olds: dict[str, Any], news: dict[str, Any]) -> list[Drift]:
        """Give what is wrong with the binding of an Action that was there before.

        This is nothing if a request fails, which the tenant check reports, or if a
        refresh has reported more. Raises TakenActionError if another component manages
        the Action.
        """
        if not _is_same_action(olds, news):
            return []
        try:
            self._require_own(olds, news)
            flow = self.client(news).bindings_at_first(manifest().trigger_id)
        except Auth0Error:
            return []
        return [] if olds.get("drift") else binding_drift(news["action_id"], flow)

    def _has_moved(self, olds: dict[str, Any], news: dict[str, Any]) -> bool:
        """Tell whether the tenant runs another version than the last delivery saw.

        A run that stopped between its write and its proof has this effect. The other
        resources do not see it if the stack no longer declares what that run wrote. A
        list that leaves out parts of an Action is no sign of a change.
        """
        if not _is_same_action(olds, news):
            return False
        try:
            action = self._action_at_first(news)
        except Auth0Error:
            return False
        if action is None or action.deployed is None:
            return False
        draft, version = action.draft, action.deployed
        return (
            draft.is_whole
            and version.content.is_whole
            and bool(content_drift(draft, version, _desired(olds), olds["secrets_at"]))
        )

    def _action_at_first(self, news: dict[str, Any]) -> TenantAction | None:
        asked = self.client(news).actions_at_first(manifest().trigger_id).result()
        return next((it for it in asked if it.id == news["action_id"]), None)

    def _require_own(self, olds: dict[str, Any], news: dict[str, Any]) -> None:
        action = self._action_at_first(news)
        if action and (other := other_owner(action, (news["owner"], olds["owner"]))):
            raise TakenActionError(action.name, other, olds["owner"])

    def _deliver(self, olds: dict[str, Any], news: dict[str, Any]) -> dict[str, Any]:
        if fault := news["flow_fault"]:
            raise DeliveryError(fault)
        client, desired = self.client(news), _desired(news)
        client.session.require_scopes(SCOPES)
        action_id, name = news["action_id"], news["action_name"]
        with ThreadPoolExecutor(1) as meanwhile:
            # In every run until the tenant has only one Action of our name.
            is_new = olds.get("action_id") != action_id
            named = meanwhile.submit(client.actions_named, name) if is_new else None
            action = Delivery(client, action_id, name, desired).deliver(
                news["api_key"],
                has_key=lambda action: surely_has_key(action, desired, olds, news),
                reported=olds.get("drift") or [],
            )
            if named:
                require_one_of_the_name(named.result(), action)
        return {
            **{name: news.get(name) for name in _INPUTS},
            "drift": [],
            "secrets_at": secret_times(action, desired),
        }


class Auth0Delivery(Resource, module="auth0", name="Delivery"):
    """The proof that the tenant runs the Action as the stack declares it."""

    code_sha256: pulumi.Output[str]
    api_key: pulumi.Output[str]
    drift: pulumi.Output[list[Any] | None]
    """Each a Drift, in which type Pulumi refuses to read a dict."""

    def __init__(
        self,
        name: str,
        *,
        action_id: pulumi.Input[str],
        action_name: pulumi.Input[str],
        code_sha256: pulumi.Input[str],
        api_key: pulumi.Input[str],
        findings: Findings,
        tenant: Auth0Tenant,
        owner: pulumi.Input[str],
        credentials: pulumi.Input[Any] | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the proof.

        Args:
            api_key: the delivery sends it again if Auth0 may have lost it.
            findings: what the hooks saw in this deployment.
            tenant: the tenant check, which knows the tenant's identity.
            owner: URN of the component, as the Action's code states it.
            credentials: of an explicit provider. Without them, the configuration's.
        """
        stated = manifest()
        props: dict[str, Any] = {
            "action_id": action_id,
            "action_name": action_name,
            "code_sha256": code_sha256,
            "runtime": stated.runtime,
            "dependencies": stated.dependencies,
            "api_key": pulumi.Output.secret(api_key),
            **findings,
            "owner": owner,
            "domain": tenant.domain,
            "client_id": tenant.client_id,
            "credentials": secret_or_none(credentials),
            # Filled by the check.
            "unbound": [],
            # Filled by a refresh, so that the next diff shows it.
            "drift": [],
            "secrets_at": None,
        }
        super().__init__(Auth0DeliveryProvider(), name, props, opts)


def _is_same_action(olds: dict[str, Any], news: dict[str, Any]) -> bool:
    """Tell whether the Action is the same as before; false while unknown."""
    asked = (news.get("action_id"), news.get("credentials"))
    return olds.get("action_id") == news.get("action_id") and not any(
        pulumi.contains_unknowns(it) for it in asked
    )


def _warn_of_drift(found: list[Drift]) -> None:
    pulumi.log.warn(
        f"The tenant has drifted: {'; '.join(map(sentence, found))}.\n"
        "Auth0 does not run what this stack declares.\n"
        "To deploy the stack again, run: pulumi up --refresh"
    )


def _desired(props: dict[str, Any]) -> Desired:
    return Desired(
        code_sha256=props["code_sha256"],
        runtime=props["runtime"],
        dependencies=props["dependencies"],
        secret=manifest().secret,
    )
