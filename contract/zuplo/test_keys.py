"""Keys and managers of a consumer."""

import pytest

from ..accounts import Accounts
from ..made import Zuplo
from ..session import Run
from ..statements import expect, statement
from ..waiting import wait_for
from .test_consumers import CODE


@statement(
    "zuplo-key-in-response",
    "With `with-api-key=true`, a new consumer has one key.",
    where=f"{CODE}: with-api-key",
    rests_on="document",
    breaks="Users get a consumer without a key.",
)
def test_key_in_response(zuplo: Zuplo) -> None:
    name, _ = zuplo.create()
    keys = zuplo.get(f"/consumers/{name}/keys?key-format=none")["data"]
    expect("number of keys", 1, len(keys))


@statement(
    "zuplo-no-key",
    "A consumer with an empty list of keys has no key, and a POST gives it one.",
    where=f"{CODE}: requireKey",
    rests_on="document",
    breaks="A consumer that an attempt left without a key stays so.",
)
def test_no_key(zuplo: Zuplo) -> None:
    name, _ = zuplo.create("")
    path = f"/consumers/{name}/keys"
    listed = f"{path}?limit=1&key-format=none"
    expect("keys", [], zuplo.get(listed)["data"])
    created = zuplo.ask("POST", path, {})
    expect("status", 200, created.status)
    expect("type of id", str, type(created.body.get("id")))
    expect("number of keys", 1, len(zuplo.get(listed)["data"]))


@statement(
    "zuplo-key-deleted",
    "The response to the deletion of a key is 204, and the consumer stays.",
    where="zuplo/client.py: delete_key",
    rests_on="document",
    breaks="Offboarding with `--keys-only` fails, or deletes the consumer.",
)
def test_key_deleted(zuplo: Zuplo) -> None:
    name, _ = zuplo.create()
    path = f"/consumers/{name}/keys"
    (key,) = zuplo.get(f"{path}?key-format=none")["data"]
    deleted = zuplo.ask("DELETE", f"{path}/{key['id']}")
    expect("status", 204, deleted.status)
    expect("keys", [], zuplo.get(f"{path}?key-format=none")["data"])
    expect("name", name, zuplo.read(name).get("name"))


@statement(
    "zuplo-manager-object",
    "A manager may be given as `email` and `sub` alone, and is a manager at once.",
    where=f"{CODE}: createWithManager",
    rests_on="Zuplo's examples; the API document requires `id` and `createdOn`, too",
    breaks="Each process sends a request more. Where it holds, the second form can go.",
)
def test_manager_object(zuplo: Zuplo) -> None:
    given = {"email": "contract@example.com", "sub": "auth0|contract"}
    name, response = zuplo.create(managers=[given])
    expect("status", 200, response.status)
    (manager,) = zuplo.get(f"/consumers/{name}/managers")["data"]
    expect("manager", given, {it: manager.get(it) for it in given})


@statement(
    "zuplo-manager-changed",
    "A manager can be added and removed, while the keys of the consumer stay.",
    where="docs/user-lifecycle.md: managers",
    rests_on="document",
    breaks="The page's commands for a user with a new address fail.",
)
def test_manager_changed(zuplo: Zuplo) -> None:
    name, _ = zuplo.create()
    path = f"/consumers/{name}/managers"
    given = {"email": "contract@example.com", "sub": "auth0|contract"}
    added = zuplo.ask("POST", path, given)
    expect("status of the POST", 200, added.status)
    removed = zuplo.ask("DELETE", f"{path}/{added.body['id']}")
    expect("status of the DELETE", 204, removed.status)
    expect("managers", [], zuplo.get(path)["data"])
    keys = zuplo.get(f"/consumers/{name}/keys?key-format=none")["data"]
    expect("number of keys", 1, len(keys))


@statement(
    "zuplo-manager-twice",
    "Zuplo refuses a second manager of the same subject.",
    where="docs/user-lifecycle.md: subject",
    rests_on="guess",
    breaks="Nothing: the page's commands delete the manager first.",
)
def test_manager_twice(zuplo: Zuplo) -> None:
    given = {"email": "contract@example.com", "sub": "auth0|contract"}
    name, _ = zuplo.create(managers=[given])
    again = zuplo.ask("POST", f"/consumers/{name}/managers", given)
    expect("whether it is refused", True, again.status >= 400)


@statement(
    "zuplo-gateway-cache",
    "A gateway refuses a deleted key after `cacheTtlSeconds` at most, 60 by default.",
    where="docs/user-lifecycle.md: cacheTtlSeconds",
    rests_on="document",
    breaks="A user whose key was deleted uses the API for longer than the page says.",
)
def test_gateway_cache(zuplo: Zuplo, run: Run, accounts: Accounts) -> None:
    if not accounts.gateway_url:
        pytest.skip("CONTRACT_GATEWAY_URL is not set")
    name, created = zuplo.create()
    key = created.body["apiKeys"][0]["key"]
    with run.gateway() as gateway:

        def status() -> int:
            return gateway.ask("GET", "", key=key).status

        expect("status of a new key", 200, wait_for(status, lambda it: it == 200))
        zuplo.delete(name)
        expect("status of a deleted key", 401, wait_for(status, lambda it: it == 401))
