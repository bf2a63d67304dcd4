"""`make diff`: a checkout against another commit, each with its own package."""

import os
import shutil
import subprocess
from unittest.mock import patch

import pytest

from sandbox.commands.diff import REPOSITORY, compare


def commit(repository):
    """Commit everything in a folder."""
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@example.com"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "Base"]):
        subprocess.run([*git, *arguments], cwd=repository, check=True)


@pytest.fixture
def repository(tmp_path):
    """A repository with this checkout, but for one line of the Action."""
    folder = tmp_path / "repository"
    skipped = shutil.ignore_patterns("node_modules", "__pycache__")
    for name in ("action", "components"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=skipped)
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(REPOSITORY / name, folder)
    code = folder / "action" / "create-consumer" / "code.js"
    text = code.read_text()
    code.write_text(text.replace("const OUTAGE_PAUSE_MS = 30_000;", "const OLD = 1;"))
    assert code.read_text() != text
    commit(folder)
    return folder


@pytest.fixture(autouse=True)
def own_environment():
    """What the command takes out of the environment, the other tests find again."""
    with patch.dict(os.environ):
        yield


@pytest.fixture
def folder(tmp_path, engine):
    folder = tmp_path / "comparison"
    folder.mkdir()
    return folder


def test_difference_to_another_commit_is_shown(repository, folder, capsys):
    assert compare("HEAD", folder, repository) == 0

    shown = capsys.readouterr().out
    assert "- const OLD = 1;" in shown
    assert "+ const OUTAGE_PAUSE_MS = 30_000;" in shown
    # The Action, and the delivery that proves it.
    assert "2 to update" in shown


def test_unknown_commit_is_refused_with_the_remedy(repository, folder, capsys):
    assert compare("nonsense", folder, repository) == 1
    assert "make diff BASE=<commit>" in capsys.readouterr().out


def test_commit_that_cannot_be_deployed_is_reported(repository, folder, capsys):
    (repository / "__main__.py").write_text("raise RuntimeError('of the base')\n")
    commit(repository)

    assert compare("HEAD", folder, repository) == 1

    assert "of the base" in capsys.readouterr().out
