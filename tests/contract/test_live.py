"""`make live`: it finds what is wrong, and leaves nothing."""

import re
import signal
import subprocess

import pytest

from contract.__main__ import ACTIONS, AUTH0_REQUESTS, CONSUMERS, ZUPLO_REQUESTS
from contract.made import PREFIX
from sandbox.commands.clouds import Auth0Tenant, ZuploAccount
from sandbox.host.servers import Sandbox
from tests.engine.leaks import leaks
from tests.toolkit.patience import PATIENCE_SECONDS
from tests.toolkit.zuplo_api import BucketApi

from .conftest import Recorded, run, start
from .wrong import WRONG


def left(sandbox: Sandbox) -> list[str]:
    """What a run has left in both clouds."""
    with Auth0Tenant(sandbox) as tenant, ZuploAccount(sandbox) as zuplo:
        names = [*tenant.actions(), *(it["name"] for it in zuplo.consumers())]
        return [it for it in names if it.startswith(PREFIX)] + tenant.bound_actions()


def until_bound(process: "subprocess.Popen[str]") -> None:
    """Read until the run has had Actions in the login flow."""
    assert process.stdout
    assert any("✓ auth0-bindings-list" in line for line in process.stdout)


def test_everything_that_is_tried_holds_and_nothing_is_left(recorded: Recorded):
    assert recorded.code == 0, recorded.output
    # The sandbox's own client has read:users, without which a statement is tried.
    end = r"\n(\d+) held, 0 did not hold, 1 could not be tried\n"
    assert re.search(end, recorded.output), recorded.output
    assert left(recorded.sandbox) == []


def test_run_does_no_more_than_it_says(recorded: Recorded):
    exchanges = recorded.exchanges()
    made = [
        it["request"]["path"].partition("?")[0].rpartition("/")[2]
        for it in exchanges
        if it["request"]["method"] == "POST" and it["response"]["status"] in (200, 201)
    ]
    assert (made.count("actions"), made.count("consumers")) == (ACTIONS, CONSUMERS)
    zuplo = [it for it in exchanges if it["request"]["path"].startswith("/v1/")]
    assert len(zuplo) <= ZUPLO_REQUESTS
    assert len(exchanges) - len(zuplo) <= AUTH0_REQUESTS


def test_file_of_exchanges_names_no_account_and_no_secret(recorded: Recorded):
    sandbox = recorded.sandbox
    secrets = {
        "domain": sandbox.auth0_domain,
        "client id": sandbox.auth0_client_id,
        "client secret": sandbox.auth0_client_secret,
        "account": sandbox.zuplo_account,
        "bucket": sandbox.zuplo_bucket,
        "Zuplo key": sandbox.zuplo_api_key,
        "an issued key": "zpka_",
        "an address": "@example.com",
        **{it: it.split(".")[-1] for it in sandbox.control.auth0_tokens()},
    }
    assert leaks(secrets, [("file", recorded.text.encode())]) == []


def test_each_wrong_behaviour_is_found_and_named(own, monkeypatch):
    for wrong in WRONG.values():
        wrong(monkeypatch)
    code, output = run(own)
    assert code == 1, output
    assert set(re.findall(r"✗ (\S+)", output)) == WRONG.keys(), output
    assert len(WRONG) == 10


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_run_leaves_nothing(own, number):
    with start(own) as process:
        until_bound(process)
        process.send_signal(number)
        output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130, output
    assert left(own) == []


def test_next_run_removes_what_a_killed_one_left(own):
    with start(own) as process:
        until_bound(process)
        process.kill()
        process.communicate()
    assert left(own)
    code, output = run(own)
    assert code == 0, output
    assert "Removed what another run has left: " in output
    assert left(own) == []


def test_tenant_that_nobody_confirmed_is_refused(own):
    code, output = run(own, "--tenant", "other.auth0.com")
    assert code == 2
    assert f"run again with: --tenant {own.auth0_domain}" in output
    assert own.control.requests() == []


def test_bucket_of_production_is_refused_without_the_flag(own):
    tags = {"environmentType": "PRODUCTION"}
    with (api := BucketApi(own)).session:
        bucket = {"name": "of-production", "tags": tags}
        api.send("POST", f"{api.account_url}/key-buckets", json=bucket)
    code, output = run(own, ZUPLO_BUCKET="of-production")
    assert code == 2
    assert "tagged PRODUCTION" in output
    assert output.rstrip().endswith("run again with: --production")
    code, output = run(own, "--production", ZUPLO_BUCKET="of-production")
    assert code == 0, output


def test_missing_variables_are_all_named(own):
    code, output = run(own, AUTH0_DOMAIN="", ZUPLO_API_KEY="")
    assert code == 2
    assert "Variables are not set: AUTH0_DOMAIN, ZUPLO_API_KEY." in output
