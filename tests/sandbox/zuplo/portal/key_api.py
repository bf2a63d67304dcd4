"""A client of the portal's key API: what the pages of one user call."""

from typing import Any

import jwt
import requests

from tests.sandbox.oidc_client import NUMBERS, Portal
from tests.toolkit.zuplo_api import BucketApi


class User:
    """A user who is signed in to the portal, and may have a consumer."""

    def __init__(
        self, portal: Portal, bucket: BucketApi, *, is_verified: bool = True
    ) -> None:
        self.portal, self.bucket = portal, bucket
        self.email = f"user{next(NUMBERS)}@example.com"
        fields = {"email_verified": "true"} if is_verified else {}
        self.tokens = portal.tokens(portal.sign_up(email=self.email, **fields))
        self.base = f"/v2/client/{bucket.sandbox.portal_deployment}/consumers"

    def call(
        self, method: str, path: str = "", token: str | None = None, **options: Any
    ) -> requests.Response:
        headers = {"authorization": f"Bearer {token or self.tokens['access_token']}"}
        return self.portal.call(method, self.base + path, headers=headers, **options)

    def consumers(self) -> Any:
        response = self.call("GET")
        assert response.status_code == 200, response.text
        return response.json()["data"]

    def given_a_consumer(self) -> Any:
        """Do what the Action does at their first login."""
        name = self.email.partition("@")[0]
        managers = [{"email": self.email, "sub": self.sub}]
        self.bucket.create_consumer(name, managers=managers)
        (consumer,) = self.consumers()
        return consumer

    def claims(self) -> dict[str, Any]:
        """Read the access token."""
        token = self.tokens["access_token"]
        return jwt.decode(token, options={"verify_signature": False})

    @property
    def sub(self) -> str:
        return str(self.claims()["sub"])
