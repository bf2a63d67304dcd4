"""The examples as files: what each folder holds, and that `complete` is complete."""

import json
import runpy
from pathlib import Path

import pulumi
import pytest
import yaml

from consumer_on_login import ConsumerOnLoginArgs, component
from consumer_on_login.settings import arguments

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = sorted(path.name for path in EXAMPLES.iterdir())


def read(name, file):
    return yaml.safe_load((EXAMPLES / name / file).read_text())


@pytest.mark.parametrize("name", NAMES)
def test_example_has_a_readme_and_installs_the_package(name):
    assert (EXAMPLES / name / "README.md").read_text().startswith("# ")
    required = (EXAMPLES / name / "requirements.txt").read_text().splitlines()
    assert "-e ../.." in required


@pytest.mark.parametrize("name", NAMES)
def test_example_values_are_those_that_are_declared_and_required(name):
    project = read(name, "Pulumi.yaml")
    declared = project["config"]
    given = {
        key.removeprefix(f"{project['name']}:"): value
        for key, value in read(name, "Pulumi.dev.yaml")["config"].items()
        if not key.startswith("auth0:")
    }
    without_a_type = {key for key, value in given.items() if isinstance(value, dict)}
    required = {key for key, it in declared.items() if not it.get("secret")}
    assert given.keys() - without_a_type == required
    assert all(entry["description"] for entry in declared.values())


class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return f"{args.name}-id", {"bucket_id": "bckt_1", "tags": {}, **args.inputs}

    def call(self, args):
        raise AssertionError(args.token)


def test_complete_uses_every_argument(monkeypatch):
    given = {}

    def spy(args):
        given.update(args)
        return with_defaults(args)

    with_defaults = arguments.with_defaults
    monkeypatch.setattr(component, "with_defaults", spy)
    project = read("complete", "Pulumi.yaml")["name"]
    settings = {
        **read("complete", "Pulumi.dev.yaml")["config"],
        f"{project}:adoptActionId": "00000000-0000-0000-0000-000000000000",
        f"{project}:auth0ClientSecret": "secret",
        f"{project}:zuploApiKey": "zpka_test",
    }
    texts = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in settings.items()
    }
    pulumi.runtime.set_mocks(Mocks(), project=project)
    pulumi.runtime.set_all_config(texts, [f"{project}:zuploApiKey"])
    program = str(EXAMPLES / "complete" / "__main__.py")

    pulumi.runtime.test(lambda: runpy.run_path(program) and None)()

    pulumi.runtime.set_all_config({})
    assert given.keys() == ConsumerOnLoginArgs.__annotations__.keys()
