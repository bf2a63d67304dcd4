"""Actions and bindings as Auth0 reports them, read from its answers: no HTTP.

Shapes: Auth0's OpenAPI document of the Management API.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class ShapeError(Exception):
    """An answer is not of the shape that Auth0 documents."""

    def __init__(self, what: str) -> None:
        super().__init__(f"it is not {what}")


@dataclass(frozen=True)
class Content:
    """What a draft or a version of an Action holds."""

    code: str
    runtime: str
    dependencies: Mapping[str, str]
    """npm packages with their versions."""
    secrets: Mapping[str, str]
    """Names with the time of their last change; Auth0 never gives values back."""

    @property
    def is_whole(self) -> bool:
        """Whether code and secrets are there, which a list might leave out."""
        return bool(self.code and self.secrets)


@dataclass(frozen=True)
class Version:
    """What the tenant runs."""

    content: Content
    number: int
    is_deployed: bool
    """False for some time after a deployment was asked for."""


@dataclass(frozen=True)
class TenantAction:
    """An Action of a tenant."""

    id: str
    name: str
    status: str
    """Of the draft's build: pending, building, packaged, built, retrying, failed."""
    draft: Content
    deployed: Version | None
    is_draft_deployed: bool


@dataclass(frozen=True)
class TenantBinding:
    """One place in a trigger's flow."""

    action_id: str
    action_name: str
    display_name: str | None
    """Its label in the dashboard, which Auth0 need not have."""


def secrets_of_others(content: Content, own: str) -> list[str]:
    """Name secrets that are not of this stack."""
    return sorted(content.secrets.keys() - {own})


_ACTION, _VERSION, _BINDING = "an Action", "a version of an Action", "a binding"


def read_action(body: Any) -> TenantAction:
    """Read an Action; raises ShapeError for another shape."""
    try:
        version = body.get("deployed_version")
        return TenantAction(
            id=_text(body["id"]),
            name=_text(body["name"]),
            status=_text(body["status"]),
            draft=_content(body),
            deployed=_version(version) if version else None,
            is_draft_deployed=bool(body.get("all_changes_deployed")),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ShapeError(_ACTION) from error


def read_version(body: Any) -> Version:
    """Read a version, such as a deployment answers; ShapeError for another shape."""
    try:
        return _version(body)
    except (AttributeError, KeyError, TypeError) as error:
        raise ShapeError(_VERSION) from error


def read_binding(body: Any) -> TenantBinding:
    """Read a binding; raises ShapeError for another shape."""
    try:
        return TenantBinding(
            action_id=_text(body["action"]["id"]),
            action_name=_text(body["action"]["name"]),
            display_name=_label(body),
        )
    except (KeyError, TypeError) as error:
        raise ShapeError(_BINDING) from error


def _label(body: Any) -> str | None:
    label = body.get("display_name")
    return None if label is None else _text(label)


def stated_reason(body: Any) -> str:
    """Give the reason for a refusal that Auth0 states, or nothing."""
    said = body.get("message") if isinstance(body, dict) else None
    return "" if said is None else str(said)


def _version(body: Any) -> Version:
    return Version(
        content=_content(body),
        number=_number(body["number"]),
        is_deployed=bool(body.get("deployed")),
    )


def _content(body: Any) -> Content:
    return Content(
        code=_text(body.get("code") or ""),
        runtime=_text(body.get("runtime") or ""),
        dependencies={
            _text(item["name"]): _text(item["version"])
            for item in body.get("dependencies") or []
        },
        secrets={
            _text(item["name"]): _text(item.get("updated_at") or "")
            for item in body.get("secrets") or []
        },
    )


def _number(value: Any) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
