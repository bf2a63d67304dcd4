"""Actions: drafts, builds, versions, secrets and lists."""

from typing import Any
from urllib.parse import urlencode

from ..made import EMPTY_CODE, MARK, Auth0, new_name
from ..statements import expect, statement
from ..waiting import wait_for

CLIENT = "auth0/client.py"
ENDS = ("built", "failed")
UNDICI = {"name": "undici", "version": "6.29.1"}


def built(auth0: Auth0, **fields: Any) -> dict[str, Any]:
    """Create an Action whose draft is built."""
    return ended(auth0, auth0.create(**fields)["id"])


def ended(auth0: Auth0, action_id: str) -> dict[str, Any]:
    """Give an Action whose build has ended."""
    return wait_for(lambda: auth0.action(action_id), lambda it: it["status"] in ENDS)


def deployed(auth0: Auth0, **fields: Any) -> dict[str, Any]:
    """Create an Action that is deployed."""
    action = built(auth0, **fields)
    auth0.deploy(action["id"])
    return wait_for(lambda: auth0.action(action["id"]), is_deployed)


def is_deployed(action: dict[str, Any]) -> bool:
    return (action.get("deployed_version") or {}).get("deployed") is True


@statement(
    "auth0-runtime",
    "Post-login v3 runs on `node22`.",
    where="action/create-consumer/manifest.json: runtime",
    rests_on="recording",
    breaks="A first `pulumi up` is refused.",
)
def test_runtime(auth0: Auth0) -> None:
    expect("runtime", "node22", auth0.create(runtime="node22").get("runtime"))


@statement(
    "auth0-build",
    "A draft changes from `pending` and `building` to `built`.",
    where=f"{CLIENT}: wait_until_built",
    rests_on="recordings",
    breaks="A run waits six minutes, and fails.",
)
def test_build(auth0: Auth0) -> None:
    action = auth0.create()
    expect("status at first", "pending", action["status"])
    expect("status at last", "built", ended(auth0, action["id"])["status"])


@statement(
    "auth0-build-failed",
    "With an npm version that does not exist, the draft becomes `failed`.",
    where=f"{CLIENT}: wait_until_built",
    rests_on="recordings",
    breaks="A run waits six minutes, and fails.",
)
def test_build_failed(auth0: Auth0) -> None:
    missing = {"name": "undici", "version": "0.0.0-contract"}
    action = built(auth0, dependencies=[missing])
    expect("status", "failed", action["status"])


@statement(
    "auth0-deployed",
    "Some time after the deploy call, the version is `deployed: true`, and its number "
    "is not lower.",
    where=f"{CLIENT}: deploy",
    rests_on="recordings",
    breaks="A run waits six minutes, and fails.",
)
def test_deployed(auth0: Auth0) -> None:
    action = built(auth0)
    version = auth0.deploy(action["id"])
    expect("type of number", int, type(version.get("number")))
    action = wait_for(lambda: auth0.action(action["id"]), is_deployed)
    expect("deployed", True, is_deployed(action))
    number = action["deployed_version"]["number"]
    expect("whether it is not lower", True, number >= version["number"])


@statement(
    "auth0-comment-kept",
    "Auth0 keeps a comment before the Action's code, in every response.",
    where="tenant/adoption.py: stated_owner",
    rests_on="recordings: Auth0 returns the code as sent",
    breaks="A stack takes its own Action for another stack's, or the reverse.",
)
def test_comment_kept(auth0: Auth0) -> None:
    code = "// contract\n" + EMPTY_CODE
    action = deployed(auth0, code=code)
    expect("code of the draft", code, action["code"])
    expect("code of the version", code, action["deployed_version"]["code"])


@statement(
    "auth0-list-equals-read",
    "An Action in the list equals the Action that Auth0 returns by id: code, times of "
    "its secrets, deployed version.",
    where="delivery/resource.py: _has_moved",
    rests_on="document; recordings of empty lists only",
    breaks="Each preview shows an update of the delivery.",
)
def test_list_equals_read(auth0: Auth0) -> None:
    secrets = [{"name": "A", "value": "contract"}]
    action = deployed(auth0, secrets=secrets)
    listed = auth0.get("/actions/actions?triggerId=post-login&per_page=100")["actions"]
    (same,) = [it for it in listed if it["id"] == action["id"]]
    for name in ("code", "secrets", "deployed_version"):
        expect(name, action.get(name), same.get(name))


@statement(
    "auth0-name-filter",
    "`actionName` finds an Action by its complete name, perhaps also others.",
    where=f"{CLIENT}: actions_named",
    rests_on="document",
    breaks="A second Action of the same name is not noticed.",
)
def test_name_filter(auth0: Auth0) -> None:
    action = auth0.create()
    query = urlencode({"actionName": action["name"], "per_page": 100})
    listed = auth0.get(f"/actions/actions?{query}")["actions"]
    found = [it["id"] for it in listed if it["name"] == action["name"]]
    expect("ids", [action["id"]], found)


@statement(
    "auth0-same-name",
    "Two Actions may have the same name.",
    where="delivery/errors.py: RepeatedActionError",
    rests_on="guess",
    breaks="Nothing: a refusal of the second one would be the better behaviour.",
)
def test_same_name(auth0: Auth0) -> None:
    name = new_name()
    auth0.create(name=name)
    expect("status of the second", 201, auth0.try_to_create(name=name).status)


@statement(
    "auth0-secrets-replaced",
    "A PATCH with `secrets` replaces all secrets. No response holds a value.",
    where=f"{CLIENT}: send_secrets",
    rests_on="recordings",
    breaks="A secret of others stays in the Action, or a value is shown.",
)
def test_secrets_replaced(auth0: Auth0) -> None:
    value = new_name()
    action = auth0.create(secrets=[{"name": "A", "value": value}])
    changed = auth0.change(action["id"], secrets=[{"name": "B", "value": value}])
    read = auth0.action(action["id"])
    expect("names", ["B"], [it["name"] for it in read["secrets"]])
    responses = repr([action, changed, read])
    expect("whether a response holds the value", False, value in responses)


@statement(
    "auth0-secret-time",
    "A secret's `updated_at` changes when the secret is set, and only then.",
    where="delivery/drift.py: secret_times",
    rests_on="recordings of PATCHes with secrets; without: guess",
    breaks="Each run sends the key again, or a key changed by hand is not noticed.",
)
def test_secret_time(auth0: Auth0) -> None:
    secrets = [{"name": "A", "value": "contract"}]
    action = deployed(auth0, secrets=secrets)
    times = [times_of(action)]
    auth0.change(action["id"], code="// another\n" + action["code"])
    times.append(times_of(ended(auth0, action["id"])))
    expect("time after another code", times[0], times[1])
    auth0.change(action["id"], secrets=secrets)
    times.append(times_of(ended(auth0, action["id"])))
    expect("whether a set secret has the old time", False, times[1] == times[2])


def times_of(action: dict[str, Any]) -> list[str]:
    return [it["updated_at"] for it in action["secrets"]]


@statement(
    "auth0-test-call",
    "The test call runs the draft for an event.",
    where=f"{CLIENT}: test_action",
    rests_on="document",
    breaks="The login probe proves nothing.",
)
def test_test_call(auth0: Auth0) -> None:
    code = (
        "exports.onExecutePostLogin = async (event) => {\n"
        "  throw Error(event.user.name);\n"
        "};"
    )
    payload = called(auth0, code)
    message = (payload.get("error") or {}).get("message")
    expect("message of the error that the Action raised", "Ada", message)


@statement(
    "auth0-test-call-error",
    "If the Action raises an error, the response is 200 with `payload.error`.",
    where=f"{CLIENT}: test_action",
    rests_on="document; one recording of 2023",
    breaks="The login probe is green although the Action cannot run.",
)
def test_test_call_error(auth0: Auth0) -> None:
    payload = called(auth0, "exports.onExecutePostLogin = async () => { throw 1 };")
    expect("whether there is an error", True, "error" in payload)


@statement(
    "auth0-undici",
    "undici 6.29.1 installs and loads there.",
    where="action/create-consumer/manifest.json: undici",
    rests_on="its own `engines`",
    breaks="Nobody gets a consumer.",
)
def test_undici(auth0: Auth0) -> None:
    code = (
        "exports.onExecutePostLogin = async () => {\n"
        "  throw Error(typeof require('undici').request);\n"
        "};"
    )
    payload = called(auth0, code, dependencies=[UNDICI])
    message = (payload.get("error") or {}).get("message")
    expect("type of undici's request", "function", message)


def called(auth0: Auth0, code: str, **fields: Any) -> dict[str, Any]:
    """Run a draft for an event; give the payload of the response."""
    action = built(auth0, code=code + MARK, **fields)
    expect("status of the build", "built", action["status"])
    event = {"event": {"user": {"name": "Ada"}}}
    path = f"/actions/actions/{action['id']}/test"
    response = auth0.ask("POST", path, {"payload": event})
    expect("status", 200, response.status)
    payload: dict[str, Any] = response.body["payload"]
    return payload
