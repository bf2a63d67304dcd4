"""The tenant check: a dynamic resource that reads from Auth0 at every preview and up.

It owns nothing in Auth0, and writes nothing there. Like the bucket check, it runs in
the engine's plugin process. Every state stores the path of this module and the names of
its classes, so they stay.
"""

from collections.abc import Container, Sequence
from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

from ..action_code.rendering import manifest
from ..auth0.client import READING, SCOPES, Auth0Client, auth0_client
from ..auth0.credentials import Credentials, TenantIdentity, configured, usable
from ..auth0.shapes import TenantBinding
from ..errors import ConsumerOnLoginError, remedy_alone
from ..settings.settings import SETTINGS
from .adoption import action_to_import, require_none_begun, stated_owner
from .errors import LeftActionError

_GIVEN = ("action_name", "credentials", "owner", "adopt_action_id")
_IDENTITY = ("domain", "client_id")
_INPUTS = (*_GIVEN, *_IDENTITY, "import_id", "former_owner")


class Auth0Access(ResourceProvider):
    """A provider with a client of Auth0. The input or the stack has the credentials."""

    def configure(self, req: ConfigureRequest) -> None:
        """Keep the configuration, in the plugin process only."""
        self._config = req.config

    def __getstate__(self) -> None:
        """Store nothing, since the configuration holds secrets."""

    def client(self, props: dict[str, Any]) -> Auth0Client:
        """Give the process's client of these credentials; raises Auth0Error."""
        return auth0_client(self.credentials(props))

    def credentials(self, props: dict[str, Any]) -> Credentials:
        """Give the input's credentials, or the configuration's; raises Auth0Error."""
        if (given := props.get("credentials")) is not None:
            return usable(given)
        return configured(lambda key: self._config.get(f"auth0:{key}"))

    def require_tenant_of(
        self, state: dict[str, Any], credentials: Credentials
    ) -> None:
        """Raise AnotherTenantError unless this is the tenant that has the stack.

        Args:
            state: holds the tenant's `domain` and the application's `client_id`.
        """
        if state.get("domain"):
            credentials.require_tenant(
                TenantIdentity(*(state[name] for name in _IDENTITY))
            )


class Auth0TenantProvider(Auth0Access):
    """Fetches a token, checks its scopes, and reads the login flow."""

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Fail with one message and its remedy. Warn of actions that run after ours.

        The check adds what it finds to the inputs: the tenant, and the Action to
        import, if there is one.
        """
        needed = (news.get(name) for name in (*_GIVEN, "aliases"))
        if any(pulumi.contains_unknowns(it) for it in needed):
            return CheckResult(news, [])
        name = SETTINGS["action_name"]
        if wrong := name.wrong(news["action_name"]):
            # Only an Output comes this far: the program knows the rest before.
            return CheckResult(news, [CheckFailure("", name.fault(wrong))])
        try:
            credentials = self.credentials(news)
            self.require_tenant_of(olds, credentials)
            client = self.client(news)
            client.session.require_scopes(READING)
            trigger = manifest().trigger_id
            # Both requests at the same time. The delivery's check needs both, too.
            asked = client.actions_at_first(trigger)
            flow = client.bindings_at_first(trigger)
            third_party = {it.id for it in asked.result() if stated_owner(it) is None}
            import_id = _import_id(client, olds, news)
        except ConsumerOnLoginError as error:
            return CheckResult(news, [CheckFailure("", str(error))])
        _warn_of_reading_alone(client)
        _warn_of_later_actions(flow, news["action_name"], third_party)
        found = {
            **_identity(olds, credentials.tenant),
            "former_owner": _former_owner(olds, news),
            "import_id": import_id,
        }
        return CheckResult({**news, **found}, [])

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("tenant", _outputs(props))

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Store what a later check needs. The end of an adoption is no change."""
        names = ["action_name", "credentials", "owner"]
        names += [name for name in _IDENTITY if news.get(name)]
        if news.get("adopt_action_id"):
            names += ["adopt_action_id", "import_id"]
        changes = any(olds.get(name) != news.get(name) for name in names)
        return DiffResult(changes=changes)

    def update(
        self, _id: str, _olds: dict[str, Any], news: dict[str, Any]
    ) -> UpdateResult:
        return UpdateResult(_outputs(news))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Stop a refresh in another tenant, which has nothing of this stack."""
        with remedy_alone():
            self.require_tenant_of(props, self.credentials(props))
        return ReadResult(id_, props)

    def delete(self, _id: str, props: dict[str, Any]) -> None:
        """Look for an Action that is left. The engine deletes this after the Action.

        An explicit provider may use another tenant by then: a failed `up` stores its
        new settings, but the rest of the state belongs to the first tenant.
        """
        with remedy_alone():
            credentials = self.credentials(props)
            self.require_tenant_of(props, credentials)
            named = self.client(props).actions_named(props["action_name"])
            left = [it.id for it in named if stated_owner(it) == props["owner"]]
            if left:
                raise LeftActionError(credentials.domain, left)


class Auth0Tenant(Resource, module="auth0", name="Tenant"):
    """An Auth0 tenant that must let this stack do its work."""

    domain: pulumi.Output[str]
    """The tenant's own domain."""
    client_id: pulumi.Output[str]
    """The application that asked it first."""
    identity: pulumi.Output[TenantIdentity]
    """Both of them."""
    import_id: pulumi.Output[str]
    """Id of the Action to adopt, or nothing; unknown until the tenant was asked."""
    former_owner: pulumi.Output[str | None]
    """URN of the component before it was renamed, if it ever was."""

    def __init__(
        self,
        name: str,
        *,
        action_name: pulumi.Input[str],
        credentials: pulumi.Input[Any] | None,
        owner: pulumi.Input[str],
        aliases: Sequence[pulumi.Input[str | None]],
        adopt_action_id: str | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the check.

        Args:
            credentials: of an explicit provider. Without them, the configuration's.
            owner: URN of the component, as the code of its Action states it.
            aliases: URNs that the component had before in this stack, or None. After a
                loss of the state, nothing else names them.
            adopt_action_id: of an Action that the component takes over.
        """
        props = {
            "action_name": action_name,
            "credentials": secret_or_none(credentials),
            "owner": owner,
            "aliases": list(aliases) or None,
            "adopt_action_id": adopt_action_id,
            # Filled by the check.
            "domain": None,
            "client_id": None,
            "import_id": None,
            "former_owner": None,
        }
        # A replaced check refuses its deletion. The deletion comes first, or else each
        # later run would fail with it.
        first = pulumi.ResourceOptions(delete_before_replace=True)
        options = pulumi.ResourceOptions.merge(opts, first)
        super().__init__(Auth0TenantProvider(), name, props, options)
        self.identity = pulumi.Output.all(self.domain, self.client_id).apply(
            lambda both: TenantIdentity(*both)
        )


def secret_or_none(credentials: pulumi.Input[Any] | None) -> pulumi.Output[Any] | None:
    """Mark credentials as a secret, if there are any."""
    return None if credentials is None else pulumi.Output.secret(credentials)


def _outputs(props: dict[str, Any]) -> dict[str, Any]:
    return {name: props.get(name) for name in _INPUTS}


def _import_id(client: Auth0Client, olds: dict[str, Any], news: dict[str, Any]) -> str:
    wanted = news.get("adopt_action_id")
    if wanted is None:
        return ""
    owners = [it for it in (news["owner"], olds.get("owner")) if it]
    if (begun := olds.get("import_id")) and begun != wanted:
        require_none_begun(client, begun, wanted, owners)
    return action_to_import(
        client,
        wanted,
        owners=[*owners, *filter(None, news.get("aliases") or [])],
        was_adopted=olds.get("adopt_action_id") == wanted,
    )


def _former_owner(olds: dict[str, Any], news: dict[str, Any]) -> str | None:
    """Keep it: an `up` that failed after this check has not renamed the Action."""
    last = olds.get("owner")
    former: str | None = olds.get("former_owner") if last == news["owner"] else last
    return former


def _identity(olds: dict[str, Any], tenant: TenantIdentity) -> dict[str, str]:
    """Keep the identity in the state while the domain stays.

    A preview may use an application of its own, which is no change.
    """
    if olds.get("domain") == tenant.domain:
        return {name: olds[name] for name in _IDENTITY}
    return {"domain": tenant.domain, "client_id": tenant.client_id}


def _warn_of_reading_alone(client: Auth0Client) -> None:
    """Warn that Auth0 would refuse an `up` that writes."""
    if missing := client.session.missing_scopes(SCOPES):
        pulumi.log.warn(
            f"The Auth0 application of {client.session.domain} can preview, but it "
            f"cannot deploy. It lacks these scopes: {', '.join(missing)}.\n"
            "An up with this application stops before its first write.\n"
            "To deploy with this application, grant the scopes in the dashboard: "
            "Applications > APIs > Auth0 Management API > Machine to Machine "
            "Applications"
        )


def _warn_of_later_actions(
    flow: list[TenantBinding], action_name: str, third_party: Container[str]
) -> None:
    """Warn through the plugin's standard error, since a check has no other way.

    Args:
        third_party: ids of Actions that name no owner. The Actions of this package end
            no login, and two of them cannot both be the last.
    """
    names = [binding.action_name for binding in flow]
    if action_name not in names:
        return
    behind = flow[names.index(action_name) + 1 :]
    others = [it for it in behind if it.action_name != action_name]
    if later := [it.action_name for it in others if it.action_id in third_party]:
        listed = ", ".join(f'"{name}"' for name in later)
        pulumi.log.warn(
            f'These Actions run after "{action_name}" in the login flow: {listed}.\n'
            "If one of them denies or redirects a login, the user already has a "
            "consumer.\n"
            f'To avoid this, move them before "{action_name}" in the dashboard: '
            "Actions > Triggers > post-login"
        )
