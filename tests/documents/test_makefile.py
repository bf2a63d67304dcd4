"""What `make test-repeat` says of runs in which no test failed."""

import subprocess

import pytest

from tests.toolkit.repository import REPOSITORY

PREREQUISITES = ("engine", "browser", "site")


def repeat(pytest_):
    """Run it with another program in place of pytest."""
    command = ["make", "-s", *(f"-o{it}" for it in PREREQUISITES), "test-repeat"]
    return subprocess.run(
        [*command, "N=2", f"PYTEST={pytest_}"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )


def test_runs_that_end_well_are_reported_so():
    done = repeat("echo 2 passed, not")

    assert done.returncode == 0
    assert done.stdout.endswith("No test failed in 2 runs\n")


@pytest.mark.parametrize("status", [1, 2, 3, 4, 5, 137])
def test_run_that_ends_without_a_failed_test_is_no_success(status):
    """Such as one that cannot read a conftest.py, or is killed."""
    done = repeat(f"sh -c 'echo .; exit {status}'")

    assert done.returncode != 0
    assert f"Run 2 ended with {status}\n" in done.stdout
    assert "No test failed" not in done.stdout
