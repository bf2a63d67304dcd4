"""What a tenant check is given, and how it ends."""

import pulumi

from tests.toolkit.our_action import NAME, OWN
from tests.toolkit.tenant_operations import BINDINGS

WELL = ["GET /api/v2/actions/actions", f"GET {BINDINGS}", "POST /oauth/token"]
"""Sorted: the first two are asked at the same time."""
SCOPES = ["create:actions", "read:actions", "update:actions", "delete:actions"]
UNKNOWN = pulumi.output.Unknown()


def news(**changes):
    return {"action_name": NAME, "owner": OWN, **changes}


def found(sandbox, **changes):
    """What the check makes of it."""
    identity = {"domain": sandbox.auth0_domain, "client_id": sandbox.auth0_client_id}
    unset = {"former_owner": None, "import_id": ""}
    return {**news(), **identity, **unset, **changes}


def failure(result):
    (found,) = result.failures
    assert found.property == ""
    return found.reason
