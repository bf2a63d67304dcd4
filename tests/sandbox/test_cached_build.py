"""Builds are made once; tests/sandbox/test_engine_binaries.py has two processes."""

from pathlib import Path

import pytest

from sandbox.cached_build import build_once


def test_build_once_of_another_key_is_another_build(tmp_path):
    def build(folder):
        (folder / "file").touch()
        built.append(folder)

    built: list[Path] = []
    folders = [build_once(tmp_path / "cache", key, build) for key in "aab"]
    assert [folder.name for folder in folders] == ["a", "a", "b"]
    assert all((folder / "file").exists() for folder in folders)
    assert len(built) == 2


def test_build_once_that_failed_is_not_kept(tmp_path):
    def build(folder):
        (folder / "half").touch()
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        build_once(tmp_path, "key", build)
    assert [file.name for file in tmp_path.iterdir()] == ["build.lock"]
