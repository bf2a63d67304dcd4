"""No secret is anywhere in plaintext, during a stack's life or after it."""

import base64
import json
import subprocess
import sys

import pytest

from consumer_on_login.action_code.rendering import manifest
from sandbox.auth0.logins import LoginRequest
from sandbox.commands.clouds import ZuploAccount
from sandbox.commands.try_ import NAMESPACE
from sandbox.engine.workspace import set_secret
from sandbox.host.faults import Fault
from tests.toolkit.patience import until
from tests.toolkit.preloaded_plugin import VARIABLE

from .environment import action_of
from .leaks import files, leaks, watched_arguments

ZUPLO_KEY = f"{NAMESPACE}:zuploApiKey"
SECRET = "zpka_a+b/c?d_e&f"
# The most that the CLI logs without --logflow, which docs/security.md warns of.
VERBOSE = {"log_verbosity": 9, "log_to_std_err": True}
VERBOSE_LINES = 100


@pytest.mark.parametrize(
    "text",
    [
        f"key={SECRET}!",
        "?key=zpka_a%2Bb%2Fc%3Fd_e%26f",
        *(
            base64.b64encode(f"{before}{SECRET} and so on".encode()).decode()
            for before in ("", "1", "12", "123")
        ),
        base64.urlsafe_b64encode(f"12{SECRET}".encode()).decode(),
    ],
)
def test_search_finds_a_secret_in_each_writing(text):
    places = [("here", text.encode()), ("elsewhere", b"zpka_a")]
    assert leaks({"key": SECRET}, places) == [("key", "here")]


def test_watch_sees_the_arguments_of_other_processes():
    command = [sys.executable, "-c", "input()", SECRET]
    with watched_arguments() as seen:
        process = subprocess.Popen(command, stdin=subprocess.PIPE)
        until(lambda: any(SECRET in arguments for arguments in list(seen)))
        process.communicate(b"\n")


def test_secrets_are_nowhere_in_plaintext(
    deploy, sandbox, tenant, tmp_path, monkeypatch
):
    # As it is for users.
    monkeypatch.delenv(VARIABLE)
    with watched_arguments() as arguments:
        deployment = deploy(loginProbe="true")
        set_secret(deployment.stack, "auth0:clientSecret", sandbox.auth0_client_secret)
        deployment.configure("auth0:clientId", sandbox.auth0_client_id)
        plan = str(tmp_path / "stack" / "plan.json")
        good = [deployment.preview(plan=plan, **VERBOSE), deployment.up(**VERBOSE)]
        action_id = action_of(deployment)
        ada = tenant.add_user("ada")
        login = sandbox.control.log_in(LoginRequest(user_id=ada, client_id="portal"))
        (consumer,) = ZuploAccount(sandbox).consumers()

        old_key, new_key = sandbox.zuplo_api_key, sandbox.control.add_zuplo_key("acme")
        refused_key = f"{new_key}_refused"
        bad = failed_runs(deployment, sandbox, refused_key)
        set_secret(deployment.stack, ZUPLO_KEY, new_key)
        rotation = str(tmp_path / "stack" / "rotation.json")
        good += [
            deployment.preview(diff=True, plan=rotation, **VERBOSE),
            deployment.up(plan=rotation, **VERBOSE),
            deployment.refresh(**VERBOSE),
        ]
        deployed = sandbox.control.deployed_action(action_id)
        assert deployed.secrets == {manifest().secret: new_key}
        good.append(deployment.destroy(**VERBOSE))
    assert [run.succeeded for run in good] == [True] * 6
    assert [run.succeeded for run in bad] == [False] * 3

    secrets = {
        "old Zuplo key": old_key,
        "new Zuplo key": new_key,
        "refused Zuplo key": refused_key,
        "Auth0 client secret": sandbox.auth0_client_secret,
        "issued key": consumer["apiKeys"][0]["key"],
        # Its last part: the first two hold nothing secret.
        **{
            f"Auth0 token {number}": token.split(".")[-1]
            for number, token in enumerate(sandbox.control.auth0_tokens())
        },
    }
    places = dict(files(tmp_path / "stack"))
    assert any("history" in place for place in places)
    assert {plan, rotation} <= places.keys()
    for number, run in enumerate(good + bad):
        assert len(run.errors) > VERBOSE_LINES
        places[f"output of run {number}"] = "".join(run.output).encode()
        places[f"errors of run {number}"] = "".join(run.errors).encode()
        events = [event.__dict__ for event in run.events]
        places[f"events of run {number}"] = json.dumps(events, default=vars).encode()
    places["log of the login"] = login.model_dump_json(include={"actions"}).encode()
    places["arguments of processes"] = "\n".join(arguments).encode()
    assert leaks(secrets, places.items()) == []


def failed_runs(deployment, sandbox, refused_key):
    """Runs that end in errors and tracebacks, where a key would show."""
    control = sandbox.control
    control.arm(Fault(service="zuplo", kind="status", status=503))
    runs = [deployment.refresh(**VERBOSE)]
    control.clear_faults()
    control.arm(Fault(service="auth0", method="PATCH", kind="status", status=400))
    deployment.configure("actionName", "Another name")
    runs.append(deployment.up(**VERBOSE))
    control.clear_faults()
    set_secret(deployment.stack, ZUPLO_KEY, refused_key)
    return [*runs, deployment.preview(**VERBOSE)]
