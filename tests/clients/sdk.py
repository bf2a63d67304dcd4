"""What people do with Auth0's Python SDK. sdk.js does the same with the npm SDK.

Run: python sdk.py STEP < given.json; it prints what it saw as JSON.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from auth0.management import ManagementClient
from auth0.management.core.api_error import ApiError

CLIENT = ManagementClient(
    domain=os.environ["AUTH0_DOMAIN"],
    client_id=os.environ["AUTH0_CLIENT_ID"],
    client_secret=os.environ["AUTH0_CLIENT_SECRET"],
)
ACTIONS, USERS = CLIENT.actions, CLIENT.users
BINDINGS = ACTIONS.triggers.bindings
POST_LOGIN = "post-login"

Json = dict[str, Any]


def until(holds: Callable[[], object]) -> None:
    while not holds():
        time.sleep(0.1)


def refusal_of(call: Callable[[str], object], argument: str) -> Json:
    try:
        return {"accepted": str(call(argument))}
    except ApiError as error:
        return {"status": error.status_code, "message": error.body["message"]}


def deploy_draft(id_: str) -> None:
    until(lambda: ACTIONS.get(id_).status == "built")
    number = ACTIONS.deploy(id_).number

    def is_deployed() -> bool:
        version = ACTIONS.get(id_).deployed_version
        return bool(version and version.deployed and version.number == number)

    until(is_deployed)


def refs(ids: list[str]) -> list[Json]:
    return [{"ref": {"type": "action_id", "value": value}} for value in ids]


def bound() -> list[Any]:
    """One a page, so that the SDK has to ask for several."""
    return list(BINDINGS.list(POST_LOGIN, per_page=1))


def deploy(
    name: str, code: str, dependencies: list[Json], secrets: list[Json]
) -> object:
    created = ACTIONS.create(
        name=name,
        code=code,
        dependencies=dependencies,
        secrets=secrets,
        runtime="node22",
        supported_triggers=[{"id": POST_LOGIN, "version": "v3"}],
    )
    deploy_draft(created.id)
    before = [it.action.id for it in bound()]
    BINDINGS.update_many(POST_LOGIN, bindings=refs([*before, created.id]))
    action = ACTIONS.get(created.id)
    return {
        "id": action.id,
        "found": [it.id for it in ACTIONS.list(action_name=name)],
        "runtime": action.runtime,
        "dependencies": [[it.name, it.version] for it in action.dependencies],
        "secrets": [it.name for it in action.secrets],
        "bound": [[it.display_name, it.action.id] for it in bound()],
    }


def change(id: str, code: str, secrets: list[Json]) -> object:
    ACTIONS.update(id, code=code, secrets=secrets)
    deploy_draft(id)
    return [[it.number, it.deployed] for it in ACTIONS.versions.list(id)]


def remove(id: str) -> object:
    refused = refusal_of(ACTIONS.delete, id)
    left = [it.action.id for it in bound() if it.action.id != id]
    BINDINGS.update_many(POST_LOGIN, bindings=refs(left))
    ACTIONS.delete(id)
    return {"refused": refused, "gone": refusal_of(ACTIONS.get, id)}


def users(connection: str, password: str, emails: list[str]) -> object:
    created = [
        USERS.create(
            connection=connection,
            email=email,
            password=password,
            app_metadata={"plan": "free", "trial": True},
        )
        for email in emails
    ]
    id_, email = created[0].user_id, created[0].email
    USERS.update(id_, app_metadata={"plan": "paid", "trial": None})
    USERS.update(id_, blocked=True)
    user = USERS.get(id_)
    return {
        "ids": [it.user_id for it in created],
        "app_metadata": user.app_metadata,
        "blocked": user.blocked,
        "found": [it.user_id for it in USERS.list(q=f'email:"{email}"')],
        "listed": [it.email for it in USERS.list(per_page=1)],
    }


def forget(ids: list[str]) -> object:
    for id_ in ids:
        USERS.delete(id_)
    return refusal_of(USERS.get, ids[0])


STEPS: dict[str, Callable[..., object]] = {
    step.__name__: step for step in (deploy, change, remove, users, forget)
}

if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](**json.load(sys.stdin))))
