"""What a run makes, and how it goes: at its end, at Ctrl-C, or in the next run.

Everything bears a name that nobody gives by chance, and a second mark. Only what has
both is ever removed: a name like contract-signing is somebody's own.
"""

import re
import secrets
from contextlib import ExitStack
from itertools import count
from typing import Any, NoReturn
from urllib.parse import quote

from .http import Response, Service

PREFIX = "contract-"
"""Of the name of every Action and consumer."""
OWN_NAME = re.compile(PREFIX + r"[0-9a-f]{16}0*(-again)?")
"""What new_name() gives, also longer or changed by a test."""
TAG = "contract"
"""Value of the tag `source` of every consumer."""
FLOW = "/actions/triggers/post-login/bindings"
MARK = "\n// `python -m contract` made this Action, and removes it.\n"
"""At the end of the code of every Action."""
EMPTY_CODE = "exports.onExecutePostLogin = async () => {};" + MARK
PAGE = 100
Json = dict[str, Any]


class RefusedError(Exception):
    """A service refused a request that no statement is about."""


def refuse(method: str, path: str, response: Response) -> NoReturn:
    """Raise a RefusedError in the service's words."""
    said = ""
    if isinstance(response.body, dict):
        names = ("message", "error_description", "title")
        said = next((it for name in names if (it := response.body.get(name))), "")
    msg = f"{method} {path or '(the bucket)'}: HTTP {response.status} {str(said)[:200]}"
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
        listed = self.get(f"/consumers?tag.source={TAG}&limit=1000").get("data") or []
        return [it["name"] for it in listed if is_own_consumer(it)]


def is_own_consumer(consumer: Json) -> bool:
    named = OWN_NAME.fullmatch(consumer["name"])
    return bool(named) and (consumer.get("tags") or {}).get("source") == TAG


def is_own_action(action: Json) -> bool:
    named = OWN_NAME.fullmatch(action["name"])
    return bool(named) and str(action.get("code")).endswith(MARK)


class Auth0:
    """The tenant of a run, through its Management API."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.ids: list[str] = []
        """Of the Actions that it has created."""
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
            self.ids.append(response.body["id"])
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

    def bind_behind(self, *bindings: Json) -> Response:
        """Put these behind all others, in place of what else the run has bound.

        Reads the flow just before it writes: another client may have changed it.
        """
        return self.bind([*self.others_flow(), *bindings])

    def others_flow(self) -> list[Json]:
        """The flow without what this run has made."""
        return [it for it in self.flow() if it["action"]["id"] not in self.ids]

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
        found: list[str] = []
        for page in count():
            path = f"/actions/actions?per_page={PAGE}&page={page}"
            listed = self.get(path).get("actions") or []
            found += [it["id"] for it in listed if is_own_action(it)]
            if len(listed) < PAGE:
                return found
        return found

    def _required(self, method: str, path: str, body: Any = None) -> Json:
        response = self.ask(method, path, body)
        if response.status >= 300 or not isinstance(response.body, dict):
            refuse(method, path, response)
        return response.body


def remove_left(auth0: Auth0, zuplo: Zuplo) -> int:
    """Remove what other runs have left; give its number."""
    actions, consumers = auth0.left(), zuplo.left()
    with ExitStack() as due:
        for action in actions:
            due.callback(auth0.delete, action)
        for name in consumers:
            due.callback(zuplo.delete, name)
    return len(actions) + len(consumers)
