"""Writes docs/reference.md: `python docs/reference.py`.

The stack's settings come from their records and from Pulumi.yaml, arguments and outputs
from the docstrings of the component, read by the analyzer with which Pulumi describes a
component to programs in other languages.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from pulumi.provider.experimental.analyzer import Analyzer, PropertyDefinition

from consumer_on_login import ConsumerOnLogin
from consumer_on_login.settings.settings import SETTINGS, Setting

PAGE = Path(__file__).with_suffix(".md")
PROJECT = Path(__file__).parents[1] / "Pulumi.yaml"

_PACKAGE = "zuplo-auth0"
_HEAD = """\
# Reference

Written by `.venv/bin/python docs/reference.py` from `Pulumi.yaml` and the docstrings
of the component.
"""


def page() -> str:
    """Give the text of docs/reference.md."""
    analyzed = Analyzer(_PACKAGE).analyze([ConsumerOnLogin])
    component = analyzed["component_definitions"][ConsumerOnLogin.__name__]
    arguments = _by_python_name(component.inputs, component.inputs_mapping)
    outputs = _by_python_name(component.outputs, component.outputs_mapping)
    parts = [
        _HEAD,
        _stack_section(yaml.safe_load(PROJECT.read_text("utf-8")), arguments),
        "## Outputs of the stack and the component\n",
        _table(
            ("Output", "Type", "Meaning"),
            ((f"`{name}`", _type(it), _text(it)) for name, it in outputs.items()),
        ),
        f"## Arguments of {component.name}\n",
        "A plain one takes no Output.\n",
        _arguments_table("Argument", arguments),
    ]
    for name, it in analyzed["type_definitions"].items():
        fields = _by_python_name(it.properties, it.properties_mapping)
        parts += [
            f"### {name}\n",
            f"{it.description}\n",
            _arguments_table("Key", fields),
        ]
    return "\n".join(parts)


def _stack_section(
    project: dict[str, Any], arguments: dict[str, PropertyDefinition]
) -> str:
    rows = []
    for setting in SETTINGS.values():
        it = arguments[setting.name]
        kind = _type(it).removeprefix("plain ")
        stated = f"secret {kind}" if setting.is_secret else kind
        # Pulumi.yaml has no type for objects: one is described by its argument alone.
        declared = project["config"].get(setting.key)
        meaning = declared["description"] if declared else _split(it)[0]
        rows.append((f"`{setting.key}`", stated, _default(setting), meaning))
    commands = [f"pulumi config set {it.set_with}" for it in SETTINGS.values()]
    return "\n".join(
        [
            "## Configuration of the stack\n",
            f"All keys are in the namespace of the project, `{project['name']}`.\n",
            _table(("Key", "Type", "Default", "Meaning"), rows),
            "Each is set with:\n",
            "\n".join(["```sh account", *commands, "```"]),
            "",
        ]
    )


def _default(setting: Setting) -> str:
    if setting.is_required:
        return "required"
    if setting.default in (None, [], {}):
        return "nothing" if setting.kind == "object" else "empty"
    default = str(setting.default)
    return f"`{default.lower() if setting.kind == 'boolean' else default}`"


def _arguments_table(heading: str, arguments: dict[str, PropertyDefinition]) -> str:
    rows = []
    for name, it in arguments.items():
        meaning, default = _split(it)
        stated = default if it.optional else "required"
        rows.append((f"`{name}`", _type(it), stated, meaning))
    return _table((heading, "Type", "Default", "Meaning"), rows)


def _split(it: PropertyDefinition) -> tuple[str, str]:
    """Part a docstring into its meaning and the default that it ends with."""
    meaning, _, default = _text(it).partition(" Default: ")
    return meaning, default.removesuffix(".") or "none"


def _text(it: PropertyDefinition) -> str:
    return " ".join((it.description or "").split())


def _type(it: PropertyDefinition) -> str:
    if it.ref:
        return it.ref.rpartition(":")[2]
    if it.items:
        return f"list of {_type(it.items)}s"
    if it.additional_properties:
        return f"object of {_type(it.additional_properties)}s"
    name = it.type.value if it.type else "any"
    return f"plain {name}" if it.plain else name


def _by_python_name(
    properties: dict[str, PropertyDefinition], names: dict[str, str]
) -> dict[str, PropertyDefinition]:
    return {names[name]: it for name, it in properties.items()}


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
