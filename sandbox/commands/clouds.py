"""Both stand-ins as the tools of a tenant's owner see them: through their own APIs."""

import time
from typing import Any, Self

import requests

from consumer_on_login.action_code.rendering import manifest
from sandbox.host.servers import Sandbox

TIMEOUT_SECONDS = 60
POLL_SECONDS = 0.05
FLOW = "/actions/triggers/post-login/bindings"
PASSWORD = "correct horse battery staple"  # noqa: S105 - of users who do not exist


class CloudError(Exception):
    """A stand-in refused a request."""


class Auth0Tenant:
    """Auth0's Management API, as a client with all scopes.

    Args:
        scopes: those of a client of its own.
    """

    def __init__(self, sandbox: Sandbox, scopes: list[str] | None = None) -> None:
        self._base = f"https://{sandbox.auth0_domain}"
        self._session = _session()
        self._session.verify = str(sandbox.ca_certificate)
        client = {
            "client_id": sandbox.auth0_client_id,
            "client_secret": sandbox.auth0_client_secret,
        }
        if scopes is not None:
            client = sandbox.control.add_auth0_client(scopes).model_dump()
        audience = f"{self._base}/api/v2/"
        asked = {**client, "grant_type": "client_credentials", "audience": audience}
        response = self._call("POST", "/oauth/token", asked)
        self.token: str = _content(response)["access_token"]
        self._session.headers["Authorization"] = f"Bearer {self.token}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def add_bound_action(self, name: str, code: str, **fields: Any) -> str:
        """Create, deploy and bind a post-login action behind those bound already.

        Args:
            fields: more of the action's properties, such as dependencies.
        """
        stated = manifest()
        trigger = {"id": stated.trigger_id, "version": stated.trigger_version}
        action = self.api(
            "POST",
            "/actions/actions",
            {"name": name, "code": code, "supported_triggers": [trigger], **fields},
        )
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while (status := self.action(action["id"])["status"]) != "built":
            if status == "failed" or time.monotonic() > deadline:
                msg = f"the build of {name}: {status}"
                raise CloudError(msg)
            time.sleep(POLL_SECONDS)
        self.api("POST", f"/actions/actions/{action['id']}/deploy")
        self.bind(*self.bound_actions(), action["id"])
        return str(action["id"])

    def bind(self, *action_ids: str) -> list[Any]:
        """Make these all that is bound to post-login, in order; gives the bindings."""
        refs = [{"ref": {"type": "action_id", "value": item}} for item in action_ids]
        bindings: list[Any] = self.api("PATCH", FLOW, {"bindings": refs})["bindings"]
        return bindings

    def add_user(self, name: str, /, **fields: Any) -> str:
        """Create a user of the database connection with a verified e-mail."""
        user = self.api(
            "POST",
            "/users",
            {
                "connection": "Username-Password-Authentication",
                "email": f"{name}@example.com",
                "email_verified": True,
                "password": PASSWORD,
                **fields,
            },
        )
        return str(user["user_id"])

    def user(self, user_id: str) -> Any:
        return self.api("GET", f"/users/{user_id}")

    def action(self, action_id: str) -> Any:
        return self.api("GET", f"/actions/actions/{action_id}")

    def actions(self) -> list[str]:
        """Names of all actions."""
        return [item["name"] for item in self.api("GET", "/actions/actions")["actions"]]

    def bound_actions(self) -> list[str]:
        """Ids of the actions bound to post-login, in order."""
        return [binding["action"]["id"] for binding in self.bindings()]

    def bindings(self) -> list[Any]:
        """What is bound to post-login, in order."""
        bindings: list[Any] = self.api("GET", f"{FLOW}?per_page=50")["bindings"]
        return bindings

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """Call the Management API; raises CloudError on a refusal."""
        return _content(self.call(method, path, body))

    def call(self, method: str, path: str, body: Any = None) -> requests.Response:
        """Call the Management API; gives the response, whatever it is."""
        return self._call(method, f"/api/v2{path}", body)

    def _call(self, method: str, path: str, body: Any) -> requests.Response:
        return self._session.request(
            method, self._base + path, json=body, timeout=TIMEOUT_SECONDS
        )


class ZuploAccount:
    """Zuplo's Developer API and gateway, with the sandbox's own key."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._session = _session()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def consumers(
        self, bucket: str | None = None, manager_email: str = ""
    ) -> list[Any]:
        """Consumers of a bucket, or a manager's alone, with visible keys."""
        sandbox = self._sandbox
        response = self._session.get(
            f"{sandbox.zuplo_url}/v1/accounts/{sandbox.zuplo_account}/key-buckets/"
            f"{bucket or sandbox.zuplo_bucket}/consumers"
            "?include-api-keys=true&key-format=visible",
            params={"manager-email": manager_email} if manager_email else None,
            headers={"Authorization": f"Bearer {sandbox.zuplo_api_key}"},
            timeout=TIMEOUT_SECONDS,
        )
        consumers: list[Any] = _content(response)["data"]
        return consumers

    def open_gateway(self, key: str) -> Any:
        """Call an API behind the gateway with a key; gives the user that it sees."""
        response = self._session.get(
            f"{self._sandbox.gateway_url}/hello",
            headers={"Authorization": f"Bearer {key}"},
            timeout=TIMEOUT_SECONDS,
        )
        return _content(response)["user"]


def _session() -> requests.Session:
    session = requests.Session()
    # A proxy or CA bundle of the user's is not for the loopback.
    session.trust_env = False
    return session


def _content(response: requests.Response) -> Any:
    if not response.ok:
        asked = f"{response.request.method} {response.url}"
        msg = f"{asked}: {response.status_code} {response.text}"
        raise CloudError(msg)
    return response.json() if response.content else None
