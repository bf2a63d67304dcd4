"""The login probe against both stand-ins, with the Action as it is deployed."""

import os
import signal
import subprocess
import sys

import pytest

from consumer_on_login.consumer_name import consumer_name
from consumer_on_login.login_probe.task import ProbeTask
from sandbox.host.faults import Fault
from tests.toolkit.patience import PATIENCE_SECONDS, until

from .probes import TENANT, TEST_PATH, made


def test_probe_sees_the_consumer_and_leaves_none(deploy, probe, zuplo, bucket):
    deploy()
    said = probe()
    assert said == (
        0,
        f'A test user logged in and got a consumer in bucket "{bucket.bucket}". '
        "The probe removed the consumer again.\n",
        "",
    )
    assert made(zuplo) == (1, 1)
    assert bucket.names() == []


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
    assert bucket.names() == []


def test_probe_login_is_one_to_the_portal_that_no_mail_can_reach(deploy, probe):
    code = (
        "exports.onExecutePostLogin = async ({ user, client, transaction }) => {"
        "if (!user.email.endsWith('@example.com') || client.client_id !== 'portal' ||"
        " transaction.protocol !== 'oidc-basic-profile') throw new Error(); };"
    )
    deploy(lambda _: code)
    assert probe().lines[0].endswith("has no consumer of the probe's user.")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_probe_that_must_end_removes_its_consumer(deploy, zuplo, bucket, number):
    deploy()
    zuplo.control.arm(Fault(service="auth0", path=TEST_PATH, kind="hang", when="after"))
    script = subprocess.Popen(
        [sys.executable, "-m", "consumer_on_login.login_probe"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with script:
        until(bucket.names)
        script.send_signal(number)
        out, err = script.communicate(timeout=PATIENCE_SECONDS)
    assert (script.returncode, out, err) == (128 + number, "", "")
    assert made(zuplo) == (1, 1)
    assert bucket.names() == []


def test_probe_removes_what_killed_probes_left(deploy, probe, bucket):
    task = deploy()
    for number in range(2):
        user = f"login-probe|{task.login_probe_action_id}|{number:032x}"
        bucket.create_consumer(
            consumer_name(TENANT, user),
            metadata={"user_id": user},
            tags={"source": "auth0-login"},
        )
    said = probe()
    assert said.out.endswith(" It also removed 2 of earlier probes.\n")
    assert bucket.names() == []


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
    assert "nor AUTH0_CLIENT_SECRET is set" in said.lines[0]


def test_probe_task_survives_the_environment_and_hides_its_key(deploy):
    task = deploy()
    assert ProbeTask.from_environment() == task
    assert set(task.as_environment()) <= set(os.environ)
    assert task.zuplo_api_key not in repr(task)
