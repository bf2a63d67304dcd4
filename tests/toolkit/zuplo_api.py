"""The tests' client of the Zuplo stand-in: one fresh bucket per instance."""

from typing import Any
from uuid import uuid4

import requests

from sandbox.host.servers import Sandbox
from tests.toolkit.http_client import send
from tests.toolkit.patience import PATIENCE_SECONDS


class BucketApi:
    """Sends requests below a named bucket, or one of its own: tests do not meet."""

    def __init__(self, sandbox: Sandbox, bucket: str | None = None) -> None:
        self.sandbox = sandbox
        self.account_url = f"{sandbox.zuplo_url}/v1/accounts/{sandbox.zuplo_account}"
        self.bucket = bucket or f"bucket-{uuid4().hex}"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {sandbox.zuplo_api_key}"
        if not bucket:
            buckets = f"{self.account_url}/key-buckets"
            self.send("POST", buckets, json={"name": self.bucket})

    def variables(self) -> dict[str, str]:
        """Those that the command of the offboarding reads."""
        return {
            "ZUPLO_ACCOUNT": self.sandbox.zuplo_account,
            "ZUPLO_BUCKET": self.bucket,
            "ZUPLO_API_KEY": self.sandbox.zuplo_api_key,
            "ZUPLO_API_URL": self.sandbox.zuplo_url,
        }

    def send(self, method: str, url: str, **options: Any) -> requests.Response:
        return self.session.request(method, url, timeout=PATIENCE_SECONDS, **options)

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send to a path below the bucket."""
        url = f"{self.account_url}/key-buckets/{self.bucket}{path}"
        return self.send(method, url, **options)

    def get(self, path: str, **query: str) -> Any:
        """Read something that is there; `key_format="none"` sends `key-format`."""
        params = {name.replace("_", "-"): value for name, value in query.items()}
        reply = self.request("GET", path, params=params)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def create_consumer(self, name: str, **body: Any) -> Any:
        """Create a consumer with one key."""
        reply = self.request(
            "POST", "/consumers?with-api-key=true", json={"name": name, **body}
        )
        assert reply.status_code == 200, reply.text
        return reply.json()

    def add_manager(self, consumer: str, *, email: str, sub: str) -> None:
        path = f"/consumers/{consumer}/managers"
        reply = self.request("POST", path, json={"email": email, "sub": sub})
        assert reply.status_code == 200, reply.text

    def change_manager(self, consumer: str, *, email: str, sub: str) -> None:
        """Do what the commands of docs/user-lifecycle.md do."""
        path = f"/consumers/{consumer}/managers"
        for manager in self.get(path)["data"]:
            self.request("DELETE", f"{path}/{manager['id']}")
        self.add_manager(consumer, email=email, sub=sub)

    def names(self) -> list[str]:
        """Names of all consumers."""
        return [consumer["name"] for consumer in self.get("/consumers")["data"]]

    def consumers_of(self, user: str) -> list[Any]:
        """The consumers that name the user, with their keys."""
        every = self.get("/consumers", include_api_keys="true", key_format="visible")
        return [it for it in every["data"] if it["metadata"]["user_id"] == user]


def check_inputs(sandbox: Sandbox) -> dict[str, str]:
    """Inputs of the bucket's check that it accepts."""
    return {
        "api_url": sandbox.zuplo_url,
        "account": sandbox.zuplo_account,
        "bucket": sandbox.zuplo_bucket,
        "api_key": sandbox.zuplo_api_key,
        "metadata_key": "api_consumer",
    }


def hello(sandbox: Sandbox, key: str | None) -> requests.Response:
    """Call an API behind the gateway."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return send(sandbox, "GET", f"{sandbox.gateway_url}/hello", headers=headers)


def opens_gateway(sandbox: Sandbox, key: str) -> bool:
    return {200: True, 401: False}[hello(sandbox, key).status_code]


def assert_problem(reply: requests.Response, status: int, title: str) -> None:
    """Check that a refusal has the whole shape of Zuplo's problems."""
    body = reply.json()
    assert reply.status_code == status, body
    assert reply.headers["content-type"] == "application/json"
    assert body.pop("detail", "text")
    assert body == {
        "type": f"https://httpproblems.com/http-status/{status}",
        "title": title,
        "status": status,
        "instance": reply.request.path_url.partition("?")[0],
    }
