"""The Action's files: their place, what they state, and the code that is deployed.

The deployed code is action/create-consumer/code.js with another settings block between
its two marker lines. The block is plain text, so that a pull request's preview shows
what changes. The key is not in the code, but in a secret. The first line of the code
names the component that manages the Action: docs/adr/0006 says why.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_BLOCK_BEGIN = "// --- settings: written by Pulumi from the stack's configuration ---\n"
_BLOCK_END = "// --- end of settings ---\n"
_OWNER = re.compile(r'^// managed by: (".*")\s*$', re.MULTILINE)


@dataclass(frozen=True)
class Manifest:
    """What the Action's manifest.json states. No other file states it."""

    trigger_id: str
    trigger_version: str
    runtime: str
    """Auth0's name of the Node version, such as node22."""
    dependencies: dict[str, str]
    """npm packages with their exact versions."""
    secret: str
    """Name of the secret that holds the key of Zuplo's Developer API."""


@dataclass(frozen=True)
class ActionSettings:
    """The stack's settings in the deployed code. Every field is public."""

    zuplo_api_url: str
    zuplo_account: str
    zuplo_bucket: str
    portal_client_ids: list[str] | None
    """None stands for every application of the tenant."""
    metadata_key: str
    consumer_metadata: dict[str, str]
    login_timeout_ms: int


def action_folder() -> Path:
    """Find action/ in the installed package, or beside components/ in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "action"
    actions = installed if installed.is_dir() else package.parents[1] / "action"
    return actions / "create-consumer"


@cache
def manifest() -> Manifest:
    """Read action/create-consumer/manifest.json."""
    stated = json.loads((action_folder() / "manifest.json").read_text("utf-8"))
    return Manifest(
        trigger_id=stated["trigger"]["id"],
        trigger_version=stated["trigger"]["version"],
        runtime=stated["runtime"],
        dependencies=stated["dependencies"],
        secret=stated["secret"],
    )


def render(settings: ActionSettings) -> str:
    """Give the Action's code with these settings in place."""
    code = (action_folder() / "code.js").read_text("utf-8")
    head, rest = code.split(_BLOCK_BEGIN)
    _, tail = rest.split(_BLOCK_END)
    block = "".join(
        f"  {name}: {_js_literal(value)},\n" for name, value in _js_names(settings)
    )
    return f"{head}{_BLOCK_BEGIN}const settings = {{\n{block}}};\n{_BLOCK_END}{tail}"


def with_owner(code: str, owner: str) -> str:
    """Begin the code with a comment that names its owner.

    Args:
        owner: URN of the component that manages the Action.
    """
    return f"// managed by: {_js_literal(owner)}\n{code}"


def owner_of(code: str) -> str | None:
    """Read the URN of the component that manages an Action; None without this line."""
    if not (found := _OWNER.search(code)):
        return None
    try:
        return str(json.loads(found[1]))
    except ValueError:
        return None


def _js_names(settings: ActionSettings) -> list[tuple[str, Any]]:
    return [
        ("zuploApiUrl", settings.zuplo_api_url),
        ("zuploAccount", settings.zuplo_account),
        ("zuploBucket", settings.zuplo_bucket),
        ("portalClientIds", settings.portal_client_ids),
        ("metadataKey", settings.metadata_key),
        ("consumerMetadata", dict(sorted(settings.consumer_metadata.items()))),
        ("loginTimeoutMs", settings.login_timeout_ms),
    ]


def _js_literal(value: Any) -> str:
    r"""Write a JSON value as JavaScript that people and parsers read the same way.

    JSON is JavaScript since ES2019. Invisible characters (line separators, direction
    marks, lone surrogates) become \uNNNN, and `</` cannot end a script element.
    """
    text = json.dumps(value, ensure_ascii=False)
    visible = "".join(c if c.isprintable() else _escaped(c) for c in text)
    return visible.replace("</", r"<\/")


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]
