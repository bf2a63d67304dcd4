"""docs/reference.md says what Pulumi.yaml and the component say."""

import yaml

from consumer_on_login.settings import rules
from consumer_on_login.settings.arguments import with_defaults
from docs import reference

RENEW = "docs/reference.md is stale; renew it with: .venv/bin/python docs/reference.py"


def rows(heading):
    """The rows below a heading, without the head, as lists of cells by first cell."""
    section = reference.page().split(f"# {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    cells = [line.strip("| ").split(" | ") for line in lines]
    return {first.strip("`"): rest for first, *rest in cells}


def test_page_is_as_the_generator_writes_it():
    assert reference.PAGE.read_text("utf-8") == reference.page(), RENEW


def test_page_has_what_pulumi_yaml_says_of_each_key():
    project = yaml.safe_load(reference.PROJECT.read_text("utf-8"))
    shown = rows("Configuration of the stack")
    assert list(shown) == [setting.key for setting in rules.SETTINGS.values()]
    assert {key: shown[key][2] for key in project["config"]} == {
        key: entry["description"] for key, entry in project["config"].items()
    }


def test_types_of_keys_and_arguments_agree():
    arguments = rows("Arguments of ConsumerOnLogin")
    keys = rows("Configuration of the stack")
    for name, setting in rules.SETTINGS.items():
        key, argument = keys[setting.key][0], arguments[name][0]
        assert key.removeprefix("secret ") == argument.removeprefix("plain "), name


def test_docstrings_of_arguments_state_the_real_defaults():
    stated = {
        name: cells[1] for name, cells in rows("Arguments of ConsumerOnLogin").items()
    }
    for name, default in with_defaults({}).items():  # type: ignore[typeddict-item]
        if isinstance(default, str | int):
            assert stated[name].lower() == str(default).lower(), name
