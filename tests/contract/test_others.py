"""`make live` leaves alone what others have made, whatever its name."""

from collections.abc import Iterator
from typing import Any

import pytest

from contract.accounts import Accounts
from contract.auth0.test_actions import deployed
from contract.http import Exchanges
from contract.made import EMPTY_CODE, Auth0, Zuplo, new_name, remove_left
from contract.session import Run, log_in
from sandbox.host.faults import Fault
from sandbox.host.servers import Sandbox

from .conftest import run

THEIR_CODE = "exports.onExecutePostLogin = async () => { /* theirs */ };"


@pytest.fixture
def given(own: Sandbox) -> Run:
    accounts = Accounts(
        own.auth0_domain,
        own.auth0_client_id,
        own.auth0_client_secret,
        own.zuplo_account,
        own.zuplo_bucket,
        own.zuplo_api_key,
        own.zuplo_url,
        ca_bundle=str(own.ca_certificate),
    )
    return Run(accounts, Exchanges(), 1000, 1000)


@pytest.fixture
def auth0(given: Run) -> Iterator[Auth0]:
    with given.auth0_service() as service:
        log_in(service, given.accounts)
        yield Auth0(service)


@pytest.fixture
def zuplo(given: Run) -> Iterator[Zuplo]:
    with given.zuplo_service() as service:
        yield Zuplo(service, given.accounts.zuplo_account, given.accounts.zuplo_bucket)


def bound(auth0: Auth0, **fields: str) -> dict[str, str]:
    """Put a deployed Action of another person at the end of the login flow."""
    action_id = deployed(auth0, code=THEIR_CODE, **fields)["id"]
    label = f"{fields['name']} bound"
    binding = {"action": {"id": action_id}, "display_name": label}
    assert auth0.bind([*auth0.flow(), binding]).status == 200
    return {action_id: label}


def flow(auth0: Auth0) -> dict[str, str]:
    return {it["action"]["id"]: it["display_name"] for it in auth0.flow()}


def test_what_bears_the_name_or_the_mark_alone_is_somebodys_own(own, auth0, zuplo):
    theirs = {**bound(auth0, name="contract-signing"), **bound(auth0, name=new_name())}
    only_marked = auth0.create(name="contract-copied", code=EMPTY_CODE)["id"]
    names = ["acme-contracts", "contract-partner", new_name()]
    for name, source in zip(names, ["contract", "contract", "sales"], strict=True):
        zuplo.create(name=name, tags={"source": source})

    code, output = run(own)

    assert code == 0, output
    assert "another run has left" not in output
    assert flow(auth0) == theirs
    assert auth0.action(only_marked)["name"] == "contract-copied"
    assert [zuplo.read(it)["name"] for it in names] == names


def test_what_a_run_has_left_is_removed_on_any_page(auth0, zuplo, monkeypatch):
    monkeypatch.setattr("contract.made.PAGE", 2)
    for number in range(3):
        auth0.create(name=f"Another {number}", code=THEIR_CODE)
    auth0.create()
    auth0.create(name=f"{new_name()}-again")
    zuplo.create(name=new_name().ljust(34, "0"))

    assert remove_left(auth0, zuplo) == 3
    assert remove_left(auth0, zuplo) == 0


def test_action_that_another_client_binds_meanwhile_stays_bound(auth0):
    ours = deployed(auth0)["id"]
    theirs = bound(Auth0(auth0.service), name="Meanwhile")
    auth0.bind_behind({"action": {"id": ours}, "display_name": "contract"})
    assert [*flow(auth0)] == [*theirs, ours]


CREATE = "/api/v2/actions/actions"
OUTAGES: dict[str, dict[str, Any]] = {
    "HTTP 503": {"kind": "status", "status": 503},
    "HTTP 429": {"kind": "status", "status": 429, "headers": {"retry-after": "0"}},
    "had no response": {"kind": "reset", "when": "after"},
}


@pytest.mark.parametrize("said", OUTAGES)
def test_outage_says_nothing_about_a_statement(own, said):
    # Two requests look at the bucket before; the second lists what is left.
    fault = {"service": "zuplo", "skip": 2, **OUTAGES[said]}
    own.control.arm(Fault.model_validate(fault))
    code, output = run(own)
    assert code == 0, output
    assert "✓ zuplo" not in output
    assert "✗" not in output
    assert said in output
    assert "Traceback" not in output
    assert "Error" not in output.replace("ConnectionError", "")
    assert "Something may be left, named contract-..." in output


@pytest.mark.parametrize("service", ["auth0", "zuplo"])
@pytest.mark.parametrize(
    ("status", "said"), [(200, "is no JSON object"), (302, "to another address")]
)
def test_server_that_is_another_one_is_named(own, service, status, said):
    headers = {"location": "https://example.com/"}
    response = {"status": status, "headers": headers, "body": "<html>"}
    fault = {"service": service, "kind": "status", **response}
    own.control.arm(Fault.model_validate(fault))
    code, output = run(own)
    assert code == 2
    assert output.rstrip().endswith(said)


def test_lost_response_is_not_blamed_and_leaves_nothing(own, auth0):
    lost = {"kind": "reset", "when": "after", "method": "POST", "times": 1}
    calls: list[dict[str, Any]] = [
        {"service": "auth0", "path": CREATE},
        {"service": "zuplo"},
    ]
    for call in calls:
        own.control.arm(Fault.model_validate({**call, **lost}))
    code, output = run(own)
    assert code == 0, output
    assert "✗" not in output
    assert auth0.left() == []


@pytest.mark.parametrize(
    "name", ["AUTH0_CLIENT_SECRET", "ZUPLO_API_KEY", "ZUPLO_BUCKET"]
)
def test_refused_variable_is_named(own, name):
    code, output = run(own, **{name: "wrong"})
    assert code == 2
    assert name in output.splitlines()[-1]


def test_file_that_cannot_be_written_is_named_before_the_run(own, tmp_path):
    code, output = run(own, "--record", str(tmp_path / "missing" / "run.json"))
    assert code == 2
    assert "The file of --record cannot be written" in output
    assert own.control.requests() == []
