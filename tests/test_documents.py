"""What is written in several places says the same everywhere."""

import re
from pathlib import Path

import pytest
import yaml

from consumer_on_login import arguments, rules
from consumer_on_login.component import ConsumerOnLogin

REPOSITORY = Path(__file__).parents[1]
KEYS = [setting.key for setting in rules.SETTINGS.values()]


@pytest.fixture(scope="module")
def declared():
    """The configuration entries of Pulumi.yaml."""
    return yaml.safe_load((REPOSITORY / "Pulumi.yaml").read_text())["config"]


@pytest.fixture(scope="module")
def readme():
    return (REPOSITORY / "README.md").read_text()


def table(text, heading):
    """The first column of the table below a heading."""
    section = text.split(f"## {heading}\n")[1].split("\n## ")[0]
    return re.findall(
        r"`(\w+)`", "\n".join(re.findall(r"^\| (`[^|]+) \|", section, re.M))
    )


def test_pulumi_yaml_declares_every_setting_that_has_a_type(declared):
    assert sorted(declared) == sorted(set(KEYS) - {"consumerMetadata"})
    assert all(entry["description"] for entry in declared.values())


def test_pulumi_yaml_has_the_defaults_of_the_component(declared):
    defaults = {
        key: entry["default"] for key, entry in declared.items() if "default" in entry
    }
    assert defaults == {
        "zuploAccount": "",
        "zuploBucket": "",
        "zuploApiUrl": arguments.DEFAULT_API_URL,
        "zuploEnvironment": "",
        "actionName": arguments.DEFAULT_ACTION_NAME,
        "portalClientIds": [],
        "metadataKey": arguments.DEFAULT_METADATA_KEY,
        "loginTimeoutMs": arguments.DEFAULT_LOGIN_TIMEOUT_MS,
        "adoptActionId": "",
        "loginProbe": False,
    }


def test_pulumi_yaml_refuses_a_key_in_plaintext(declared):
    assert [key for key, entry in declared.items() if entry.get("secret")] == [
        "zuploApiKey"
    ]


def test_readme_lists_every_setting(readme):
    assert table(readme, "Configuration") == KEYS


def test_readme_lists_every_output_of_the_program(readme):
    program = (REPOSITORY / "__main__.py").read_text()
    exported = re.findall(r'pulumi\.export\("(\w+)"', program)
    assert table(readme, "Outputs") == exported
    assert set(exported) == ConsumerOnLogin.__annotations__.keys()
