"""What a run makes, and how it goes: at its end, at Ctrl-C, or in the next run.

Everything bears a mark, so that a run finds what another one has left.
"""

import secrets
from contextlib import ExitStack
from typing import Any, NoReturn
from urllib.parse import quote

from .http import Response, Service

PREFIX = "contract-"
"""Of the name of every Action and consumer."""
TAG = "contract"
"""Value of the tag `source` of every consumer."""
FLOW = "/actions/triggers/post-login/bindings"
EMPTY_CODE = "exports.onExecutePostLogin = async () => {};\n"
Json = dict[str, Any]


class RefusedError(Exception):
    """A service refused a request that no statement is about."""


def refuse(method: str, path: str, response: Response) -> NoReturn:
    """Raise a RefusedError in the service's words."""
    said = ""
    if isinstance(response.body, dict):
        said = response.body.get("message") or response.body.get("title") or ""
    msg = f"{method} {path}: HTTP {response.status} {said[:200]}"
    raise RefusedError(msg.strip())


def new_name() -> str:
    """A name that nothing else has; fit for Actions and for consumers."""
    return f"{PREFIX}{secrets.token_hex(8)}"


class Zuplo:
    """The key bucket of a run."""

    def __init__(self, service: Service, account: str, bucket: str) -> None:
        self.service, self.account, self.bucket = service, account, bucket
        self._made = ExitStack()

    def __enter__(self) -> "Zuplo":
        return self

    def __exit__(self, *_: object) -> None:
        self._made.close()

    def path(self, path: str, *, account: str = "", bucket: str = "") -> str:
        """Give a path below the bucket, or below another one."""
        named = quote(account or self.account), quote(bucket or self.bucket)
        return "/v1/accounts/{}/key-buckets/{}".format(*named) + path

    def ask(self, method: str, path: str, body: Any = None) -> Response:
        """Send a request about a path below the bucket."""
        return self.service.ask(method, self.path(path), body)

    def create(
        self, query: str = "?with-api-key=true", /, **fields: Any
    ) -> tuple[str, Response]:
        """Create a consumer, whose deletion is due from now on; give its name."""
        name = fields.pop("name", "") or new_name()
        body = {"name": name, "tags": {"source": TAG}, **fields}
        self._made.callback(self.delete, name)
        return name, self.ask("POST", f"/consumers{query}", body)

    def read(self, name: str, query: str = "") -> Json:
        """Read a consumer that is there."""
        return self.get(f"/consumers/{quote(name)}{query}")

    def get(self, path: str) -> Json:
        """Read something that is there.

        Raises:
            RefusedError: it is not.
        """
        response = self.ask("GET", path)
        if response.status != 200 or not isinstance(response.body, dict):
            refuse("GET", path, response)
        return response.body

    def delete(self, name: str) -> Response:
        """Delete a consumer, which may be gone already."""
        return self.ask("DELETE", f"/consumers/{quote(name)}")

    def left(self) -> list[str]:
        """Name the consumers that runs have left."""
        listed = self.get(f"/consumers?tag.source={TAG}&limit=1000")["data"]
        return [it["name"] for it in listed if it.get("tags", {}).get("source") == TAG]


class Auth0:
    """The tenant of a run, through its Management API."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._made = ExitStack()

    def __enter__(self) -> "Auth0":
        return self

    def __exit__(self, *_: object) -> None:
        self._made.close()

    def ask(self, method: str, path: str, body: Any = None) -> Response:
        return self.service.ask(method, f"/api/v2{path}", body)

    def get(self, path: str) -> Json:
        """Read something that is there; raises RefusedError."""
        return self._required("GET", path)

    def create(self, **fields: Any) -> Json:
        """Create an Action; raises RefusedError."""
        response = self.try_to_create(**fields)
        if response.status != 201:
            refuse("POST", "/actions/actions", response)
        created: Json = response.body
        return created

    def try_to_create(self, **fields: Any) -> Response:
        """Ask for an Action, whose deletion is due from then on."""
        trigger = {"id": "post-login", "version": "v3"}
        response = self.ask(
            "POST",
            "/actions/actions",
            {
                "name": new_name(),
                "code": EMPTY_CODE,
                "supported_triggers": [trigger],
                **fields,
            },
        )
        if isinstance(response.body, dict) and "id" in response.body:
            self._made.callback(self.delete, response.body["id"])
        return response

    def change(self, action_id: str, **fields: Any) -> Json:
        """Change a draft."""
        return self._required("PATCH", f"/actions/actions/{action_id}", fields)

    def deploy(self, action_id: str) -> Json:
        """Deploy a built draft; gives the version."""
        return self._required("POST", f"/actions/actions/{action_id}/deploy")

    def action(self, action_id: str) -> Json:
        return self.get(f"/actions/actions/{action_id}")

    def flow(self) -> list[Json]:
        """The bindings of the login flow, in order."""
        bindings: list[Json] = self.get(f"{FLOW}?per_page=50")["bindings"]
        return bindings

    def bind(self, bindings: list[Json]) -> Response:
        """Write the whole flow: bindings as flow() gives them, or {action: {id}}."""
        refs = [
            {
                "ref": {"type": "action_id", "value": it["action"]["id"]},
                **({"display_name": name} if (name := it.get("display_name")) else {}),
            }
            for it in bindings
        ]
        return self.ask("PATCH", FLOW, {"bindings": refs})

    def unbind(self, *action_ids: str) -> None:
        """Take Actions out of the flow, and leave all others as they are."""
        flow = self.flow()
        kept = [it for it in flow if it["action"]["id"] not in action_ids]
        if kept != flow:
            response = self.bind(kept)
            if response.status != 200:
                refuse("PATCH", FLOW, response)

    def delete(self, action_id: str) -> None:
        """Delete an Action of this run, bound or not, if it is there."""
        response = self.ask("DELETE", f"/actions/actions/{action_id}")
        if response.status == 409:
            self.unbind(action_id)
            response = self.ask("DELETE", f"/actions/actions/{action_id}")
        if response.status not in (204, 404):
            refuse("DELETE", f"/actions/actions/{action_id}", response)

    def left(self) -> list[str]:
        """Ids of the Actions that runs have left."""
        listed = self.get("/actions/actions?per_page=100")["actions"]
        return [it["id"] for it in listed if it["name"].startswith(PREFIX)]

    def _required(self, method: str, path: str, body: Any = None) -> Json:
        response = self.ask(method, path, body)
        if response.status >= 300 or not isinstance(response.body, dict):
            refuse(method, path, response)
        return response.body


def remove_left(auth0: Auth0, zuplo: Zuplo) -> int:
    """Remove what other runs have left; give its number."""
    actions, consumers = auth0.left(), zuplo.left()
    for action in actions:
        auth0.delete(action)
    for name in consumers:
        zuplo.delete(name)
    return len(actions) + len(consumers)
