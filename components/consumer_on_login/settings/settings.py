"""What a stack may set: one record for each setting, and all settings as one object.

The arguments, the reading of the stack and the documents are derived from the records,
or a test compares them. Pulumi is imported for its types alone, so that the Action's
tests can render the code without it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal

from . import rules

if TYPE_CHECKING:
    from pulumi import Input

    from .arguments import Auth0Credentials


@dataclass(frozen=True)
class Setting:
    """A setting as the user of the stack's configuration knows it."""

    rule: rules.Rule
    set_with: str
    """What follows `pulumi config set` in the remedy."""
    kind: Literal["string", "integer", "boolean", "array", "object"] = "string"
    """Its type, as Pulumi.yaml names it."""
    is_secret: bool = False
    is_plain: bool = False
    """Whether the program must know it before anything runs: it takes no Output."""
    in_action: Callable[[Any], Any] = lambda value: value
    """What the Action's code has of it, if the block of code.js names it."""
    # The field of `Settings` says the rest.
    name: str = ""
    """Argument of the component."""
    is_required: bool = False
    default: Any = None

    @property
    def key(self) -> str:
        """The configuration key: the name in camel case."""
        return re.sub("_(.)", lambda it: it[1].upper(), self.name)

    def wrong(self, value: Any) -> str | None:
        """Tell what is wrong with a plain value, or None."""
        if not self.is_secret and "zpka_" in json.dumps(value, default=repr):
            return "holds a key of Zuplo, which belongs in zuploApiKey alone"
        return self.rule(value)

    def fault(self, wrong: str) -> str:
        """Tell what is wrong and the commands that fix it.

        A part of a list or of an object is set beside the parts that are wrong.
        """
        commands = [f"pulumi config set {self.set_with}"]
        if "--path" in self.set_with:
            commands.insert(0, f"pulumi config rm {self.key}")
        return f"{self.key} {wrong}. Set it with: {' && '.join(commands)}"


def _is(*facts: Any, **more: Any) -> dict[str, Setting]:
    return {"setting": Setting(*facts, **more)}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of a component, in the order in which faults are reported.

    One that is required and missing is None until `require_valid` refuses it.
    """

    zuplo_account: Input[str] = field(
        metadata=_is(rules.account, "zuploAccount <account>")
    )
    zuplo_bucket: Input[str] = field(metadata=_is(rules.bucket, "zuploBucket <bucket>"))
    zuplo_api_key: Input[str] = field(
        repr=False,
        metadata=_is(rules.api_key, "--secret zuploApiKey", is_secret=True),
    )
    zuplo_api_url: Input[str] = field(
        default="https://dev.zuplo.com",
        metadata=_is(rules.api_url, "zuploApiUrl https://dev.zuplo.com"),
    )
    zuplo_environment: Input[str] | None = field(
        default=None,
        metadata=_is(rules.environment, "zuploEnvironment <environment>"),
    )
    action_name: Input[str] = field(
        default="Create Zuplo consumer on login",
        metadata=_is(rules.action_name, "actionName '<name>'"),
    )
    portal_client_ids: Input[list[Input[str]]] = field(
        default_factory=list,
        metadata=_is(
            rules.portal_client_ids,
            "--path 'portalClientIds[0]' <client id>",
            kind="array",
            in_action=lambda ids: (
                None if ids in ([], [rules.EVERY_APPLICATION]) else ids
            ),
        ),
    )
    # As in Zuplo's guide, so that users of a hand-made Action keep their consumers.
    metadata_key: Input[str] = field(
        default="api_consumer",
        metadata=_is(rules.metadata_key, "metadataKey <key>"),
    )
    consumer_metadata: Input[dict[str, Input[str]]] = field(
        default_factory=dict,
        metadata=_is(
            rules.consumer_metadata,
            "--path --type string consumerMetadata.<name> <text>",
            kind="object",
            in_action=lambda texts: dict(sorted(texts.items())),
        ),
    )
    login_timeout_ms: Input[int] = field(
        default=3000,
        metadata=_is(
            rules.login_timeout_ms, "loginTimeoutMs 3000", kind="integer", in_action=int
        ),
    )
    adopt_action_id: str | None = field(
        default=None,
        metadata=_is(rules.adopt_action_id, "adoptActionId <action id>", is_plain=True),
    )
    login_probe: bool = field(
        default=False,
        metadata=_is(
            rules.login_probe, "loginProbe true", kind="boolean", is_plain=True
        ),
    )
    auth0_credentials: Auth0Credentials | None = field(default=None, repr=False)
    """An argument alone: the stack's credentials are the provider's own settings."""


def _record(it: Field[Any]) -> Setting:
    default = it.default if it.default_factory is MISSING else it.default_factory()
    setting: Setting = replace(it.metadata["setting"], name=it.name)
    if default is MISSING:
        return replace(setting, is_required=True)
    return replace(setting, default=default)


SETTINGS = {it.name: _record(it) for it in fields(Settings) if it.metadata}
"""The records by argument."""
