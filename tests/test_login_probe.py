"""The login probe against both stand-ins, with the Action as it is deployed."""

import itertools
import os
import signal
import subprocess
import sys
from typing import NamedTuple

import pytest

from consumer_on_login import auth0_session, login_probe, zuplo_client
from consumer_on_login.action import ActionSettings, manifest, render
from consumer_on_login.consumer_name import consumer_name
from consumer_on_login.login_probe import is_leftover, main, new_user_id
from consumer_on_login.probe_task import ProbeTask
from consumer_on_login.zuplo_client import Consumer
from sandbox.clouds import Auth0Tenant
from sandbox.faults import Fault
from tests.patience import PATIENCE_SECONDS, until
from tests.sandbox.zuplo_api import BucketApi

NUMBERS = itertools.count()
TENANT = "localhost"
"""As the probe names the tenant of the sandbox's domain."""
TEST_PATH = "/api/v2/actions/actions/.*/test"
OLD, TOKEN = "login-probe|1700000000", "0" * 32
AGAIN = "try again with: pulumi up"


class Said(NamedTuple):
    """How a probe ended."""

    exit_code: int
    out: str
    err: str

    @property
    def lines(self):
        return self.err.splitlines()


@pytest.fixture(scope="module")
def tenant(sandbox):
    with Auth0Tenant(sandbox) as tenant:
        yield tenant


@pytest.fixture
def bucket(zuplo):
    """A bucket of the test's own."""
    with (api := BucketApi(zuplo)).session:
        yield api


@pytest.fixture
def deploy(zuplo, tenant, bucket, monkeypatch):
    """Deploy the Action, or a changed one, and set the variables of its probe."""
    zuplo.control.stop_instances()
    actions = []

    def deploy(change=lambda code: code, key=zuplo.zuplo_api_key):
        stated = manifest()
        code = render(
            ActionSettings(
                zuplo_api_url=zuplo.zuplo_url,
                zuplo_account=zuplo.zuplo_account,
                zuplo_bucket=bucket.bucket,
                portal_client_ids=["portal"],
                metadata_key="api_consumer",
                consumer_metadata={"plan": "free"},
                login_timeout_ms=5000,
            )
        )
        name = f"Create consumer {next(NUMBERS)}"
        action_id = tenant.add_bound_action(
            name,
            change(code),
            runtime=stated.runtime,
            dependencies=[
                {"name": package, "version": version}
                for package, version in stated.dependencies.items()
            ],
            secrets=[{"name": stated.secret, "value": key}],
        )
        actions.append(action_id)
        task = ProbeTask(
            zuplo_api_url=zuplo.zuplo_url,
            zuplo_account=zuplo.zuplo_account,
            zuplo_bucket=bucket.bucket,
            zuplo_api_key=zuplo.zuplo_api_key,
            login_probe_action_id=action_id,
            login_probe_action_name=name,
            login_probe_client_id="portal",
        )
        for variable in ("AUTH0_API_TOKEN", "AUTH0_AUDIENCE"):
            monkeypatch.delenv(variable, raising=False)
        variables = {**zuplo.environment(), **task.as_environment()}
        for variable, value in variables.items():
            monkeypatch.setenv(variable, value)
        return task

    yield deploy
    for action_id in actions:
        tenant.api("DELETE", f"/actions/actions/{action_id}?force=true")


@pytest.fixture
def probe(zuplo, capsys):
    """Run the probe in this process; nothing that it says may hold a secret."""

    def probe():
        exit_code = main()
        said = Said(exit_code, *capsys.readouterr())
        for secret in (zuplo.zuplo_api_key, zuplo.auth0_client_secret, "Bearer"):
            assert secret not in said.out + said.err
        return said

    return probe


@pytest.fixture
def impatient(monkeypatch):
    """Ask Auth0 once, so that no test waits for repetitions."""
    monkeypatch.setattr(auth0_session, "ATTEMPTS", 1)


def names(bucket):
    return {item["name"] for item in bucket.get("/consumers")["data"]}


def made(zuplo):
    """How many consumers were created, and how many deleted."""
    asked = [
        (logged.method, logged.status)
        for logged in zuplo.control.requests("zuplo")
        if "/consumers" in logged.path
    ]
    return asked.count(("POST", 200)), asked.count(("DELETE", 204))


def fail(zuplo, **fault):
    zuplo.control.arm(Fault.model_validate({"kind": "status", **fault}))


def lose_answer_of_test(zuplo, times=None):
    zuplo.control.arm(
        Fault(service="auth0", path=TEST_PATH, kind="reset", when="after", times=times)
    )


def test_probe_sees_the_consumer_and_leaves_none(deploy, probe, zuplo, bucket):
    deploy()
    said = probe()
    assert said == (
        0,
        f'A made-up user\'s login made a consumer in bucket "{bucket.bucket}"; '
        "it is removed again.\n",
        "",
    )
    assert made(zuplo) == (1, 1)
    assert names(bucket) == set()


def test_probe_runs_as_a_script_that_says_one_line(deploy, zuplo, bucket):
    deploy()
    done = subprocess.run(
        [sys.executable, "-m", "consumer_on_login.login_probe"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1
    assert made(zuplo) == (1, 1)
    assert names(bucket) == set()


def test_probe_login_is_one_to_the_portal_that_no_mail_can_reach(deploy, probe):
    code = (
        "exports.onExecutePostLogin = async ({ user, client, transaction }) => {"
        "if (!user.email.endsWith('@example.com') || client.client_id !== 'portal' ||"
        " transaction.protocol !== 'oidc-basic-profile') throw new Error(); };"
    )
    deploy(lambda _: code)
    assert probe().lines[0].endswith("has no consumer of its user.")


def test_probe_auth0_refusing_the_test_is_named(deploy, probe, zuplo, bucket):
    deploy()
    fail(zuplo, service="auth0", path=TEST_PATH, status=400)
    said = probe()
    assert (said.exit_code, said.out) == (1, "")
    assert said.lines[0].startswith("Auth0 did not run the Action: ")
    assert "HTTP 400" in said.lines[0]
    assert said.lines[-1].endswith("pulumi up")
    assert names(bucket) == set()


def test_probe_auth0_out_of_order_is_named(deploy, probe, zuplo, impatient):
    deploy()
    fail(zuplo, service="auth0", path=TEST_PATH, status=503)
    said = probe()
    assert said.exit_code == 1
    assert said.lines[0].startswith("Auth0 did not run the Action: Auth0 cannot be")
    assert said.lines[-1].startswith("Run again when it answers")
    assert made(zuplo) == (0, 0)


def test_probe_without_the_scope_names_it(deploy, probe, zuplo, monkeypatch):
    deploy()
    client = zuplo.control.add_auth0_client(["read:actions"])
    monkeypatch.setenv("AUTH0_CLIENT_ID", client.client_id)
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", client.client_secret)
    said = probe()
    assert said.exit_code == 1
    assert said.lines[0].startswith("Auth0 did not run the Action: ")
    assert "lacks create:actions" in said.lines[0]


def test_probe_answer_lost_for_good_still_removes(
    deploy, probe, zuplo, bucket, impatient
):
    deploy()
    lose_answer_of_test(zuplo)
    said = probe()
    assert said.exit_code == 1
    assert said.lines[0].startswith("Auth0 did not run the Action: ")
    assert made(zuplo) == (1, 1)
    assert names(bucket) == set()


def test_probe_answer_lost_once_is_asked_for_again(deploy, probe, zuplo, bucket):
    deploy()
    lose_answer_of_test(zuplo, times=1)
    assert probe().exit_code == 0
    assert made(zuplo) == (1, 1)
    assert names(bucket) == set()


def test_probe_action_that_raises_is_named_without_its_words(
    deploy, probe, zuplo, bucket
):
    raises = (
        "\nconst ours = exports.onExecutePostLogin;"
        "\nexports.onExecutePostLogin = async (event, api) => {"
        "\n  await ours(event, api); throw new Error(event.secrets.API_KEY); };"
    )
    task = deploy(lambda code: code + raises)
    said = probe()
    assert said.exit_code == 1
    assert said.lines == [
        f'The Action "{task.login_probe_action_name}" ended with an error in Auth0.',
        "Deploy it again with: pulumi up --refresh",
    ]
    assert made(zuplo) == (1, 1)
    assert names(bucket) == set()


def test_probe_zuplo_down_fails_before_anything_is_made(deploy, probe, zuplo):
    deploy()
    fail(zuplo, service="zuplo", status=503, headers={"retry-after": "0"})
    zuplo.control.clear_requests()
    said = probe()
    assert said.exit_code == 1
    assert said.lines[0].startswith("Zuplo could not be asked before the login: ")
    assert "HTTP 503" in said.lines[0]
    assert "pulumi config set zuploApiUrl" in said.lines[-1]
    assert zuplo.control.requests("auth0") == []


def test_probe_zuplo_failing_the_action_points_to_its_log(deploy, probe, zuplo):
    task = deploy()
    fail(zuplo, service="zuplo", method="POST")
    said = probe()
    assert said.exit_code == 1
    assert said.lines[0] == (
        f'Auth0 ran the Action "{task.login_probe_action_name}", but bucket '
        f'"{task.zuplo_bucket}" has no consumer of its user.'
    )
    assert "docs/login-log.md" in said.lines[-1]
    assert said.lines[-1].endswith(AGAIN)


def test_probe_action_remembering_an_outage_points_to_its_log(deploy, probe, zuplo):
    deploy()
    fail(zuplo, service="zuplo", method="POST")
    probe()
    zuplo.control.clear_faults()
    zuplo.control.clear_requests()
    said = probe()
    assert made(zuplo) == (0, 0)
    assert "(after an outage, wait half a minute)" in said.lines[-1]


def test_probe_action_with_a_wrong_key_points_to_its_log(deploy, probe):
    deploy(key="zpka_wrong")
    said = probe()
    assert said.exit_code == 1
    assert "has no consumer of its user" in said.lines[0]
    assert said.lines[-1].endswith(AGAIN)


def test_probe_look_up_failing_still_removes(deploy, probe, zuplo, bucket):
    deploy()
    fail(zuplo, service="zuplo", method="GET", path=".*/consumers/c-.*", status=500)
    said = probe()
    assert said.exit_code == 1
    assert said.lines[0].startswith("Zuplo could not be asked for the consumer: ")
    assert names(bucket) == set()


def test_probe_consumer_of_another_user_is_a_fault(deploy, probe, zuplo, bucket):
    ours = "user_id: owner(user.user_id)"
    task = deploy(lambda code: code.replace(ours, "user_id: 'auth0|ada'"))
    said = probe()
    assert said.exit_code == 1
    assert f'The Action "{task.login_probe_action_name}"' not in said.err
    assert "does not name its user in metadata.user_id." in said.lines[0]
    assert said.lines[-1].endswith("pulumi up --refresh")
    assert made(zuplo) == (1, 1)
    assert names(bucket) == set()


def test_probe_that_cannot_remove_names_the_consumer(
    deploy, probe, zuplo, bucket, monkeypatch
):
    deploy()
    fail(zuplo, service="zuplo", method="DELETE", status=500)
    said = probe()
    (left,) = names(bucket)
    assert (said.exit_code, said.out) == (1, "")
    assert said.lines[0].startswith(f'The probe\'s consumer "{left}" could not be')
    assert "HTTP 500" in said.lines[0]
    assert said.lines[-1] == ("Delete it in Zuplo, or after 10 minutes with: pulumi up")

    zuplo.control.clear_faults()
    assert probe().exit_code == 0
    assert names(bucket) == {left}, "it may be a running probe's"
    monkeypatch.setattr(login_probe, "LEFTOVER_MINUTES", -1)
    assert probe().out.endswith("and 1 left by earlier probes.\n")
    assert names(bucket) == set()


def test_probe_failing_twice_tells_both(deploy, probe, zuplo, bucket, impatient):
    deploy()
    lose_answer_of_test(zuplo)
    fail(zuplo, service="zuplo", method="DELETE", status=500)
    said = probe()
    assert said.exit_code == 1
    assert said.lines[0].startswith("Auth0 did not run the Action: ")
    (left,) = names(bucket)
    assert f'"{left}" could not be removed' in said.lines[2]
    assert said.lines[-1].startswith("Delete it in Zuplo")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_probe_told_to_end_removes_its_consumer(deploy, zuplo, bucket, number):
    deploy()
    zuplo.control.arm(Fault(service="auth0", path=TEST_PATH, kind="hang", when="after"))
    script = subprocess.Popen(
        [sys.executable, "-m", "consumer_on_login.login_probe"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with script:
        until(lambda: names(bucket))
        script.send_signal(number)
        out, err = script.communicate(timeout=PATIENCE_SECONDS)
    assert (script.returncode, out, err) == (128 + number, "", "")
    assert made(zuplo) == (1, 1)
    assert names(bucket) == set()


def test_probe_removes_what_killed_probes_left_and_nothing_else(
    deploy, probe, bucket, monkeypatch
):
    monkeypatch.setattr(zuplo_client, "PAGE", 2)
    deploy()

    def add(user, name=None, **tags):
        name = name or consumer_name(TENANT, user)
        metadata = {"user_id": user}
        bucket.create_consumer(name, metadata=metadata, tags=tags)
        return name

    ours = {"source": "auth0-login"}
    for number in range(5):
        add(f"{OLD}-{number:032x}", **ours)
    young = add(new_user_id(), **ours)
    kept = {
        young,
        add("auth0|ada", **ours),
        add(f"auth0|{OLD}-{TOKEN}", **ours),
        add(f"{OLD}-{TOKEN}-ada", **ours),
        add(f"{OLD}-{'f' * 32}", "c-by-hand", **ours),
        add(f"{OLD}-{'e' * 32}", consumer_name("other", f"{OLD}-{'e' * 32}"), **ours),
        add(f"{OLD}-{'d' * 32}", source="somebody-else"),
    }
    said = probe()
    assert said.out.endswith(", and 5 left by earlier probes.\n")
    assert names(bucket) == kept


@pytest.mark.parametrize(
    "user",
    [
        f"login-probe2|1700000000-{TOKEN}",
        f"LOGIN-PROBE|1700000000-{TOKEN}",
        f" {OLD}-{TOKEN}",
        f"{OLD}-{TOKEN}\n",
        "login-probe|ada",
        "login-probe|",
        f"oauth2|{OLD}-{TOKEN}",
        None,
        7,
    ],
    ids=ascii,
)
def test_leftover_is_never_the_consumer_of_a_look_alike(user):
    name = consumer_name(TENANT, str(user))
    assert not is_leftover(Consumer(name, {"user_id": user}), TENANT)


def test_leftover_is_the_consumer_of_an_old_probe_alone():
    user = f"{OLD}-{TOKEN}"
    name = consumer_name(TENANT, user)
    assert is_leftover(Consumer(name, {"user_id": user}), TENANT)
    assert not is_leftover(Consumer(name, {}), TENANT)
    assert not is_leftover(Consumer(name, {"user_id": user}), "other")
    young = new_user_id()
    fresh = Consumer(consumer_name(TENANT, young), {"user_id": young})
    assert not is_leftover(fresh, TENANT)


def test_probe_users_are_never_the_same():
    assert len({new_user_id() for _ in range(1000)}) == 1000


def test_probe_missing_variables_are_named_together(deploy, probe, zuplo, monkeypatch):
    deploy()
    monkeypatch.delenv("ZUPLO_API_KEY")
    monkeypatch.delenv("LOGIN_PROBE_ACTION_ID")
    zuplo.control.clear_requests()
    said = probe()
    assert said.exit_code == 1
    assert [line.split()[0] for line in said.lines] == [
        "zuploApiKey",
        "LOGIN_PROBE_ACTION_ID",
    ]
    assert zuplo.control.requests() == []


def test_probe_sends_no_key_to_an_address_without_tls(
    deploy, probe, zuplo, monkeypatch
):
    deploy()
    monkeypatch.setenv("ZUPLO_API_URL", "http://dev.zuplo.example")
    assert "zuploApiUrl must begin with https://" in probe().err


def test_probe_without_credentials_names_the_setting(deploy, probe, monkeypatch):
    deploy()
    monkeypatch.delenv("AUTH0_CLIENT_SECRET")
    said = probe()
    assert said.exit_code == 1
    assert "auth0:clientSecret is not set" in said.lines[0]


def test_probe_task_survives_the_environment_and_hides_its_key(deploy):
    task = deploy()
    assert ProbeTask.from_environment() == task
    assert set(task.as_environment()) <= set(os.environ)
    assert task.zuplo_api_key not in repr(task)
