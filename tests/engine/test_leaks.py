"""No secret is anywhere in plaintext after a stack's life."""

import json
from pathlib import Path

from consumer_on_login.action import manifest
from sandbox.auth0.logins import LoginRequest
from sandbox.clouds import ZuploAccount
from sandbox.engine.workspace import set_secret
from sandbox.faults import Fault
from sandbox.story import NAMESPACE

ZUPLO_KEY = f"{NAMESPACE}:zuploApiKey"


def test_secrets_are_nowhere_in_plaintext(deploy, sandbox, tenant, tmp_path):
    deployment = deploy()
    set_secret(deployment.stack, "auth0:clientSecret", sandbox.auth0_client_secret)
    deployment.configure("auth0:clientId", sandbox.auth0_client_id)
    good = [deployment.preview(), deployment.up()]
    action_id = deployment.stack.outputs()["action_id"].value
    ada = tenant.add_user("ada")
    login = sandbox.control.log_in(LoginRequest(user_id=ada, client_id="portal"))
    (consumer,) = ZuploAccount(sandbox).consumers()

    old_key, new_key = sandbox.zuplo_api_key, sandbox.control.add_zuplo_key("acme")
    refused_key = f"{new_key}_refused"
    bad = failed_runs(deployment, sandbox, refused_key)
    set_secret(deployment.stack, ZUPLO_KEY, new_key)
    good += [deployment.preview(diff=True), deployment.up(), deployment.refresh()]
    deployed = sandbox.control.deployed_action(action_id)
    assert deployed.secrets == {manifest().secret: new_key}
    good.append(deployment.destroy())
    assert [run.succeeded for run in good] == [True] * 6
    assert [run.succeeded for run in bad] == [False] * 3

    secrets = {
        "old Zuplo key": old_key,
        "new Zuplo key": new_key,
        "refused Zuplo key": refused_key,
        "Auth0 client secret": sandbox.auth0_client_secret,
        "issued key": consumer["apiKeys"][0]["key"],
    }
    places = {str(path): path.read_text() for path in stored_files(tmp_path / "stack")}
    for number, run in enumerate(good + bad):
        places[f"output of run {number}"] = "".join(run.output)
        places[f"events of run {number}"] = json.dumps(
            [event.__dict__ for event in run.events], default=vars
        )
    places["log of the login"] = login.model_dump_json(include={"actions"})
    leaks = [
        (secret, place)
        for place, text in places.items()
        for secret, value in secrets.items()
        if value in text
    ]
    assert leaks == []
    assert any("history" in place for place in places)


def failed_runs(deployment, sandbox, refused_key):
    """Runs that end in errors and tracebacks, where a key would show."""
    control = sandbox.control
    control.arm(Fault(service="zuplo", kind="status", status=503))
    runs = [deployment.refresh()]
    control.clear_faults()
    control.arm(Fault(service="auth0", method="PATCH", kind="status", status=400))
    deployment.configure("actionName", "Another name")
    runs.append(deployment.up())
    control.clear_faults()
    set_secret(deployment.stack, ZUPLO_KEY, refused_key)
    return [*runs, deployment.preview()]


def stored_files(folder: Path) -> list[Path]:
    """All that the engine wrote: state, backups, history, configuration."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if ".venv" not in path.parts]
