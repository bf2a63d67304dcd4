"""The Management API of a running sandbox, as the tests of its stand-in call it."""

import itertools
from typing import Any

from sandbox.commands.clouds import Auth0Tenant
from tests.toolkit.our_action import CODE

POST_LOGIN = {"id": "post-login", "version": "v3"}
NUMBERS = itertools.count(1)


class Management(Auth0Tenant):
    """Creates what a test has no other use for than that it is there."""

    def create_action(self, **fields: Any) -> Any:
        body = {
            "name": f"action {next(NUMBERS)}",
            "supported_triggers": [POST_LOGIN],
            "code": CODE,
        }
        return self.api("POST", "/actions/actions", body | fields)

    def deployed_action(self, **fields: Any) -> Any:
        path = f"/actions/actions/{self.create_action(**fields)['id']}"
        self.api("POST", f"{path}/deploy")
        return self.api("GET", path)
