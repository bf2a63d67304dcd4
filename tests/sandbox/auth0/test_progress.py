"""The statuses a build shows, with a builder that needs no npm."""

import asyncio
from pathlib import Path

import pytest

from sandbox.auth0 import progress
from sandbox.auth0.builds import BuildFailure, Dependency
from sandbox.auth0.progress import BuildProgress, Status
from tests.toolkit.patience import eventually

UNDICI = [Dependency("undici", "7.30.2")]
MODULES = Path("modules")


class FakeBuilder:
    """Gives these outcomes in turn."""

    def __init__(self, *outcomes: Path | BuildFailure) -> None:
        self.outcomes = list(outcomes)
        self.calls = 0

    async def build(self, dependencies: list[Dependency]) -> Path | BuildFailure:
        assert dependencies == UNDICI
        self.calls += 1
        return self.outcomes.pop(0)


async def watched(build: BuildProgress, builder: FakeBuilder) -> list[Status]:
    """Run a build and read its status over and over, as a client does."""
    seen = [build.look()]
    task = asyncio.create_task(build.run(builder))

    def is_over() -> bool:
        if build.look() != seen[-1]:
            seen.append(build.status)
        return task.done()

    await eventually(is_over)
    return seen


def test_build_without_dependencies_is_built_at_the_next_read():
    assert asyncio.run(watched(BuildProgress([]), FakeBuilder())) == [
        "pending",
        "built",
    ]


def test_build_with_dependencies_is_read_as_building_at_least_once():
    build = BuildProgress(UNDICI)

    seen = asyncio.run(watched(build, FakeBuilder(MODULES)))

    assert seen == ["pending", "building", "built"]
    assert build.modules == MODULES


def test_build_that_cannot_succeed_is_retried_and_then_failed():
    builder = FakeBuilder(*[BuildFailure("no such version")] * 3)
    build = BuildProgress(UNDICI)

    seen = asyncio.run(watched(build, builder))

    middle = ["building", "retrying", "building", "retrying", "building"]
    assert seen == ["pending", *middle, "failed"]
    assert builder.calls == 3


def test_build_that_succeeds_at_the_second_try_is_built():
    builder = FakeBuilder(BuildFailure("registry unreachable"), MODULES)

    seen = asyncio.run(watched(BuildProgress(UNDICI), builder))

    assert seen == ["pending", "building", "retrying", "building", "built"]


def test_build_that_nobody_reads_ends_all_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(progress, "SEEN_WITHIN_SECONDS", 0.01)
    build = BuildProgress(UNDICI)

    asyncio.run(build.run(FakeBuilder(MODULES)))

    assert build.status == "built"
