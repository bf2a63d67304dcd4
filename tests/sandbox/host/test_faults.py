"""Each fault over a real socket, before and after the request is carried out.

The requests create buckets at Zuplo: whether the bucket is there afterwards
tells whether the request was carried out. Nothing here depends on time: what is
held up waits for ever, and goes on only when its fault is removed.
"""

import itertools
import json
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

import pytest
import requests

from sandbox.host.faults import Fault
from sandbox.host.servers import Sandbox
from tests.toolkit.http_client import send
from tests.toolkit.patience import PATIENCE_SECONDS, until

BUCKETS = "/v1/accounts/acme/key-buckets"
FOR_EVER_SECONDS = 3600
numbers = itertools.count(1)
both_times = pytest.mark.parametrize("when", ["before", "after"])


@dataclass
class Creation:
    """One creation of a bucket, by a client that shows what came off the wire."""

    sandbox: Sandbox
    name: str = field(default_factory=lambda: f"bucket-{next(numbers)}")

    def arm(self, **fault) -> None:
        fault = {"method": "POST", **fault}
        self.sandbox.control.arm(Fault(service="zuplo", **fault))

    def post(self) -> requests.Response:
        return send(
            self.sandbox,
            "POST",
            self.sandbox.zuplo_url + BUCKETS,
            headers=self._authorization,
            json={"name": self.name},
        )

    def connect(self, held_back: int = 0) -> socket.socket:
        """Send the request on a socket and leave the response to the caller.

        Args:
            held_back: bytes of the body that the caller sends.
        """
        body = json.dumps({"name": self.name})
        head = {
            **self._authorization,
            "Host": "zuplo",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
        }
        lines = [f"{name}: {value}" for name, value in head.items()]
        request = "\r\n".join([f"POST {BUCKETS} HTTP/1.1", *lines, "", body])
        address = self.sandbox.zuplo_url.removeprefix("http://").split(":")
        connection = socket.create_connection(
            (address[0], int(address[1])), PATIENCE_SECONDS
        )
        connection.sendall(request.encode()[: len(request) - held_back])
        return connection

    def is_carried_out(self) -> bool:
        listed = send(
            self.sandbox,
            "GET",
            self.sandbox.zuplo_url + BUCKETS,
            headers=self._authorization,
        ).json()
        return self.name in [bucket["name"] for bucket in listed["data"]]

    def wait_for_hit(self) -> None:
        until(lambda: self.sandbox.control.faults()[0].hits)

    @property
    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.sandbox.zuplo_api_key}"}


def test_fault_counts_a_hit_after_what_comes_before_it(creation):
    creation.arm(kind="hang", when="after")
    with creation.connect(held_back=1) as connection:
        assert not creation.is_carried_out()
        assert creation.sandbox.control.faults()[0].hits == 0
        connection.sendall(b"}")
        creation.wait_for_hit()
        assert creation.is_carried_out()


@pytest.fixture
def creation(sandbox: Sandbox) -> Iterator[Creation]:
    yield Creation(sandbox)
    sandbox.control.clear_faults()
    sandbox.control.clear_requests()


def read_until_reset(connection: socket.socket) -> bytes:
    """Read what arrives; fail if the connection ends in an orderly way."""
    received = b""
    with closing(connection):
        try:
            while chunk := connection.recv(65536):
                received += chunk
        except ConnectionResetError:
            return received
    pytest.fail("the connection was closed, not reset")


def in_background(call) -> Future:
    with_one_thread = ThreadPoolExecutor(1)
    future = with_one_thread.submit(call)
    with_one_thread.shutdown(wait=False)
    return future


@both_times
def test_status_fault_replaces_the_response(creation, when):
    creation.arm(kind="status", when=when, status=500)
    response = creation.post()
    assert response.status_code == 500
    assert creation.is_carried_out() is (when == "after")


@pytest.mark.parametrize("kind", ["delay", "hang"])
def test_waiting_fault_before_holds_the_request_until_released(creation, kind):
    creation.arm(kind=kind, when="before", seconds=FOR_EVER_SECONDS)
    response = in_background(creation.post)
    creation.wait_for_hit()
    assert not creation.is_carried_out()
    assert not response.done()
    creation.sandbox.control.clear_faults()
    assert response.result().status_code == 200
    assert creation.is_carried_out()


@pytest.mark.parametrize("kind", ["delay", "hang"])
def test_waiting_fault_after_holds_only_the_response_until_released(creation, kind):
    creation.arm(kind=kind, when="after", seconds=FOR_EVER_SECONDS)
    response = in_background(creation.post)
    until(creation.is_carried_out)
    assert not response.done()
    creation.sandbox.control.clear_faults()
    assert response.result().json()["name"] == creation.name


@both_times
def test_delay_fault_over_gives_the_services_response(creation, when):
    creation.arm(kind="delay", when=when, seconds=0)
    assert creation.post().json()["name"] == creation.name


def test_hang_fault_client_that_leaves_causes_nothing(creation):
    creation.arm(kind="hang")
    with closing(creation.connect()):
        creation.wait_for_hit()
    creation.sandbox.control.clear_faults()
    assert not creation.is_carried_out()


@both_times
def test_reset_fault_sends_no_byte(creation, when):
    creation.arm(kind="reset", when=when)
    assert read_until_reset(creation.connect()) == b""
    assert creation.is_carried_out() is (when == "after")


@both_times
def test_half_body_fault_invariants_a_whole_body_and_resets(creation, when):
    creation.arm(kind="half_body", when=when, status=502)
    head, _, body = read_until_reset(creation.connect()).partition(b"\r\n\r\n")
    promised = next(
        int(line.split(b":")[1])
        for line in head.lower().splitlines()
        if line.startswith(b"content-length")
    )
    assert head.split()[1] == (b"200" if when == "after" else b"502")
    assert len(body) == promised // 2 > 0
    assert creation.is_carried_out() is (when == "after")


@both_times
def test_trickle_fault_sends_the_whole_body_in_the_end(creation, when):
    creation.arm(kind="trickle", when=when, seconds=0, status=502)
    response = creation.post()
    assert response.json()["name" if when == "after" else "title"]
    assert response.status_code == (200 if when == "after" else 502)
    assert creation.is_carried_out() is (when == "after")


def test_trickle_fault_sends_the_head_at_once_and_the_rest_when_released(creation):
    creation.arm(kind="trickle", when="after", seconds=FOR_EVER_SECONDS)
    with (
        closing(creation.connect()) as connection,
        connection.makefile("rb") as stream,
    ):
        head = list(iter(stream.readline, b"\r\n"))
        assert head[0].startswith(b"HTTP/1.1 200")
        creation.sandbox.control.clear_faults()
        length = next(h for h in head if h.lower().startswith(b"content-length"))
        body = stream.read(int(length.split(b":")[1]))
    assert json.loads(body)["name"] == creation.name


def test_fault_skip_and_times_hit_only_those_in_between(creation):
    creation.arm(kind="status", skip=1, times=2)
    responses = [Creation(creation.sandbox).post().status_code for _ in range(4)]
    assert responses == [200, 503, 503, 200]
    assert creation.sandbox.control.faults()[0].hits == 2


def test_faults_for_one_request_take_their_turns(creation):
    creation.arm(kind="status", status=500, times=1)
    creation.arm(kind="status", status=502, times=1)
    responses = [creation.post().status_code for _ in range(3)]
    assert responses == [500, 502, 200]


@pytest.mark.parametrize(
    ("path", "hit"),
    [
        (BUCKETS, True),
        ("/v1/accounts/[^/]+/key-buckets", True),
        ("/v1/accounts", False),
        ("key-buckets", False),
        (None, True),
    ],
    ids=["exact", "pattern", "only the start", "only the end", "any"],
)
def test_fault_path_matches_the_whole_path_or_nothing(creation, path, hit):
    creation.arm(kind="status", path=path)
    assert (creation.post().status_code == 503) is hit


@pytest.mark.parametrize(
    ("method", "hit"),
    [("POST", True), ("PATCH|POST", True), ("PATCH|DELETE", False), ("POS|OST", False)],
)
def test_fault_hits_each_method_that_it_names(creation, method, hit):
    creation.arm(kind="status", method=method)
    assert (creation.post().status_code == 503) is hit


def test_fault_leaves_other_methods_and_services_alone(creation):
    creation.arm(kind="status")
    assert not creation.is_carried_out()
    sandbox = creation.sandbox
    assert send(sandbox, "POST", sandbox.gateway_url).status_code != 503


@pytest.mark.parametrize(
    ("body", "content_type", "sent"),
    [
        ({"odd": [1]}, "application/json", '{"odd": [1]}'),
        ("<h1>Bad gateway</h1>", "text/html; charset=utf-8", "<h1>Bad gateway</h1>"),
    ],
    ids=["JSON", "a proxy's page"],
)
def test_status_fault_sends_its_own_body(creation, body, content_type, sent):
    creation.arm(kind="status", status=502, body=body)
    response = creation.post()
    assert response.headers["content-type"] == content_type
    assert response.text == sent


def test_status_fault_given_headers_win(creation):
    headers = {"Retry-After": "7", "Content-Type": "text/plain"}
    creation.arm(kind="status", status=429, headers=headers)
    response = creation.post()
    assert response.headers["retry-after"] == "7"
    assert response.headers["content-type"] == "text/plain"


def test_status_fault_without_content_sends_none(creation):
    creation.arm(kind="status", status=204)
    response = creation.post()
    assert (response.status_code, response.content) == (204, b"")


def get_actions(sandbox: Sandbox) -> requests.Response:
    url = f"https://{sandbox.auth0_domain}/api/v2/actions/actions"
    return send(sandbox, "GET", url)


def test_status_fault_429_from_auth0_tells_its_rate_limit(creation):
    sandbox = creation.sandbox
    given = {"x-ratelimit-reset": "1"}
    sandbox.control.arm(
        Fault(service="auth0", kind="status", status=429, headers=given)
    )
    response = get_actions(sandbox)
    assert response.json() == {
        "statusCode": 429,
        "error": "Too Many Requests",
        "message": "Global limit has been reached",
        "errorCode": "too_many_requests",
    }
    assert response.headers["x-ratelimit-limit"] == "2"
    assert response.headers["x-ratelimit-remaining"] == "0"
    assert response.headers["x-ratelimit-reset"] == "1"


def test_status_fault_429_from_zuplo_tells_when_to_come_back(creation):
    sandbox = creation.sandbox
    sandbox.control.arm(Fault(service="zuplo", kind="status", status=429))
    response = send(sandbox, "GET", f"{sandbox.zuplo_url}/v1/who-am-i")
    assert response.headers["retry-after"] == "60"
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {
        "type": "https://httpproblems.com/http-status/429",
        "title": "Too Many Requests",
        "status": 429,
        "instance": "/v1/who-am-i",
    }


def test_status_fault_from_auth0_has_auth0s_error_shape(creation):
    creation.sandbox.control.arm(Fault(service="auth0", kind="status", status=503))
    assert get_actions(creation.sandbox).json() == {
        "statusCode": 503,
        "error": "Service Unavailable",
        "message": "Service Unavailable",
    }


def test_reset_fault_over_tls_resets_the_connection_below(creation):
    sandbox = creation.sandbox
    sandbox.control.arm(Fault(service="auth0", kind="reset"))
    host, port = sandbox.auth0_domain.split(":")
    tls = ssl.create_default_context(cafile=str(sandbox.ca_bundle))
    plain = socket.create_connection((host, int(port)), PATIENCE_SECONDS)
    connection = tls.wrap_socket(plain, server_hostname=host)
    connection.sendall(b"GET /api/v2/actions/actions HTTP/1.1\r\nHost: auth0\r\n\r\n")
    # Python's TLS layer shows a reset as an end of file: look beneath it.
    beneath = socket.socket(fileno=connection.detach())
    beneath.settimeout(PATIENCE_SECONDS)
    read_until_reset(beneath)
