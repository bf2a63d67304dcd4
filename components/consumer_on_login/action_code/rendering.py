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

from ..settings.settings import SETTINGS, Setting, Settings

_BLOCK_BEGIN = "// --- settings: written by Pulumi from the stack's configuration ---\n"
_BLOCK_END = "// --- end of settings ---\n"
_NAME = re.compile(r"^  (\w+): ", re.MULTILINE)
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


def action_settings() -> list[Setting]:
    """Give the settings that the block of code.js names, in its order."""
    by_key = {setting.key: setting for setting in SETTINGS.values()}
    return [by_key[key] for key in _NAME.findall(_parts()[1])]


def render(settings: Settings) -> str:
    """Give the Action's code with these settings in place; none may be an Output."""
    head, _, tail = _parts()
    block = "".join(
        f"  {it.key}: {_js_literal(it.in_action(getattr(settings, it.name)))},\n"
        for it in action_settings()
    )
    return f"{head}{_BLOCK_BEGIN}const settings = {{\n{block}}};\n{_BLOCK_END}{tail}"


def _parts() -> tuple[str, str, str]:
    code = (action_folder() / "code.js").read_text("utf-8")
    head, rest = code.split(_BLOCK_BEGIN)
    block, tail = rest.split(_BLOCK_END)
    return head, block, tail


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
