"""What makes the probe run again, and which Python runs it."""

import hashlib
import sys
from pathlib import Path

import pulumi
import pytest

from consumer_on_login import probe_command
from consumer_on_login.action import Manifest, manifest
from consumer_on_login.probe_task import ProbeTask

TASK = ProbeTask("https://x", "acme", "bucket-1", "zpka_1", "id-1", "name", "portal")
CODE = "hash of the code"


def test_fingerprint_of_the_same_is_the_same():
    same = ProbeTask(**vars(TASK))
    assert probe_command.fingerprint(same, CODE) == probe_command.fingerprint(
        TASK, CODE
    )


@pytest.mark.parametrize("name", TASK.__dataclass_fields__)
def test_fingerprint_changes_with_every_part_of_the_task(name):
    other = ProbeTask(**{**vars(TASK), name: "other"})
    assert probe_command.fingerprint(other, CODE) != probe_command.fingerprint(
        TASK, CODE
    )


def test_fingerprint_changes_with_the_code():
    assert probe_command.fingerprint(TASK, "other") != probe_command.fingerprint(
        TASK, CODE
    )


@pytest.mark.parametrize(
    "change", [{"runtime": "node24"}, {"dependencies": {"undici": "0"}}], ids=str
)
def test_fingerprint_changes_with_the_manifest(monkeypatch, change):
    before = probe_command.fingerprint(TASK, CODE)
    other = Manifest(**{**vars(manifest()), **change})
    monkeypatch.setattr(probe_command, "manifest", lambda: other)
    assert probe_command.fingerprint(TASK, CODE) != before


def test_fingerprint_is_no_hash_of_the_key():
    plain = hashlib.sha256(TASK.zuplo_api_key.encode()).hexdigest()
    assert probe_command.fingerprint(TASK, CODE) != plain


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
