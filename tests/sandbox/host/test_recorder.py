"""What the request log keeps, and what it must not keep."""

from collections.abc import Iterator

import pytest
import requests

from sandbox.host.faults import Fault
from sandbox.host.servers import Sandbox
from tests.toolkit.http_client import send
from tests.toolkit.patience import PATIENCE_SECONDS


@pytest.fixture(autouse=True)
def clean_log(sandbox: Sandbox) -> Iterator[None]:
    sandbox.control.clear_requests()
    yield
    sandbox.control.clear_faults()


def test_log_request_is_described_without_body_or_credentials(sandbox):
    send(
        sandbox,
        "POST",
        sandbox.zuplo_url + "/v1/no%20where?with-api-key=true&a=%20b",
        headers={"User-Agent": "tester/1", "Authorization": "Bearer very-secret"},
        json={"password": "very-secret"},
    )
    [entry] = sandbox.control.requests()
    assert entry.connection.startswith("127.0.0.1:")
    assert entry.model_dump(exclude={"connection"}) == {
        "service": "zuplo",
        "method": "POST",
        "path": "/v1/no where",
        "query": "with-api-key=true&a=%20b",
        "status": 404,
        "user_agent": "tester/1",
    }
    assert "very-secret" not in entry.model_dump_json()


def test_log_leaves_out_what_a_login_carries_in_its_query(sandbox):
    send(
        sandbox,
        "GET",
        f"{sandbox.portal_url}/oidc/logout?id_token_hint=very-secret&state=s&code=very",
    )
    [entry] = sandbox.control.requests("portal")
    assert entry.query == "id_token_hint=...&state=s&code=..."


def test_log_keeps_parameters_that_only_look_alike(sandbox):
    query = "screen_hint=signup&code_challenge=abc&x=code=1"
    send(sandbox, "GET", f"{sandbox.zuplo_url}/?{query}")
    [entry] = sandbox.control.requests()
    assert entry.query == query


def test_log_lists_in_order_of_arrival_and_by_service(sandbox):
    for url in (sandbox.gateway_url, sandbox.zuplo_url, sandbox.gateway_url):
        send(sandbox, "GET", url + "/nowhere")
    everything = [entry.service for entry in sandbox.control.requests()]
    assert everything == ["gateway", "zuplo", "gateway"]
    assert len(sandbox.control.requests("gateway")) == 2
    assert sandbox.control.requests("auth0") == []


def test_log_connection_tells_reuse_from_a_new_one(sandbox):
    with requests.Session() as session:
        for _ in range(2):
            session.get(sandbox.zuplo_url, timeout=PATIENCE_SECONDS)
    send(sandbox, "GET", sandbox.zuplo_url)
    first, second, other = (r.connection for r in sandbox.control.requests())
    assert first == second != other


def test_log_request_without_an_response_has_no_status(sandbox):
    sandbox.control.arm(Fault(service="zuplo", kind="reset", when="after"))
    with pytest.raises(requests.ConnectionError):
        send(sandbox, "GET", sandbox.zuplo_url)
    [entry] = sandbox.control.requests()
    assert entry.status is None


def test_log_request_spoilt_by_a_fault_has_the_status_that_was_sent(sandbox):
    sandbox.control.arm(Fault(service="zuplo", kind="status", status=418))
    send(sandbox, "GET", sandbox.zuplo_url)
    assert [entry.status for entry in sandbox.control.requests()] == [418]


def test_log_leaves_the_control_api_out(sandbox):
    sandbox.control.faults()
    assert sandbox.control.requests() == []
