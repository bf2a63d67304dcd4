"""What is desired, and how a delivery is asked for."""

import pulumi

from consumer_on_login.delivery.drift import Desired, Drift, sha256
from tests.toolkit.our_action import CODE, NAME, OWN

KEY, NEW_KEY = "zpka_old_sesame", "zpka_new_sesame"
ACTION_PATH = "/api/v2/actions/actions/[^/]*"
DESIRED = Desired(
    code_sha256=sha256(CODE), runtime="node22", dependencies={}, secret="API_KEY"
)
UNKNOWN = pulumi.output.Unknown()
DRIFT = [Drift(kind="differs", place="deployed", name="code", number=2)]
UNBOUND = [Drift(kind="bindings", place="login flow", name="", number=0)]


def added(name):
    """The drift of a draft that holds a secret of others."""
    return Drift(kind="added", place="draft", name=name, number=0)


def inputs(action_id, **changes):
    return {
        "action_id": action_id,
        "action_name": NAME,
        "code_sha256": sha256(CODE),
        "runtime": "node22",
        "dependencies": {},
        "api_key": KEY,
        "is_new_action": False,
        "is_changed_action": False,
        "new_binding": "",
        "flow_fault": "",
        "owner": OWN,
        "domain": None,
        "client_id": None,
        "unbound": [],
        "drift": [],
        **changes,
    }


def is_written(requests):
    """Tell whether anything but a token was asked for that is no reading."""
    return any(not item.startswith(("GET ", "POST /oauth/")) for item in requests)
