"""The portal's origin: what it serves at its own paths."""

import pytest
import requests

from sandbox.host.faults import Fault
from sandbox.host.servers import Sandbox
from tests.toolkit.http_client import send


def get(sandbox: Sandbox, path: str) -> requests.Response:
    return send(sandbox, "GET", sandbox.portal_url + path)


def test_portal_origin_without_a_site_has_no_pages(sandbox):
    assert get(sandbox, "/").status_code == 404


def test_portal_origin_serves_a_site_that_is_filled_after_its_start(tmp_path):
    site = tmp_path / "site"
    with Sandbox(tmp_path, site) as sandbox:
        (site / "guides").mkdir(parents=True)
        (site / "index.html").write_text("home")
        (site / "guides.html").write_text("guides")
        (site / "guides" / "first.html").write_text("first")
        (site / "app.js").write_text("script")
        responses = {
            path: get(sandbox, path).text
            for path in ("/", "/guides", "/guides/first", "/app.js")
        }
        missing = get(sandbox, "/nothing")
    assert responses == {
        "/": "home",
        "/guides": "guides",
        "/guides/first": "first",
        "/app.js": "script",
    }
    assert missing.status_code == 404


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt"])
def test_portal_origin_serves_nothing_outside_the_site(tmp_path, path):
    (tmp_path / "secret.txt").write_text("secret")
    site = tmp_path / "site"
    site.mkdir()
    with Sandbox(tmp_path, site) as sandbox:
        assert get(sandbox, path).status_code == 404


def test_portal_origin_spoilt_by_a_fault_responds_as_its_key_api_does(sandbox):
    sandbox.control.arm(Fault(service="portal", path="/v2/.*", kind="status"))

    spoilt, whole = get(sandbox, "/v2/client/x/consumers"), get(sandbox, "/userinfo")

    sandbox.control.clear_faults()
    assert spoilt.status_code == 503
    assert spoilt.headers["content-type"] == "application/problem+json"
    assert whole.status_code == 401
