"""The examples as files: what each folder holds."""

import pytest
import yaml

from tests.toolkit.repository import EXAMPLES

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
