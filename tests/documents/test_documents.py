"""What is written in several places says the same everywhere."""

import re
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt

from consumer_on_login.component import ConsumerOnLogin
from consumer_on_login.settings import arguments, rules

REPOSITORY = Path(__file__).parents[2]
PAGES = [
    *REPOSITORY.glob("*.md"),
    *REPOSITORY.glob("docs/**/*.md"),
    *REPOSITORY.glob("examples/*/*.md"),
]
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


def pinned(name):
    """Versions by package in a file that uv has compiled."""
    text = (REPOSITORY / name).read_text()
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ \\\n]+)", text, re.M))


def test_constraints_hold_the_versions_that_are_tested():
    constraints, lock = pinned("constraints.txt"), pinned("requirements.lock")
    differing = {
        package: (version, lock.get(package))
        for package, version in constraints.items()
        if lock.get(package) != version
    }
    assert constraints
    assert differing == {}, "bring both to the same versions with: make lock"


def test_links_between_documents_lead_to_a_file_and_heading():
    broken = []
    for page in PAGES:
        for target in linked(page):
            file, _, heading = target.partition("#")
            path = page.parent / file if file else page
            if not path.exists() or (heading and heading not in headings(path)):
                broken.append(f"{page.name}: {target}")
    assert broken == []


def linked(page):
    """Give what a page links to or shows, apart from other sites."""
    for token in MarkdownIt().parse(page.read_text()):
        for child in token.children or []:
            target = child.attrs.get("href") or child.attrs.get("src")
            if target and not re.match(r"[a-z]+:", str(target)):
                yield str(target)


def headings(page):
    """Give a page's anchors as GitHub makes them."""
    texts = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
    return [re.sub(r"[^\w\- ]", "", it).lower().replace(" ", "-") for it in texts]
