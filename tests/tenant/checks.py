"""What a tenant check is given, and how it ends."""

import base64
import json

import pulumi

NAME = "Portal"
CODE = "exports.onExecutePostLogin = async (event, api) => {};"
BINDINGS = "/api/v2/actions/triggers/post-login/bindings"
WELL = ["GET /api/v2/actions/actions", f"GET {BINDINGS}", "POST /oauth/token"]
"""Sorted: the first two are asked at the same time."""
SCOPES = ["create:actions", "read:actions", "update:actions", "delete:actions"]
UNKNOWN = pulumi.output.Unknown()
OWN = "urn:pulumi:dev::portal::zuplo-auth0:index:ConsumerOnLogin::portal"


def news(**changes):
    return {"action_name": NAME, "owner": OWN, **changes}


def found(sandbox, **changes):
    """What the check makes of it."""
    identity = {"domain": sandbox.auth0_domain, "client_id": sandbox.auth0_client_id}
    unset = {"former_owner": None, "import_id": ""}
    return {**news(), **identity, **unset, **changes}


def jwt(**claims):
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()
    return f"head.{payload.rstrip('=')}.signature"


def failure(result):
    (found,) = result.failures
    assert found.property == ""
    return found.reason
