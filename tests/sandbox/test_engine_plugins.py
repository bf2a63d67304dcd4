"""Where a plugin is looked for."""

from importlib.metadata import version

import pytest

from sandbox.engine.binaries import Engine
from sandbox.engine.plugins import find_plugin


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """An engine of its own, with nothing else on PATH and an empty home."""
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("sys.executable", str(tmp_path / "venv" / "python"))
    return Engine(tmp_path / "engine")


def put(folder, program="pulumi-resource-command"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / program).touch(mode=0o755)
    return folder / program


def test_plugin_that_is_nowhere_is_not_found(engine, tmp_path):
    put(tmp_path / "home" / "plugins" / "resource-command-v0.0.1")
    assert find_plugin(engine, "command") is None


def test_plugin_on_path_is_found(engine, tmp_path):
    assert find_plugin(engine, "command") is None
    assert put(tmp_path / "path") == find_plugin(engine, "command")


def test_plugin_beside_the_cli_is_found_through_its_link(engine, tmp_path):
    cli = put(tmp_path / "opt", "pulumi")
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "pulumi").symlink_to(cli)
    assert find_plugin(engine, "command") is None
    assert put(tmp_path / "opt") == find_plugin(engine, "command")


def test_plugin_in_the_cache_is_found_in_the_version_of_the_sdk(engine, tmp_path):
    folder = f"resource-command-v{version('pulumi-command')}"
    cached = put(tmp_path / "home" / "plugins" / folder)
    assert find_plugin(engine, "command") == cached
