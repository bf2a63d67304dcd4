"""Record, argument, Pulumi.yaml and README say the same of each setting."""

import re
from typing import get_args

import pulumi
import pytest
import yaml
from pulumi.provider.experimental.analyzer import Analyzer

from consumer_on_login import Auth0Credentials, ConsumerOnLogin, ConsumerOnLoginArgs
from consumer_on_login.settings.settings import SETTINGS, Settings
from tests.toolkit.repository import REPOSITORY

RECORDS = [pytest.param(it, id=it.name) for it in SETTINGS.values()]
DECLARED = [it for it in RECORDS if it.id != "consumer_metadata"]
"""Pulumi has no type for objects."""


@pytest.fixture(scope="module")
def argument():
    """Each argument of the component as Pulumi describes it."""
    analyzed = Analyzer("test").analyze([ConsumerOnLogin])
    component = analyzed["component_definitions"][ConsumerOnLogin.__name__]
    return {component.inputs_mapping[name]: it for name, it in component.inputs.items()}


@pytest.fixture(scope="module")
def declared():
    """The configuration entries of Pulumi.yaml."""
    return yaml.safe_load((REPOSITORY / "Pulumi.yaml").read_text())["config"]


@pytest.fixture(scope="module")
def shown():
    """The rows of the README's configuration: default and meaning by key."""
    text = (REPOSITORY / "README.md").read_text()
    section = text.split("## Configuration\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \|$", section, re.M)
    return {key: (default, meaning) for key, default, meaning in rows}


def test_all_have_the_same_settings_in_the_same_order(argument, declared, shown):
    named = [*SETTINGS, "auth0_credentials"]
    assert list(ConsumerOnLoginArgs.__annotations__) == named
    assert list(argument) == named
    assert list(Settings.__annotations__) == named
    assert list(shown) == [it.key for it in SETTINGS.values()]
    assert list(declared) == [it.key for it in SETTINGS.values() if it.kind != "object"]


def test_arguments_and_settings_have_the_same_types():
    names = {"Input": pulumi.Input, "Auth0Credentials": Auth0Credentials}
    for name, given in ConsumerOnLoginArgs.__annotations__.items():
        is_optional = name in ConsumerOnLoginArgs.__optional_keys__
        type_ = get_args(given)[0] if is_optional else given
        may_lack = getattr(Settings, name, "") is None
        inside = eval(Settings.__annotations__[name], names)
        assert inside == (type_ | None if may_lack else type_), name


@pytest.mark.parametrize("setting", RECORDS)
def test_argument_is_as_the_record_says(argument, setting):
    it = argument[setting.name]
    kind = "object" if it.additional_properties else "array" if it.items else ""
    assert (kind or it.type.value) == setting.kind
    assert bool(it.plain) == setting.is_plain
    assert it.optional != setting.is_required
    if setting.default:
        stated = " ".join(it.description.split()).partition(" Default: ")[2]
        assert stated == f"{setting.default}."


@pytest.mark.parametrize("setting", RECORDS)
def test_default_passes_its_own_rule(setting):
    assert setting.is_required or setting.wrong(setting.default) is None


@pytest.mark.parametrize("setting", DECLARED)
def test_pulumi_yaml_is_as_the_record_says(declared, setting):
    entry = declared[setting.key]
    assert entry["type"] == setting.kind
    assert entry.get("secret", False) == setting.is_secret
    assert entry["description"]
    # A secret has none, so that the engine refuses one in plaintext.
    default = "" if setting.default is None else setting.default
    assert entry.get("default") == (None if setting.is_secret else default)


@pytest.mark.parametrize("setting", RECORDS)
def test_readme_is_as_the_record_says(shown, setting):
    default, meaning = shown[setting.key]
    assert meaning
    if setting.is_required:
        assert default == ("required, secret" if setting.is_secret else "required")
    elif setting.default or setting.default is False:
        assert default == f"`{str(setting.default).replace('False', 'false')}`"
    else:
        assert "`" not in default
