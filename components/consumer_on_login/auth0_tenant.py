"""The tenant check: a dynamic resource that asks Auth0 at every preview and up.

It owns nothing in Auth0 and writes nothing but the request for a token. Like the bucket
check it runs in the engine's plugin process; the path of this module and the names of
its classes are stored in every state, so they stay.
"""

from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

from .action import manifest
from .auth0_answers import TenantBinding
from .auth0_client import SCOPES, Auth0Client, auth0_client
from .auth0_credentials import configured, usable
from .auth0_errors import Auth0Error

_INPUTS = ("action_name", "credentials")


class Auth0Access(ResourceProvider):
    """A provider that finds its client at the credentials of input or configuration."""

    def configure(self, req: ConfigureRequest) -> None:
        """Keep the configuration, in the plugin process alone."""
        self._config = req.config

    def __getstate__(self) -> None:
        """Store nothing: the configuration holds secrets."""

    def client(self, props: dict[str, Any]) -> Auth0Client:
        """Give the process's client of these credentials; raises Auth0Error."""
        if (given := props.get("credentials")) is not None:
            return auth0_client(usable(given))
        return auth0_client(configured(lambda key: self._config.get(f"auth0:{key}")))


class Auth0TenantProvider(Auth0Access):
    """Asks for a token, compares its scopes, and looks at the login flow."""

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Fail with one message and its remedy; warn of actions behind ours."""
        if any(pulumi.contains_unknowns(news.get(name)) for name in _INPUTS):
            return CheckResult(news, [])
        try:
            client = self.client(news)
            client.session.require_scopes(SCOPES)
            flow = client.bindings_at_first(manifest().trigger_id)
        except Auth0Error as error:
            return CheckResult(news, [CheckFailure("", str(error))])
        _warn_of_later_actions(flow, news["action_name"])
        return CheckResult(news, [])

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("tenant", _outputs(props))

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        changes = any(olds.get(name) != news.get(name) for name in _INPUTS)
        return DiffResult(changes=changes)

    def update(
        self, _id: str, _olds: dict[str, Any], news: dict[str, Any]
    ) -> UpdateResult:
        return UpdateResult(_outputs(news))


class Auth0Tenant(Resource, module="auth0", name="Tenant"):
    """An Auth0 tenant that must let this stack do its work."""

    def __init__(
        self,
        name: str,
        *,
        action_name: pulumi.Input[str],
        credentials: pulumi.Input[Any] | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the check.

        Args:
            credentials: of an explicit provider; without them the configuration's.
        """
        props = {
            "action_name": action_name,
            "credentials": secret_or_none(credentials),
        }
        super().__init__(Auth0TenantProvider(), name, props, opts)


def secret_or_none(credentials: pulumi.Input[Any] | None) -> pulumi.Output[Any] | None:
    """Mark credentials as a secret, if there are any."""
    return None if credentials is None else pulumi.Output.secret(credentials)


def _outputs(props: dict[str, Any]) -> dict[str, Any]:
    return {name: props.get(name) for name in _INPUTS}


def _warn_of_later_actions(flow: list[TenantBinding], action_name: str) -> None:
    """Warn through the plugin's standard error, the one way that check has."""
    names = [binding.action_name for binding in flow]
    if action_name not in names:
        return
    behind = names[names.index(action_name) + 1 :]
    if later := [name for name in behind if name != action_name]:
        listed = ", ".join(f'"{name}"' for name in later)
        pulumi.log.warn(
            f'In the login flow {listed} stands behind "{action_name}": a login that '
            "is denied or redirected there has its consumer already.\n"
            "Move it in the dashboard: Actions > Triggers > post-login"
        )
