"""An application and its user's browser, as the tests of the login play them."""

import base64
import hashlib
import itertools
import secrets
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import requests

from sandbox.commands.clouds import PASSWORD
from sandbox.host.servers import Sandbox
from tests.toolkit.patience import PATIENCE_SECONDS

NUMBERS = itertools.count(1)

Change = Mapping[str, str | None]


def challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class Portal:
    """One visit to the portal: one code verifier, one state."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.url = sandbox.portal_url
        self.verifier = secrets.token_urlsafe(32)
        self.callback = f"{self.url}/oauth/callback"
        self.query = {
            "client_id": sandbox.portal_client_id,
            "redirect_uri": self.callback,
            "response_type": "code",
            "scope": "openid profile email",
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
            "audience": sandbox.portal_audience,
            "prompt": "login",
            "state": secrets.token_urlsafe(8),
        }
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = str(sandbox.ca_certificate)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.session.request(
            method,
            self.url + path,
            timeout=PATIENCE_SECONDS,
            allow_redirects=False,
            **options,
        )

    def asked(self, change: Change) -> dict[str, str]:
        """The authorization request; None in a change leaves a parameter out."""
        both = {**self.query, **change}
        return {name: value for name, value in both.items() if value is not None}

    def authorize(self, **change: str | None) -> requests.Response:
        return self.call("GET", "/authorize", params=self.asked(change))

    def sign_in(
        self, email: str, password: str = PASSWORD, **change: str | None
    ) -> requests.Response:
        fields = {"email": email, "password": password}
        return self.call("POST", "/u/login", params=self.asked(change), data=fields)

    def sign_up(self, **fields: str) -> requests.Response:
        given = {
            "name": "Ada",
            "email": f"ada{next(NUMBERS)}@example.com",
            "password": PASSWORD,
            **fields,
        }
        return self.call("POST", "/u/signup", params=self.query, data=given)

    def exchange(self, code: str, **change: str | None) -> requests.Response:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "code_verifier": self.verifier,
            "client_id": self.query["client_id"],
            **change,
        }
        return self.call("POST", "/oauth/token", data=fields)

    def tokens(self, response: requests.Response) -> Any:
        """Exchange the code that a response to a login has."""
        tokens = self.exchange(reported(response)["code"])
        assert tokens.status_code == 200, tokens.text
        return tokens.json()

    def userinfo(self, token: str) -> requests.Response:
        headers = {"authorization": f"Bearer {token}"}
        return self.call("GET", "/userinfo", headers=headers)


def reported(response: requests.Response) -> dict[str, str]:
    """What a redirect tells the application."""
    query = urlsplit(response.headers["location"]).query
    return {name: values[0] for name, values in parse_qs(query).items()}
