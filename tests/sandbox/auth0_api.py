"""The Management API of a running sandbox, as the tests of its stand-in call it."""

import itertools
from typing import Any, Self

import requests

from sandbox.host.servers import Sandbox
from tests.toolkit.patience import PATIENCE_SECONDS

POST_LOGIN = {"id": "post-login", "version": "v3"}
CODE = "exports.onExecutePostLogin = async (event, api) => {};"
NUMBERS = itertools.count(1)


class Management:
    """A client with a token for all scopes, or for those of a client of its own."""

    def __init__(self, sandbox: Sandbox, scopes: list[str] | None = None) -> None:
        self.url = f"https://{sandbox.auth0_domain}/api/v2"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = str(sandbox.ca_bundle)
        client = {
            "client_id": sandbox.auth0_client_id,
            "client_secret": sandbox.auth0_client_secret,
        }
        if scopes is not None:
            client = sandbox.control.add_auth0_client(scopes).model_dump()
        response = self.session.post(
            f"https://{sandbox.auth0_domain}/oauth/token",
            data={
                **client,
                "grant_type": "client_credentials",
                "audience": f"{self.url}/",
            },
            timeout=PATIENCE_SECONDS,
        )
        token = response.json()["access_token"]
        self.session.headers["authorization"] = f"Bearer {token}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.session.close()

    def call(self, method: str, path: str, body: Any = None) -> requests.Response:
        return self.session.request(
            method, self.url + path, json=body, timeout=PATIENCE_SECONDS
        )

    def create_action(self, **fields: Any) -> dict[str, Any]:
        body = {
            "name": f"action {next(NUMBERS)}",
            "supported_triggers": [POST_LOGIN],
            "code": CODE,
        }
        response = self.call("POST", "/actions/actions", body | fields)
        assert response.status_code == 201, response.text
        return dict(response.json())

    def deployed_action(self, **fields: Any) -> dict[str, Any]:
        action = self.create_action(**fields)
        path = f"/actions/actions/{action['id']}"
        assert self.call("POST", f"{path}/deploy").status_code == 200
        return dict(self.call("GET", path).json())

    def bind(self, *actions: dict[str, Any]) -> requests.Response:
        refs = [{"type": "action_id", "value": action["id"]} for action in actions]
        body = {"bindings": [{"ref": ref} for ref in refs]}
        return self.call("PATCH", "/actions/triggers/post-login/bindings", body)
