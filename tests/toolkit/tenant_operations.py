"""What a tenant's owner does to an Action behind the stack's back."""

from typing import Any

from sandbox.commands.clouds import Auth0Tenant
from tests.toolkit.patience import until

BINDINGS = "/actions/triggers/post-login/bindings"
NO_SUCH_ID = "4e9e9b0c-0000-0000-0000-000000000000"


def secrets(**values: str) -> list[dict[str, str]]:
    """Write secrets as Auth0 takes them."""
    return [{"name": name, "value": value} for name, value in values.items()]


def change(tenant: Auth0Tenant, action_id: str, **fields: Any) -> None:
    """Change a draft and wait until it is built."""
    tenant.api("PATCH", f"/actions/actions/{action_id}", fields)
    until(lambda: tenant.action(action_id)["status"] == "built")


def deploy(tenant: Auth0Tenant, action_id: str, **fields: Any) -> None:
    """Change a draft and deploy it."""
    change(tenant, action_id, **fields)
    tenant.api("POST", f"/actions/actions/{action_id}/deploy")


def delete(tenant: Auth0Tenant, action_id: str) -> None:
    tenant.api("DELETE", f"/actions/actions/{action_id}?force=true")


def bind(tenant: Auth0Tenant, *action_ids: str) -> None:
    """Make these, in this order, all that is bound."""
    refs = [{"ref": {"type": "action_id", "value": item}} for item in action_ids]
    tenant.api("PATCH", BINDINGS, {"bindings": refs})


def bindings(tenant: Auth0Tenant) -> list[Any]:
    listed: list[Any] = tenant.api("GET", BINDINGS)["bindings"]
    return listed
