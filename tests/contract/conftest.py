"""Runs of `make live` as a process, on a sandbox known by its public addresses."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sandbox.commands.serve import settings
from sandbox.host.servers import Sandbox
from tests.toolkit.patience import PATIENCE_SECONDS
from tests.toolkit.repository import REPOSITORY

QUICK = ("--no-questions", "--requests-per-second", "1000")


class Recorded(NamedTuple):
    """A run to its end with --record."""

    sandbox: Sandbox
    code: int
    output: str
    text: str
    """Of the file that it wrote."""

    def exchanges(self) -> Any:
        return json.loads(self.text)["exchanges"]


def start(
    sandbox: Sandbox, *arguments: str, **variables: str
) -> "subprocess.Popen[str]":
    """Start a run; the tenant is confirmed."""
    confirmed = ("--tenant", sandbox.auth0_domain)
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "contract", *QUICK, *confirmed, *arguments],
        cwd=REPOSITORY,
        env={**os.environ, **settings(sandbox), **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(sandbox: Sandbox, *arguments: str, **variables: str) -> tuple[int, str]:
    """Run to the end; give exit code and output."""
    with start(sandbox, *arguments, **variables) as process:
        output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, output


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox that a test may change."""
    with Sandbox(tmp_path) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    """One run on a sandbox that nobody else uses, with all that can be tried."""
    folder = tmp_path_factory.mktemp("recorded")
    file = folder / "run.json"
    with Sandbox(folder) as sandbox:
        sandbox.control.cache_keys_for(0)
        reader = sandbox.control.add_zuplo_key(sandbox.zuplo_account, buckets="read")
        code, output = run(
            sandbox,
            *("--record", str(file)),
            CONTRACT_READ_ONLY_KEY=reader,
            CONTRACT_GATEWAY_URL=f"{sandbox.gateway_url}/hello",
        )
        yield Recorded(sandbox, code, output, file.read_text("utf-8"))
