"""JSON over HTTP where the test of the bucket check does not reach it."""

import socket
import time
import traceback
from contextlib import ExitStack, closing

import pytest

from consumer_on_login import json_http
from consumer_on_login.errors import NoResponseError
from consumer_on_login.json_http import RETRY_AFTER_MAX_SECONDS, JsonClient
from sandbox.host.faults import Fault

PATH = "/v1/who-am-i"
RESET = "x-ratelimit-reset"
TOKEN = "zpka_sesame"


@pytest.fixture
def client(zuplo):
    with closing(JsonClient(zuplo.zuplo_url, zuplo.zuplo_api_key)) as client:
        yield client


@pytest.fixture
def ask_limited(auth0, no_waiting):
    """Ask when a limit is reached, and give the waits before the response."""

    def ask_limited(headers=None, reset_header=RESET, times=1):
        fault = Fault(
            service="auth0",
            kind="status",
            status=429,
            headers=headers or {},
            times=times,
        )
        auth0.control.arm(fault)
        domain = auth0.auth0_domain
        with closing(
            JsonClient(f"https://{domain}", reset_header=reset_header)
        ) as client:
            assert client.send("GET", "/nothing")[0] == 404
        return no_waiting

    return ask_limited


def test_reset_header_of_auth0_is_waited_for(ask_limited):
    # Auth0 says the next second.
    assert all(0 <= seconds <= 1 for seconds in ask_limited())


def test_reset_header_is_waited_for(ask_limited, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.25)
    assert ask_limited({RESET: "1800000005"}) == [4.75]


def test_reset_header_is_waited_for_at_every_attempt(ask_limited):
    headers = {RESET: str(int(time.time()) + 3600)}
    assert ask_limited(headers, times=2) == [RETRY_AFTER_MAX_SECONDS] * 2


@pytest.mark.parametrize("value", ["1000000000", "soon", "-5", "", "9" * 5000])
def test_reset_header_without_a_time_to_wait_for_is_a_plain_retry(ask_limited, value):
    assert ask_limited({RESET: value}) == []


def test_reset_header_yields_to_the_standard_one(ask_limited):
    later = str(int(time.time()) + 5)
    assert ask_limited({RESET: later, "retry-after": "2"}) == [2]


def test_reset_header_nobody_asked_for_is_ignored(ask_limited):
    later = str(int(time.time()) + 5)
    assert ask_limited({RESET: later}, reset_header=None) == []


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 502},
        {"kind": "reset"},
        {"kind": "reset", "when": "after"},
    ],
    ids=["502", "reset before", "reset after"],
)
def test_write_is_repeated_with_its_body(client, zuplo, no_waiting, method, fault):
    zuplo.control.arm(Fault(service="zuplo", times=1, **fault))
    status, body = client.send(method, "/v1/nothing", {"key": "value"})
    assert (status, body["status"]) == (404, 404)
    logged = [(item.method, item.path) for item in zuplo.control.requests("zuplo")]
    assert logged == [(method, "/v1/nothing")] * 2


@pytest.mark.parametrize("service", ["zuplo", "auth0"])
def test_response_that_breaks_off_is_no_response(auth0, service):
    auth0.control.arm(Fault(service=service, kind="half_body", when="after"))
    urls = {"zuplo": auth0.zuplo_url, "auth0": f"https://{auth0.auth0_domain}"}
    with (
        closing(JsonClient(urls[service])) as client,
        pytest.raises(NoResponseError, match="the connection broke"),
    ):
        client.send("GET", PATH)


@pytest.mark.parametrize("attempts", [1, 2, 4])
def test_attempts_are_counted_with_the_first(zuplo, no_waiting, attempts):
    zuplo.control.arm(Fault(service="zuplo", kind="status", status=503))
    with (
        closing(JsonClient(zuplo.zuplo_url, "key", attempts=attempts)) as client,
        pytest.raises(NoResponseError, match=f"HTTP 503 after {attempts} attempts"),
    ):
        client.send("GET", PATH)
    assert len(zuplo.control.requests("zuplo")) == attempts


def test_proxy_that_refuses_is_named_as_such(
    auth0, no_waiting, monkeypatch, closed_port
):
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port}")
    with (
        closing(JsonClient("https://tenant.invalid")) as client,
        pytest.raises(NoResponseError, match=r"^the proxy refuses the connection$"),
    ):
        client.send("GET", PATH)


def test_server_that_accepts_no_connection_is_given_up(no_waiting, monkeypatch):
    monkeypatch.setattr(json_http, "CONNECT_TIMEOUT_SECONDS", 0.1)
    with socket.socket() as busy, ExitStack() as waiting:
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)
        # When its queue is full, it drops what knocks.
        for _ in range(3):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(busy.getsockname())
        url = f"http://127.0.0.1:{busy.getsockname()[1]}"
        with (
            closing(JsonClient(url)) as client,
            pytest.raises(NoResponseError, match=r"^no connection within 5 s$"),
        ):
            client.send("GET", PATH)


def test_refusal_that_trickles_ends_at_the_time_limit(
    client, zuplo, no_waiting, monkeypatch
):
    """Also those that are tried again: the body would take ten minutes."""
    monkeypatch.setattr(json_http, "READ_TIMEOUT_SECONDS", 0.3)
    for_ever = Fault(service="zuplo", kind="trickle", seconds=0.1, body="x" * 6000)
    zuplo.control.arm(for_ever)
    with pytest.raises(NoResponseError, match="no complete response"):
        client.send("GET", PATH)
    (fault,) = zuplo.control.faults()
    assert fault.hits == 3


def test_redirect_is_not_followed(client, zuplo):
    headers = {"location": zuplo.zuplo_url + "/v1/elsewhere"}
    zuplo.control.arm(
        Fault(service="zuplo", kind="status", status=307, headers=headers)
    )
    assert client.send("POST", PATH, {})[0] == 307
    assert len(zuplo.control.requests("zuplo")) == 1


def test_token_is_sent_from_its_authorization_on(zuplo):
    with closing(JsonClient(zuplo.zuplo_url)) as client:
        assert client.send("GET", PATH)[0] == 401
        client.authorize(zuplo.zuplo_api_key)
        assert client.send("GET", PATH)[0] == 200


def test_netrc_of_the_user_gives_no_token(zuplo, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login user password sesame\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(zuplo.ca_bundle))
    with closing(JsonClient(f"https://{zuplo.auth0_domain}")) as client:
        status, body = client.send("GET", "/api/v2/actions/triggers")
    # With any Authorization it would be "Invalid token".
    assert (status, body["message"]) == (401, "Missing authentication")


@pytest.mark.parametrize(
    "token",
    [f"{TOKEN}\n", f"{TOKEN}\r\nX: y", f"\n{TOKEN}", f"{TOKEN}\u20ac"],
    ids=ascii,
)
def test_token_that_no_header_can_carry_is_no_traceback_and_not_shown(zuplo, token):
    reason = r"^the token has a character that an HTTP header cannot carry$"
    with (
        closing(JsonClient(zuplo.zuplo_url, token)) as client,
        pytest.raises(NoResponseError, match=reason) as caught,
    ):
        client.send("GET", PATH)
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert zuplo.control.requests("zuplo") == []


def test_header_that_python_cannot_read_is_no_traceback(client, zuplo):
    headers = {"retry-after": "9" * 5000}
    zuplo.control.arm(
        Fault(service="zuplo", kind="status", status=429, headers=headers)
    )
    with pytest.raises(NoResponseError, match=r"connection broke \(ValueError\)"):
        client.send("GET", PATH)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_loopback_is_asked_without_the_environments_proxy(zuplo, monkeypatch, name):
    monkeypatch.setenv(name, "http://proxy.invalid:3128")
    with closing(JsonClient(zuplo.zuplo_url, "key")) as client:
        assert client.send("GET", PATH)[0] == 401


def test_other_hosts_are_asked_by_the_environments_proxy(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with (
        closing(JsonClient("http://zuplo.invalid", attempts=1)) as client,
        pytest.raises(NoResponseError, match="the proxy refuses the connection"),
    ):
        client.send("GET", PATH)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    ],
    ids=["empty", "text", "broken"],
)
def test_ca_file_without_certificates_is_named(auth0, monkeypatch, tmp_path, content):
    bundle = tmp_path / "ca.pem"
    bundle.write_text(content)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with (
        closing(JsonClient(f"https://{auth0.auth0_domain}")) as client,
        pytest.raises(NoResponseError, match="has no valid certificate"),
    ):
        client.send("GET", PATH)
