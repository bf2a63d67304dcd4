"""Building Actions: two tests run npm itself, the others a program in its place."""

import asyncio
import json
import os
from pathlib import Path

import psutil
import pytest

from sandbox.auth0.builds import Builder, BuildFailure, Dependency
from tests.toolkit.patience import PATIENCE_SECONDS, eventually

UNDICI = Dependency("undici", "6.29.1")
OTHER = Dependency("other", "")


class FakeNpm:
    """A shell script named npm, first on the PATH; each run adds a line to its log."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.mkdir()
        self.runs_file = folder / "runs"
        self.script = folder / "npm"
        self.behave("mkdir node_modules")
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    def behave(self, commands: str) -> None:
        self.script.write_text(f"#!/bin/sh\necho $$ >> {self.runs_file}\n{commands}\n")
        self.script.chmod(0o755)

    @property
    def runs(self) -> list[int]:
        """Process ids of the runs so far."""
        lines = self.runs_file.read_text() if self.runs_file.exists() else ""
        return [int(line) for line in lines.split("\n")[:-1]]

    async def started(self) -> None:
        await eventually(lambda: self.runs)


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeNpm:
    return FakeNpm(tmp_path / "bin", monkeypatch)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "npm"


def build(cache: Path, *dependencies: Dependency) -> Path | BuildFailure:
    return asyncio.run(Builder(cache).build(list(dependencies)))


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_build_of_a_real_module_holds_just_that_version(cache):
    folder = build(cache, UNDICI)

    assert isinstance(folder, Path)
    assert names_in(folder / "node_modules") == [".package-lock.json", "undici"]
    package = json.loads((folder / "node_modules/undici/package.json").read_text())
    assert package["version"] == "6.29.1"


def test_build_of_a_version_that_does_not_exist_fails_with_the_reason(cache):
    failure = build(cache, Dependency("undici", "99.0.0"))

    assert isinstance(failure, BuildFailure)
    assert failure.reason == ("ETARGET: No matching version found for undici@99.0.0.")
    assert names_in(cache) == []


def test_build_without_dependencies_is_an_empty_folder_and_runs_no_npm(cache, npm):
    folder = build(cache)

    assert isinstance(folder, Path)
    assert names_in(folder) == []
    assert npm.runs == []


def test_build_asks_for_the_latest_where_no_version_is_given(cache, npm):
    folder = build(cache, UNDICI, OTHER)

    assert isinstance(folder, Path)
    assert json.loads((folder / "package.json").read_text()) == {
        "dependencies": {"other": "latest", "undici": "6.29.1"}
    }


def test_build_again_in_another_order_comes_from_the_cache(cache, npm):
    first = build(cache, UNDICI, OTHER)

    assert build(cache, OTHER, UNDICI) == first
    assert len(npm.runs) == 1


def test_build_of_another_version_has_a_folder_of_its_own(cache, npm):
    assert build(cache, UNDICI) != build(cache, Dependency("undici", "7.0.0"))


def test_builds_of_two_processes_at_the_same_time_both_succeed(cache, npm):
    npm.behave(
        "mkdir node_modules\n"
        f"while [ $(wc -l < {npm.runs_file}) -lt 2 ]; do sleep 0.01; done"
    )

    async def twice() -> list[Path | BuildFailure]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            both = (Builder(cache).build([UNDICI]) for _ in "12")
            return await asyncio.gather(*both)

    first, second = asyncio.run(twice())

    assert isinstance(first, Path)
    assert first == second
    assert len(npm.runs) == 2
    assert names_in(cache) == [first.name]


def test_build_that_is_cancelled_kills_npm_and_leaves_nothing(cache, npm):
    npm.behave("mkdir node_modules; exec sleep 60")

    async def cancelled() -> None:
        task = asyncio.create_task(Builder(cache).build([UNDICI]))
        await npm.started()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()

    asyncio.run(cancelled())

    assert not psutil.pid_exists(npm.runs[0])
    assert names_in(cache) == []
    npm.behave("mkdir node_modules")
    assert isinstance(build(cache, UNDICI), Path)


def test_build_that_failed_is_tried_anew(cache, npm):
    npm.behave("""echo '{"error": {"code": "E404", "summary": "Not Found"}}'; exit 1""")
    assert build(cache, UNDICI) == BuildFailure("E404: Not Found")

    npm.behave("mkdir node_modules")

    assert isinstance(build(cache, UNDICI), Path)


def test_build_failing_for_an_unforeseen_reason_leaves_a_warning(cache, npm, caplog):
    npm.behave("exit 1")

    assert build(cache, UNDICI) == BuildFailure("npm failed without a reason")
    assert "npm failed without a reason" in caplog.text


def test_build_without_npm_fails_and_says_so(cache, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("PATH", str(tmp_path))

    failure = build(cache, UNDICI)

    assert isinstance(failure, BuildFailure)
    assert "npm is not on the PATH" in failure.reason
    assert failure.reason in caplog.text


@pytest.mark.parametrize(
    "version", ["file:../undici", "https://example.com/u.tgz", "nodejs/undici"]
)
def test_build_from_elsewhere_than_the_registry_is_refused(cache, npm, version):
    failure = build(cache, Dependency("undici", version))

    assert failure == BuildFailure(f"not a version in the registry: {version}")
    assert npm.runs == []
