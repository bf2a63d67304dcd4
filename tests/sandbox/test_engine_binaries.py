"""Finding and building the engine, with stand-ins of `go` and `pulumi` on PATH."""

import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from sandbox.engine import binaries
from sandbox.engine.binaries import EngineError, find_or_build_engine

FAKE_GO = """#!/bin/sh
echo "$*" >> "$GO_LOG"
case "$1 $5" in
  "list "*sdk*) echo "$GO_SDK" ;;
  "list "*) echo v3.274.1 ;;
  build*)
    [ -z "$GO_BREAKS" ] || { echo "no such module" >&2; exit 1; }
    while [ "$1" != -o ]; do shift; done
    echo built > "$2" ;;
esac
"""


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(script)
    (folder / name).chmod(0o755)


@pytest.fixture
def on_path(tmp_path, monkeypatch):
    """A PATH with nothing but the system's own tools and what a test adds."""
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(binaries, "cache_folder", lambda: tmp_path / "cache")
    return folder


@pytest.fixture
def go(tmp_path, on_path, monkeypatch):
    """A go that writes down its calls; gives the file."""
    launcher = tmp_path / "sdk" / "python" / "dist" / "pulumi-resource-pulumi-python"
    launcher.parent.mkdir(parents=True)
    launcher.write_text("#!/bin/sh\n")
    log = tmp_path / "go.log"
    log.touch()
    monkeypatch.setenv("GO_LOG", str(log))
    monkeypatch.setenv("GO_SDK", str(tmp_path / "sdk"))
    program(on_path, "go", FAKE_GO)
    return log


def find():
    return find_or_build_engine(lambda _: nullcontext())


def builds(log):
    return [line for line in log.read_text().splitlines() if line.startswith("build")]


def test_engine_recent_pulumi_on_path_is_used(on_path):
    program(on_path, "pulumi", "#!/bin/sh\necho v3.274.1\n")
    assert find().root is None


def test_engine_old_pulumi_on_path_is_passed_over(on_path, go):
    program(on_path, "pulumi", "#!/bin/sh\necho v3.100.0\n")
    engine = find()
    assert engine.root is not None
    assert (engine.root / "bin" / "pulumi").read_text() == "built\n"


def test_engine_build_holds_cli_plugin_and_launcher(go):
    engine = find()
    assert engine.root is not None
    programs = {file.name for file in (engine.root / "bin").iterdir()}
    assert programs == {
        "pulumi",
        "pulumi-resource-auth0",
        "pulumi-resource-pulumi-python",
    }
    assert os.access(engine.root / "bin" / "pulumi-resource-pulumi-python", os.X_OK)
    cli, plugin = builds(go)
    assert "version.Version=v3.274.1" in cli
    assert "main.version=3." in plugin


def test_engine_is_built_once(go):
    assert find() == find()
    assert len(builds(go)) == 2


def test_engine_two_processes_build_once(tmp_path, go):
    script = (
        "from contextlib import nullcontext\n"
        "from sandbox.engine import binaries\n"
        f"binaries.cache_folder = lambda: __import__('pathlib').Path({str(tmp_path)!r})"
        " / 'cache'\n"
        "print(binaries.find_or_build_engine(lambda _: nullcontext()).root)\n"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    roots = {process.communicate()[0] for process in both}
    assert len(roots) == 1
    assert len(builds(go)) == 2


def test_engine_failed_build_says_why_and_leaves_nothing(tmp_path, go, monkeypatch):
    monkeypatch.setenv("GO_BREAKS", "yes")
    with pytest.raises(EngineError) as caught:
        find()
    assert "no such module" in str(caught.value)
    assert str(caught.value).splitlines()[-1].startswith("Check that Go is 1.26")
    assert list((tmp_path / "cache").glob("partial-*")) == []

    monkeypatch.delenv("GO_BREAKS")
    assert find().root is not None


def test_engine_cut_off_build_is_cleared_away(tmp_path, go):
    leftover = tmp_path / "cache" / "partial-1" / "bin"
    leftover.mkdir(parents=True)
    find()
    assert not leftover.exists()


def test_engine_changed_pin_is_built_anew(go, monkeypatch):
    first = find()
    monkeypatch.setattr(binaries, "version", lambda _: "4.0.0")
    assert find() != first


def test_engine_without_go_names_the_two_ways(on_path):
    with pytest.raises(EngineError) as caught:
        find()
    assert str(caught.value).splitlines()[-1] == (
        "Install one: Pulumi by its installer, or Go 1.26 to build it here"
    )
