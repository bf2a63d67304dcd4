"""What the tenant runs, compared with what was meant: pure functions."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from .auth0_answers import Content, TenantAction, TenantBinding


@dataclass(frozen=True)
class Meant:
    """What the deployed Action must hold."""

    code_sha256: str
    runtime: str
    dependencies: Mapping[str, str]
    secret: str
    """Name of its one secret."""


def sha256(code: str) -> str:
    """Hash code as the inputs of the delivery hold it."""
    return hashlib.sha256(code.encode(errors="surrogatepass")).hexdigest()


def differences(content: Content, meant: Meant) -> list[str]:
    """Name what differs between a draft or a version and what was meant."""
    found = []
    if sha256(content.code) != meant.code_sha256:
        found.append("the code")
    if dict(content.dependencies) != dict(meant.dependencies):
        found.append("the dependencies")
    if _node(content.runtime) != _node(meant.runtime):
        found.append("the runtime")
    return found


def foreign_secrets(content: Content, own: str) -> list[str]:
    """Name secrets that are not of this stack."""
    return sorted(content.secrets.keys() - {own})


def drift(
    action: TenantAction,
    flow: list[TenantBinding],
    meant: Meant,
    secrets_at: Mapping[str, str],
) -> list[str]:
    """Say in words what somebody changed since the last delivery.

    Args:
        flow: the bindings of the trigger.
        secrets_at: times of the secrets' last change in draft and deployed version,
            as secret_times gave them at the last delivery.
    """
    if action.deployed is None:
        return ["no version is deployed"]
    found = [
        f"{what} of the deployed version {action.deployed.number} differs"
        for what in differences(action.deployed.content, meant)
    ]
    return [
        *found,
        *_drift_of_secrets(action, meant, secrets_at),
        *_binding(action.id, flow),
    ]


def has_secret_of(
    action: TenantAction, meant: Meant, secrets_at: Mapping[str, str]
) -> bool:
    """Tell whether the draft's secret is the one of the last delivery."""
    time = action.draft.secrets.get(meant.secret)
    return time is not None and time == secrets_at.get("draft")


def secret_times(action: TenantAction, meant: Meant) -> dict[str, str]:
    """Give the times of our secret's last change, which Auth0 alone sets."""
    deployed = action.deployed.content.secrets if action.deployed else {}
    return {
        "draft": action.draft.secrets.get(meant.secret, ""),
        "deployed": deployed.get(meant.secret, ""),
    }


def _drift_of_secrets(
    action: TenantAction, meant: Meant, secrets_at: Mapping[str, str]
) -> list[str]:
    found = []
    contents = {"draft": action.draft}
    if action.deployed:
        contents["deployed"] = action.deployed.content
    now = secret_times(action, meant)
    for place, content in contents.items():
        for name in foreign_secrets(content, meant.secret):
            found.append(f"secret {name} was added ({place})")
        if meant.secret not in content.secrets:
            found.append(f"secret {meant.secret} was removed ({place})")
        elif now[place] != secrets_at.get(place):
            found.append(f"secret {meant.secret} was changed ({place})")
    return found


def own_bindings(flow: list[TenantBinding], action_id: str) -> list[TenantBinding]:
    """Keep the bindings of one Action."""
    return [binding for binding in flow if binding.action_id == action_id]


def _binding(action_id: str, flow: list[TenantBinding]) -> list[str]:
    count = len(own_bindings(flow, action_id))
    if count == 1:
        return []
    return [f"the Action is bound {count} times to the login flow"]


def _node(runtime: str) -> str:
    """Auth0 reports node18 as node18-actions."""
    return runtime.removesuffix("-actions")
