"""What a tenant's owner does to an Action behind the stack's back."""

from typing import Any

from jwt import encode

from sandbox.commands.clouds import FLOW, Auth0Tenant
from tests.toolkit.patience import until

BINDINGS = f"/api/v2{FLOW}"
NO_SUCH_ID = "4e9e9b0c-0000-0000-0000-000000000000"


def secrets(**values: str) -> list[dict[str, str]]:
    """Write secrets as Auth0 takes them."""
    return [{"name": name, "value": value} for name, value in values.items()]


def jwt(**claims: Any) -> str:
    """Write a token that nobody has signed."""
    return encode(claims, "", algorithm="none")


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


def delete_actions(tenant: Auth0Tenant) -> None:
    for action in tenant.api("GET", "/actions/actions?per_page=100")["actions"]:
        delete(tenant, action["id"])
