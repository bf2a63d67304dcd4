"""What is declared, and how a delivery is asked for."""

import pulumi

from consumer_on_login.delivery.drift import Meant, sha256

NAME = "Portal"
CODE = "exports.onExecutePostLogin = async (event, api) => { /* ours */ };"
OTHER_CODE = "exports.onExecutePostLogin = async (event, api) => {};"
KEY, NEW_KEY = "zpka_old_sesame", "zpka_new_sesame"
ACTION_PATH = "/api/v2/actions/actions/[^/]*"
MEANT = Meant(
    code_sha256=sha256(CODE), runtime="node22", dependencies={}, secret="API_KEY"
)
OWN = "urn:pulumi:dev::portal::zuplo-auth0:index:ConsumerOnLogin::portal"
UNKNOWN = pulumi.output.Unknown()
DRIFT = ["the code of the deployed version 2 differs"]


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


def last_line(text):
    return str(text).rstrip("\n").splitlines()[-1]
