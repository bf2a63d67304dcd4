"""What makes the probe run again, and which Python runs it."""

import sys
from pathlib import Path

import pulumi
import pytest

from consumer_on_login.action_code.rendering import Manifest, manifest
from consumer_on_login.login_probe import command as probe_command

CODE = "hash of the code"


@pytest.mark.parametrize(
    "change", [{"runtime": "node24"}, {"dependencies": {"undici": "0"}}], ids=str
)
def test_deployed_changes_with_the_manifest(monkeypatch, change):
    before = probe_command.deployed(CODE)
    other = Manifest(**{**vars(manifest()), **change})
    monkeypatch.setattr(probe_command, "manifest", lambda: other)
    assert probe_command.deployed(CODE) != before


def test_probe_interpreter_of_the_project_is_named_from_there(monkeypatch, tmp_path):
    python = tmp_path / ".venv" / "bin" / "python"
    monkeypatch.setattr(sys, "executable", str(python))
    assert probe_command.python() == str(python)
    monkeypatch.setattr(pulumi, "get_root_directory", lambda: str(tmp_path))
    assert probe_command.python() == str(python), "plugins run elsewhere"
    monkeypatch.chdir(tmp_path)
    assert probe_command.python() == str(Path(".venv", "bin", "python"))
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    assert probe_command.python() == "/usr/bin/python3"
