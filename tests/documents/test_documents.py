"""What is written in several places says the same everywhere."""

import re

import pytest
from markdown_it import MarkdownIt

from consumer_on_login.component import ConsumerOnLogin
from tests.toolkit.repository import PAGES, REPOSITORY


@pytest.fixture(scope="module")
def readme():
    return (REPOSITORY / "README.md").read_text()


def test_readme_lists_every_output_of_the_program(readme):
    program = (REPOSITORY / "__main__.py").read_text()
    exported = re.findall(r'pulumi\.export\("(\w+)"', program)
    section = readme.split("## Outputs\n")[1].split("\n## ")[0]
    assert re.findall(r"`(\w+)`", section) == exported
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
