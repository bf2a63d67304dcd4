"""Starting, addressing and closing a whole sandbox."""

import socket
import ssl
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import certifi
import psutil
import pytest
import requests

from sandbox.auth0.logins import LoginRequest
from sandbox.commands.clouds import Auth0Tenant
from sandbox.host import servers as hosting
from sandbox.host.control.client import ControlError
from sandbox.host.faults import Fault
from sandbox.host.servers import Sandbox
from sandbox.host.tls import system_roots
from tests.toolkit.http_client import send
from tests.toolkit.patience import PATIENCE_SECONDS, until


def who_am_i(sandbox: Sandbox) -> requests.Response:
    return send(
        sandbox,
        "GET",
        sandbox.zuplo_url + "/v1/who-am-i",
        headers={"Authorization": f"Bearer {sandbox.zuplo_api_key}"},
    )


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_sandbox_auth0_certificate_holds_for_name_and_address(sandbox, host):
    domain = sandbox.auth0_domain.replace("localhost", host)
    assert send(sandbox, "GET", f"https://{domain}/").status_code == 404


def test_bundle_holds_the_systems_roots_and_one_more(sandbox):
    theirs, ours = trusted_by(system_roots()), trusted_by(sandbox.ca_bundle)
    assert theirs < ours
    assert len(ours - theirs) == 1


def test_system_roots_are_openssls_file_or_debians_or_mozillas(tmp_path, monkeypatch):
    debian = tmp_path / "ca-certificates.crt"
    empty = tmp_path / "empty"

    def found(file: Path | None, folder: Path | None) -> Path:
        paths = SimpleNamespace(cafile=file, capath=folder)
        monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
        return system_roots()

    debian.touch()
    assert found(tmp_path / "cert.pem", tmp_path) == tmp_path / "cert.pem"
    assert found(None, tmp_path) == debian
    assert found(None, empty) == found(None, None) == Path(certifi.where())


def trusted_by(bundle: Path) -> set[bytes]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(bundle)
    return set(context.get_ca_certs(binary_form=True))


def test_sandbox_beside_another_shares_nothing(sandbox, tmp_path):
    with Sandbox(tmp_path) as other:
        assert other.zuplo_url != sandbox.zuplo_url
        assert other.zuplo_api_key != sandbox.zuplo_api_key
        other.control.arm(Fault(service="zuplo", kind="status"))
        assert who_am_i(other).status_code == 503
        assert who_am_i(sandbox).status_code == 200
    assert who_am_i(sandbox).status_code == 200


@pytest.mark.parametrize("when", ["before", "after"])
def test_sandbox_closed_ends_what_hangs_and_then_refuses(tmp_path, when):
    with ThreadPoolExecutor(1) as pool:
        with Sandbox(tmp_path) as sandbox:
            sandbox.control.arm(Fault(service="zuplo", kind="hang", when=when))
            response = pool.submit(who_am_i, sandbox)
            until(lambda: sandbox.control.faults()[0].hits)
        assert response.result().status_code == 200
    with pytest.raises(requests.ConnectionError):
        who_am_i(sandbox)


def test_sandbox_closed_ends_connections_that_never_finish(tmp_path, monkeypatch):
    monkeypatch.setattr(hosting, "GRACE_SECONDS", 0)
    with Sandbox(tmp_path) as sandbox:
        connection = half_request(sandbox)
        until(lambda: sandbox.control.requests("zuplo"))
    with connection:
        read_to_the_end(connection)


def half_request(sandbox: Sandbox) -> socket.socket:
    """Announce a body of 100 bytes, and send four."""
    host, port = sandbox.zuplo_url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), PATIENCE_SECONDS)
    connection.sendall(
        b"POST /v1/accounts/acme/key-buckets HTTP/1.1\r\nHost: zuplo\r\n"
        + f"Authorization: Bearer {sandbox.zuplo_api_key}\r\n".encode()
        + b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\nhalf"
    )
    return connection


def test_sandbox_client_that_leaves_within_its_request_is_no_error(tmp_path, caplog):
    with Sandbox(tmp_path) as sandbox, half_request(sandbox):
        until(lambda: sandbox.control.requests("zuplo"))
    assert caplog.records == []


def test_sandbox_closed_ends_a_login_that_never_would(tmp_path, monkeypatch):
    monkeypatch.setattr(hosting, "GRACE_SECONDS", 0)
    with ThreadPoolExecutor(1) as pool:
        with Sandbox(tmp_path) as sandbox:
            with Auth0Tenant(sandbox) as tenant:
                tenant.add_bound_action("endless", code_that_never_ends(sandbox))
                request = LoginRequest(user_id=tenant.add_user("ada"))
            login = pool.submit(sandbox.control.log_in, request)
            until(lambda: sandbox.control.requests("gateway"))
        assert isinstance(login.exception(), ControlError | requests.RequestException)
    assert psutil.Process().children() == []


def code_that_never_ends(sandbox: Sandbox) -> str:
    """Write an Action that reports to the gateway's log that it runs."""
    return f"""
exports.onExecutePostLogin = async () => {{
  await fetch('{sandbox.gateway_url}/running');
  await new Promise(() => {{}});
}};
"""


def test_sandbox_closed_ends_idle_tls_connections_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(hosting, "GRACE_SECONDS", None)  # or it would never end
    with Sandbox(tmp_path) as sandbox, requests.Session() as session:
        session.trust_env = False
        session.get(
            f"https://{sandbox.auth0_domain}/",
            verify=str(sandbox.ca_bundle),
            timeout=PATIENCE_SECONDS,
        )
        sandbox.close()


def read_to_the_end(connection: socket.socket) -> bytes:
    received = b""
    try:
        while chunk := connection.recv(65536):
            received += chunk
    except ConnectionResetError:
        pass
    return received


def test_sandbox_closed_twice_or_never_started_does_nothing(tmp_path):
    sandbox = Sandbox(tmp_path)
    sandbox.close()
    with sandbox:
        pass
    sandbox.close()


def test_sandbox_that_cannot_start_raises_the_reason_and_leaves_no_thread(tmp_path):
    before = threading.active_count()
    with pytest.raises(FileNotFoundError, match="no-such-folder"):
        Sandbox(tmp_path / "no-such-folder").start()
    assert threading.active_count() == before


def test_sandbox_interrupted_while_it_starts_leaves_no_thread(tmp_path, monkeypatch):
    class InterruptedFuture(Future):
        def result(self, timeout=None):
            raise KeyboardInterrupt

    before = threading.active_count()
    monkeypatch.setattr(hosting, "Future", InterruptedFuture)
    with pytest.raises(KeyboardInterrupt):
        Sandbox(tmp_path).start()
    assert threading.active_count() == before


def test_sandbox_server_that_fails_stops_the_others(tmp_path, monkeypatch):
    async def fail(self, sockets=None):
        raise OSError(self.config.app)

    before = threading.active_count()
    monkeypatch.setattr(hosting.Server, "startup", fail)
    with pytest.raises(ExceptionGroup):
        Sandbox(tmp_path).start()
    assert threading.active_count() == before
