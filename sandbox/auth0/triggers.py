"""The triggers of the STAND-IN: which versions there are, and on which runtimes.

All as in the recording of GET /actions/triggers from 2026. A deprecated version
also accepts its default runtime, although that is not in its list: a recording
from 2023 creates post-login v2 Actions on node16, and the list of 2026 still
names node16 as their default. Whatever the name, this machine's Node runs it.
"""

from dataclasses import dataclass, field
from typing import Literal

from sandbox.auth0.actions import TriggerRef
from sandbox.auth0.errors import bad_request, invalid_body
from sandbox.auth0.schemas import TriggerIn

NODE_18_AND_22 = ["node18-actions", "node22"]


@dataclass(frozen=True)
class Trigger:
    id: str
    version: str
    status: Literal["CURRENT", "DEPRECATED"] = "CURRENT"
    runtimes: list[str] = field(default_factory=lambda: NODE_18_AND_22)
    default_runtime: str = "node22"
    binding_policy: Literal["trigger-bound", "entity-bound"] = "trigger-bound"
    compatible: list[TriggerRef] = field(default_factory=list)
    """Older triggers whose Actions may be moved to this one."""

    @property
    def is_current(self) -> bool:
        return self.status == "CURRENT"

    @property
    def ref(self) -> TriggerRef:
        return TriggerRef(self.id, self.version)


def first_version(id_: str) -> Trigger:
    return Trigger(id_, "v1", "DEPRECATED", ["node22"], "node12")


def entity_bound(id_: str, *older_runtimes: str) -> Trigger:
    runtimes = [*older_runtimes, "node22"]
    return Trigger(id_, "v1", runtimes=runtimes, binding_policy="entity-bound")


TRIGGERS = [
    Trigger("post-login", "v3", compatible=[TriggerRef("post-login", "v2")]),
    first_version("post-login"),
    Trigger("post-login", "v2", "DEPRECATED", ["node18", "node22"], "node16"),
    Trigger("credentials-exchange", "v2"),
    first_version("credentials-exchange"),
    Trigger("pre-user-registration", "v2"),
    first_version("pre-user-registration"),
    first_version("post-user-registration"),
    Trigger("post-user-registration", "v2"),
    first_version("post-change-password"),
    Trigger("post-change-password", "v2"),
    Trigger("send-phone-message", "v2"),
    first_version("send-phone-message"),
    Trigger("password-reset-post-challenge", "v1"),
    Trigger("custom-phone-provider", "v1"),
    Trigger("custom-email-provider", "v1"),
    entity_bound("custom-token-exchange", "node18"),
    entity_bound("event-stream"),
    entity_bound("password-hash-migration"),
    entity_bound("mcp-tool"),
]


def trigger_of(named: TriggerIn | TriggerRef) -> Trigger:
    """Find the trigger; without a version, the current one (inferred).

    Refusal: inferred.
    """
    for trigger in (t for t in TRIGGERS if t.id == named.id):
        if named.version == trigger.version:
            return trigger
        if named.version is None and trigger.is_current:
            return trigger
    wanted = f"{named.id} {named.version or ''}".strip()
    fault = f"'No trigger {wanted}' on property supported_triggers"
    raise invalid_body(fault)


def check_upgrade(old: TriggerRef, new: Trigger) -> None:
    """Refuse to move an Action to a trigger of another kind.

    Issue thread (not recorded).
    """
    if new.ref != old and old not in new.compatible:
        message = "can't upgrade to this trigger."
        raise bad_request(message)


def runtime_for(trigger: Trigger, wanted: str) -> str:
    """Choose the runtime: the wanted one if the trigger has it, or the default.

    Issue thread (not recorded).
    """
    runtime = wanted or trigger.default_runtime
    if runtime not in {*trigger.runtimes, trigger.default_runtime}:
        message = "runtime is not supported"
        raise bad_request(message)
    return runtime
