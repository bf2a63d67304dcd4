"""What the STAND-IN shows of its Actions, bindings, users and streams.

Shapes: recordings "create, poll, update, deploy", "bind, list, rebind, unbind",
"versions and rollback" and "event stream with action"; users: Auth0 OpenAPI.
"""

from collections.abc import Sequence
from typing import Any

from sandbox.auth0.actions import Action, Contents, Version
from sandbox.auth0.bindings import Binding
from sandbox.auth0.schemas import Page
from sandbox.auth0.streams import EventStream
from sandbox.auth0.triggers import Trigger
from sandbox.auth0.users import User

View = dict[str, Any]


def page_of(name: str, items: Sequence[View], page: Page) -> View:
    """Cut out a page; total is left out when the page is empty, page when 0."""
    start = page.page * page.per_page
    shown = items[start : start + page.per_page]
    view: View = {name: list(shown)}
    if shown:
        view["total"] = len(items)
    if page.page:
        view["page"] = page.page
    return {**view, "per_page": page.per_page}


def action_view(action: Action) -> View:
    return {
        "id": action.id,
        "name": action.name,
        "supported_triggers": triggers_view(action),
        "created_at": action.created_at,
        "updated_at": action.updated_at,
        "code": action.code,
        "dependencies": dependencies_view(action),
        "runtime": action.runtime,
        "status": action.status,
        "secrets": secrets_view(action),
        **versions_view(action),
        "all_changes_deployed": action.all_changes_deployed,
    }


def entry_view(action: Action, versions: View | None = None) -> View:
    """The Action as versions and bindings name it: never wholly deployed."""
    return {
        "id": action.id,
        "name": action.name,
        "supported_triggers": triggers_view(action),
        "created_at": action.created_at,
        "updated_at": action.entry_updated_at,
        **(versions or {}),
        "all_changes_deployed": False,
    }


def versions_view(action: Action) -> View:
    view: View = {}
    if action.current_version is not None:
        view["current_version"] = current_version_view(action.current_version)
    if action.deployed_version is not None:
        view["deployed_version"] = version_view(action.deployed_version, deployed=True)
    return view


def current_version_view(version: Version) -> View:
    """The status in capitals."""
    return {
        "id": version.id,
        "code": version.code,
        "runtime": version.runtime,
        "status": "BUILT",
        "number": version.number,
        "build_time": version.built_at,
        "created_at": version.created_at,
        "updated_at": version.updated_at,
    }


def version_view(version: Version, *, deployed: bool) -> View:
    return {
        "code": version.code,
        "dependencies": dependencies_view(version),
        "id": version.id,
        "deployed": deployed,
        "number": version.number,
        "built_at": version.built_at,
        "secrets": secrets_view(version),
        "status": "built",
        "created_at": version.created_at,
        "updated_at": version.updated_at,
        "runtime": version.runtime,
        "supported_triggers": triggers_view(version),
    }


def listed_version_view(action: Action, version: Version) -> View:
    deployed = version is action.deployed_version
    view = version_view(version, deployed=deployed)
    return {**view, "action": entry_view(action)}


def deploying_view(action: Action, version: Version) -> View:
    """The response to a deploy: the version as it was before it was deployed."""
    view = listed_version_view(action, version)
    del view["built_at"]
    return {**view, "deployed": False, "updated_at": version.created_at}


def triggers_view(contents: Contents) -> list[View]:
    return [{"id": t.id, "version": t.version} for t in contents.supported_triggers]


def dependencies_view(contents: Contents) -> list[View]:
    return [{"name": d.name, "version": d.version} for d in contents.dependencies]


def secrets_view(contents: Contents) -> list[View]:
    return [
        {"name": name, "updated_at": secret.updated_at}
        for name, secret in contents.secrets.items()
    ]


def trigger_view(trigger: Trigger) -> View:
    return {
        "id": trigger.id,
        "version": trigger.version,
        "status": trigger.status,
        "runtimes": trigger.runtimes,
        "default_runtime": trigger.default_runtime,
        "binding_policy": trigger.binding_policy,
        "compatible_triggers": [ref._asdict() for ref in trigger.compatible],
    }


def binding_view(binding: Binding) -> View:
    action = binding.action
    return {
        "id": binding.id,
        "trigger_id": binding.trigger_id,
        "action": entry_view(action, versions_view(action)),
        "created_at": binding.created_at,
        "updated_at": binding.created_at,
        "display_name": binding.display_name,
    }


def user_view(user: User) -> View:
    """Metadata that was never set, and logins that never were, do not show."""
    later = {
        "app_metadata": user.app_metadata,
        "user_metadata": user.user_metadata,
        "last_login": user.last_login,
        "logins_count": user.logins_count,
    }
    return {
        "created_at": user.created_at,
        **user.profile,
        "identities": user.identities,
        "updated_at": user.updated_at,
        "user_id": user.user_id,
        **{name: value for name, value in later.items() if value},
    }


def stream_view(stream: EventStream) -> View:
    return {
        "id": stream.id,
        "status": stream.status,
        "name": stream.name,
        "subscriptions": stream.subscriptions,
        "created_at": stream.created_at,
        "updated_at": stream.updated_at,
        "destination": stream.destination,
    }
