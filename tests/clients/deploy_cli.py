"""A tenant as auth0-deploy-cli imports and exports it: one Action and a login flow."""

import json
from pathlib import Path
from typing import Any

import yaml

from sandbox.commands.clouds import Auth0Tenant
from sandbox.host.servers import Sandbox
from tests.clients.conftest import Client

IMPORTS_SECONDS = 900
"""An import compiles the schemas of all resources twice: half a minute of a core."""

TYPES = ("actions", "triggers")
"""Of the other types of resources, the sandbox knows nothing."""
CODE = "exports.onExecutePostLogin = async (event, api) => {};\n"
GREET = {
    "name": "Greet",
    "code": "./greet.js",
    "runtime": "node22",
    "deployed": True,
    "dependencies": [{"name": "undici", "version": "6.29.1"}],
    "secrets": [{"name": "GREETING", "value": "hello"}],
    "supported_triggers": [{"id": "post-login", "version": "v3"}],
}


def written(folder: Path, *bound: str) -> Path:
    """Write the files of a tenant with one Action, and a login flow."""
    flow = [{"action_name": name, "display_name": name} for name in bound]
    tenant = {"actions": [GREET], "triggers": {"post-login": flow}}
    (folder / "greet.js").write_text(CODE)
    file = folder / "tenant.yaml"
    file.write_text(yaml.safe_dump(tenant))
    return file


def import_of(client: Client, file: Path, *types: str, **settings: str) -> None:
    only = json.dumps(types or TYPES)
    client.run("import", "-i", str(file), AUTH0_INCLUDED_ONLY=only, **settings)


def export(client: Client, folder: Path) -> Path:
    folder.mkdir()
    only = json.dumps(TYPES)
    client.run("export", "-f", "yaml", "-o", str(folder), AUTH0_INCLUDED_ONLY=only)
    return folder / "tenant.yaml"


def bound(tenant: Auth0Tenant) -> list[str]:
    return [it["display_name"] for it in tenant.bindings()]


def state(tenant: Auth0Tenant, sandbox: Sandbox) -> Any:
    """Give what people see, without the ids and times that each write renews."""
    kept = ("id", "name", "code", "runtime", "dependencies", "all_changes_deployed")
    actions = [
        {
            **{name: action[name] for name in kept},
            "deployed": sandbox.control.deployed_action(action["id"]),
        }
        for action in tenant.api("GET", "/actions/actions")["actions"]
    ]
    return actions, bound(tenant)


def add_others(tenant: Auth0Tenant) -> None:
    secrets = [{"name": "TOKEN", "value": "theirs"}]
    tenant.add_bound_action("Others", CODE, secrets=secrets)
