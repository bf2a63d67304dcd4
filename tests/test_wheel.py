"""The built package: what other programs install."""

import subprocess
import sys
import zipfile

import pytest

from tests.toolkit.repository import REPOSITORY


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_wheel_holds_one_import_package(unpacked):
    names = {path.name for path in unpacked.iterdir()}
    assert {name for name in names if not name.endswith(".dist-info")} == {
        "consumer_on_login"
    }


def test_wheel_holds_the_action_and_is_typed(unpacked):
    package = unpacked / "consumer_on_login"
    assert {
        path.name for path in (package / "action" / "create-consumer").iterdir()
    } == {
        "code.js",
        "manifest.json",
    }
    assert (package / "py.typed").exists()


def test_wheel_finds_its_own_action(unpacked):
    script = (
        "from consumer_on_login.action_code.rendering import action_folder, manifest\n"
        "print(action_folder(), manifest().runtime)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=unpacked,
        env={"PYTHONPATH": str(unpacked)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == [
        str(unpacked / "consumer_on_login" / "action" / "create-consumer"),
        "node22",
    ]
