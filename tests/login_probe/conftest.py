"""An Action to probe, and the probe."""

import pytest

from consumer_on_login.auth0 import session as auth0_session
from consumer_on_login.login_probe.__main__ import main
from consumer_on_login.login_probe.task import ProbeTask
from tests.toolkit.deployed_action import add_action
from tests.toolkit.messages import Said

from .probes import NUMBERS, TENANT


@pytest.fixture
def deploy(zuplo, tenant, bucket, monkeypatch):
    """Deploy the Action, or a changed one, and set the variables of its probe."""
    zuplo.control.stop_instances()

    def deploy(change=lambda code: code, key=zuplo.zuplo_api_key):
        name = f"Create consumer {next(NUMBERS)}"
        action_id = add_action(
            tenant,
            zuplo,
            name,
            change,
            zuplo_bucket=bucket.bucket,
            zuplo_api_key=key,
            portal_client_ids=["portal"],
            consumer_metadata={"plan": "free"},
        )
        task = ProbeTask(
            zuplo_api_url=zuplo.zuplo_url,
            zuplo_account=zuplo.zuplo_account,
            zuplo_bucket=bucket.bucket,
            zuplo_api_key=zuplo.zuplo_api_key,
            login_probe_action_id=action_id,
            login_probe_action_name=name,
            login_probe_tenant=TENANT,
            login_probe_client_id="portal",
        )
        for variable in ("AUTH0_API_TOKEN", "AUTH0_AUDIENCE"):
            monkeypatch.delenv(variable, raising=False)
        variables = {**zuplo.environment(), **task.as_environment()}
        for variable, value in variables.items():
            monkeypatch.setenv(variable, value)
        return task

    return deploy


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
