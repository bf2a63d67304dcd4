"""What the tenant runs, compared with what the stack desires: pure functions.

The state holds a drift as data. `sentence` is for people; nothing reads it back.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from ..auth0.shapes import (
    Content,
    TenantAction,
    TenantBinding,
    Version,
    secrets_of_others,
)


@dataclass(frozen=True)
class Desired:
    """What the deployed Action must hold."""

    code_sha256: str
    runtime: str
    dependencies: Mapping[str, str]
    secret: str
    """Name of its one secret."""


class Drift(TypedDict):
    """One thing that changed in the tenant since the last delivery."""

    kind: Literal["differs", "added", "removed", "changed", "not_deployed", "bindings"]
    """`differs` is of a part of the version; `added`, `removed` and `changed` are of a
    secret; `bindings` is a number of bindings that is not one."""
    place: Literal["draft", "deployed", "login flow"]
    name: str
    """Of the part or of the secret; empty otherwise."""
    number: int
    """Of the version, or of the bindings; 0 otherwise."""


def sentence(drift: Drift) -> str:
    """Say a drift in words."""
    kind, place, name = drift["kind"], drift["place"], drift["name"]
    # The engine keeps numbers as floats.
    number = int(drift["number"])
    if kind == "not_deployed":
        return "no version is deployed"
    if kind == "bindings":
        return f"the Action is bound {number} times to the login flow"
    if kind == "differs":
        return f"the {name} of the deployed version {number} differs"
    return f"secret {name} was {kind} ({place})"


def sha256(code: str) -> str:
    """Hash code as the inputs of the delivery hold it."""
    return hashlib.sha256(code.encode(errors="surrogatepass")).hexdigest()


def differences(content: Content, desired: Desired) -> list[str]:
    """Name the parts of a draft or a version that differ from the desired ones."""
    found = []
    if sha256(content.code) != desired.code_sha256:
        found.append("code")
    if dict(content.dependencies) != dict(desired.dependencies):
        found.append("dependencies")
    if _node(content.runtime) != _node(desired.runtime):
        found.append("runtime")
    return found


def drift_of(
    action: TenantAction,
    flow: list[TenantBinding],
    desired: Desired,
    secrets_at: Mapping[str, str],
) -> list[Drift]:
    """Find what changed since the last delivery.

    Args:
        flow: the bindings of the trigger.
        secrets_at: times of the secrets' last change in draft and deployed version,
            as secret_times gave them at the last delivery.
    """
    if action.deployed is None:
        return [Drift(kind="not_deployed", place="deployed", name="", number=0)]
    found = content_drift(action.draft, action.deployed, desired, secrets_at)
    return [*found, *binding_drift(action.id, flow)]


def content_drift(
    draft: Content, version: Version, desired: Desired, secrets_at: Mapping[str, str]
) -> list[Drift]:
    """Find what changed of code and secrets since the last delivery."""
    found = [
        Drift(kind="differs", place="deployed", name=name, number=version.number)
        for name in differences(version.content, desired)
    ]
    contents: tuple[tuple[Literal["draft", "deployed"], Content], ...] = (
        ("draft", draft),
        ("deployed", version.content),
    )
    for place, content in contents:
        known = secrets_at.get(place)
        found += _drift_of_secrets(content, desired.secret, place, known)
    return found


def binding_drift(action_id: str, flow: list[TenantBinding]) -> list[Drift]:
    """Find that an Action is not bound just once."""
    count = len(own_bindings(flow, action_id))
    if count == 1:
        return []
    return [Drift(kind="bindings", place="login flow", name="", number=count)]


def is_added_secret(found: Sequence[Drift], name: str) -> bool:
    """Tell whether a secret of others is among the drift."""
    return any(it["kind"] == "added" and it["name"] == name for it in found)


def is_unbound(found: Sequence[Drift]) -> bool:
    """Tell whether an Action without a binding is among the drift."""
    return any(it["kind"] == "bindings" and it["number"] == 0 for it in found)


def own_bindings(flow: list[TenantBinding], action_id: str) -> list[TenantBinding]:
    """Keep the bindings of one Action."""
    return [binding for binding in flow if binding.action_id == action_id]


def secret_times(action: TenantAction, desired: Desired) -> dict[str, str]:
    """Give the times of our secret's last change, which Auth0 alone sets."""
    deployed = action.deployed.content.secrets if action.deployed else {}
    return {
        "draft": action.draft.secrets.get(desired.secret, ""),
        "deployed": deployed.get(desired.secret, ""),
    }


def surely_has_key(
    action: TenantAction, desired: Desired, olds: dict[str, Any], news: dict[str, Any]
) -> bool:
    """Tell whether the draft's secret surely is the desired key.

    It is if this deployment created the Action with it. It is, too, if an earlier one
    delivered it and nobody has set another since. Such a one would go live unnoticed:
    the provider deploys the draft, and sends no secret unless its own inputs change.
    """
    if news["is_new_action"]:
        return True
    if any(olds.get(name) != news[name] for name in ("action_id", "api_key")):
        return False
    if olds.get("drift"):
        return False
    time = action.draft.secrets.get(desired.secret)
    return time is not None and time == olds["secrets_at"].get("draft")


def _drift_of_secrets(
    content: Content, own: str, place: Literal["draft", "deployed"], known: str | None
) -> list[Drift]:
    found = [
        Drift(kind="added", place=place, name=name, number=0)
        for name in secrets_of_others(content, own)
    ]
    if own not in content.secrets:
        found.append(Drift(kind="removed", place=place, name=own, number=0))
    elif content.secrets[own] != known:
        found.append(Drift(kind="changed", place=place, name=own, number=0))
    return found


def _node(runtime: str) -> str:
    """Auth0 reports node18 as node18-actions."""
    return runtime.removesuffix("-actions")
