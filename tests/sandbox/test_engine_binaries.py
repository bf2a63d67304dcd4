"""Finding, fetching and building the engine, with stand-ins of `go` and `pulumi`."""

import os
import subprocess
import sys
from importlib.metadata import version

import pytest

from sandbox.engine import binaries, builds
from sandbox.engine.binaries import Engine
from sandbox.engine.builds import EngineError

from .engine_programs import (
    AUTH0,
    COMMAND,
    FETCHES,
    FETCHES_NOTHING,
    GO,
    LAUNCHER,
    PULUMI,
    built,
    find,
    program,
)


@pytest.fixture
def on_path(tmp_path, monkeypatch):
    """A PATH with nothing but the system's own tools and what a test adds."""
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PULUMI_LOG", str(tmp_path / "pulumi.log"))
    monkeypatch.setattr(builds, "cache_folder", lambda: tmp_path / "cache")
    return folder


@pytest.fixture
def go(tmp_path, on_path, monkeypatch):
    """A go that writes down its calls; gives the file."""
    program(tmp_path / "sdk" / "python" / "dist", LAUNCHER, "#!/bin/sh\n")
    log = tmp_path / "go.log"
    log.touch()
    monkeypatch.setenv("GO_LOG", str(log))
    monkeypatch.setenv("GO_SDK", str(tmp_path / "sdk"))
    program(on_path, "go", GO)
    return log


def lines(log, begin):
    return [it for it in log.read_text().splitlines() if it.startswith(begin)]


# Without a pulumi on PATH.


def test_engine_without_pulumi_is_built(go, tmp_path):
    engine = find()
    assert built(engine) == ["pulumi", AUTH0, COMMAND, LAUNCHER]
    assert engine.root == engine.folders[0].parent
    assert all(
        os.access(file, os.X_OK)
        for folder in engine.folders
        for file in folder.glob(LAUNCHER)
    )
    cli, auth0, command = lines(go, "build")
    assert "version.Version=v3.274.1" in cli
    assert f"main.version={version('pulumi-auth0')} " in auth0
    assert f"main.version={version('pulumi-command')} " in command
    assert not (tmp_path / "pulumi.log").exists()


def test_engine_old_pulumi_on_path_is_passed_over(on_path, go):
    program(on_path, "pulumi", "#!/bin/sh\necho v3.100.0\n")
    assert built(find())[0] == "pulumi"


def test_engine_is_built_once(go):
    assert find() == find()
    assert len(lines(go, "build")) == 3


def test_engine_two_processes_build_once(tmp_path, go):
    script = (
        "from contextlib import nullcontext\n"
        "from pathlib import Path\n"
        "from sandbox.engine import binaries, builds\n"
        f"builds.cache_folder = lambda: Path({str(tmp_path / 'cache')!r})\n"
        "print(binaries.find_or_build_engine(lambda _: nullcontext()).folders)\n"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    assert len({process.communicate()[0] for process in both}) == 1
    assert len(lines(go, "build")) == 3


def test_engine_changed_pin_leaves_the_other_builds(go, monkeypatch):
    before = find().folders
    monkeypatch.setattr(
        builds, "version", lambda it: "9.0.0" if it == "pulumi-command" else version(it)
    )
    after = find().folders
    assert [old == new for old, new in zip(before, after, strict=True)] == [
        *(True, True, False, True)
    ]
    assert len(lines(go, "build")) == 4


def test_engine_failed_build_says_why_and_leaves_nothing(tmp_path, go, monkeypatch):
    monkeypatch.setenv("GO_BREAKS", "yes")
    with pytest.raises(EngineError) as caught:
        find()
    assert "no such module" in str(caught.value)
    assert str(caught.value).splitlines()[-1] == (
        "Check that Go is 1.26 or newer and reaches its module proxy, "
        "or put pulumi on PATH"
    )
    assert list((tmp_path / "cache").glob("partial-*")) == []

    monkeypatch.delenv("GO_BREAKS")
    assert built(find())


def test_engine_cut_off_build_is_cleared_away(tmp_path, go):
    leftover = tmp_path / "cache" / "partial-1" / "bin"
    leftover.mkdir(parents=True)
    find()
    assert not leftover.exists()


def test_engine_without_pulumi_and_go_names_the_two_ways(on_path):
    with pytest.raises(EngineError) as caught:
        find()
    assert str(caught.value).splitlines()[-1] == (
        "Install one: Pulumi by its installer, or Go 1.26 to build it here"
    )


# With a pulumi and plugins on PATH.


def test_engine_on_path_is_used_as_it_is(on_path, go, tmp_path):
    program(on_path, "pulumi", PULUMI + FETCHES)
    for name in (AUTH0, COMMAND, LAUNCHER):
        program(on_path, name)
    assert find() == Engine()
    assert find().root is None
    assert go.read_text() == ""
    assert not (tmp_path / "pulumi.log").exists()


def test_engine_takes_plugins_from_where_the_cli_finds_them(on_path, go, tmp_path):
    """Beside the CLI, through a link to it, or in the cache in the SDK's version."""
    cli = program(tmp_path / "opt", "pulumi", PULUMI + FETCHES_NOTHING)
    (on_path / "pulumi").symlink_to(cli)
    program(tmp_path / "opt", LAUNCHER)
    program(tmp_path / "opt", AUTH0)
    cache = tmp_path / "home" / "plugins"
    program(cache / "resource-command-v0.0.1", COMMAND)
    assert built(find()) == [COMMAND]
    program(cache / f"resource-command-v{version('pulumi-command')}", COMMAND)
    assert find() == Engine()


# With a pulumi on PATH, but no plugins.


@pytest.fixture
def cli(on_path):
    """Put a pulumi on PATH that fetches what the script says."""
    program(on_path, LAUNCHER)
    return lambda script: program(on_path, "pulumi", PULUMI + script)


def test_engine_has_the_cli_fetch_missing_plugins(cli, go, tmp_path):
    cli(FETCHES)
    assert find() == find() == Engine()
    assert lines(tmp_path / "pulumi.log", "plugin install") == [
        f"plugin install resource {name} {version(f'pulumi-{name}')} --non-interactive"
        for name in ("auth0", "command")
    ]
    assert go.read_text() == ""


def test_engine_builds_what_cannot_be_fetched_and_asks_no_more(cli, go, tmp_path):
    cli(FETCHES_NOTHING)
    engine = find()
    assert built(engine) == [AUTH0, COMMAND]
    assert engine.root is None
    assert find() == engine
    assert len(lines(tmp_path / "pulumi.log", "plugin install")) == 1
    assert len(lines(go, "build")) == 2


def test_engine_waits_once_for_a_network_that_hangs(cli, go, monkeypatch):
    run, limits = subprocess.run, []

    def hang(command, timeout=None, **options):
        if timeout is None:
            return run(command, **options)
        limits.append(timeout)
        raise subprocess.TimeoutExpired(command, timeout)

    cli("")
    monkeypatch.setattr(subprocess, "run", hang)
    assert built(find()) == [AUTH0, COMMAND]
    assert limits == [binaries.FETCH_SECONDS]


def test_engine_fetch_that_was_cut_off_counts_for_nothing(cli, go, tmp_path):
    cli(FETCHES + 'touch "$plugin.partial"')
    assert built(find()) == []
    cli(FETCHES_NOTHING)
    assert built(find()) == [AUTH0, COMMAND]


def test_engine_plugin_that_cannot_be_had_is_named_with_the_way_out(cli):
    cli(FETCHES_NOTHING)
    with pytest.raises(EngineError) as caught:
        find()
    assert str(caught.value).splitlines() == [
        "pulumi-resource-auth0 could not be fetched: error: no such host",
        "Neither pulumi-resource-auth0 nor Go is on PATH.",
        "Install Go 1.26 to build it here, or put pulumi-resource-auth0 on PATH",
    ]
