"""`python -m sandbox serve`, as a process of its own."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from sandbox import __main__ as command_line
from sandbox.auth0.instances import NodeMissingError
from tests.toolkit.patience import PATIENCE_SECONDS
from tests.toolkit.repository import REPOSITORY


@contextmanager
def serving(temporary: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen, str]]:
    """Start `serve` with its own temporary folder; yield it and what it printed."""
    temporary.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox", "serve", *arguments],
        cwd=REPOSITORY,
        env=os.environ | {"TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process, "".join(iter_until(process, "Ctrl-C stops it.\n"))
        finally:
            process.kill()


def iter_until(process: subprocess.Popen, last: str) -> Iterator[str]:
    for line in process.stdout or ():
        yield line
        if line == last:
            return
    pytest.fail("serve ended before it was ready")


def read_settings(file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_stopped_ends_with_0_and_leaves_nothing_behind(tmp_path, number):
    env_file, temporary = tmp_path / "sandbox.env", tmp_path / "tmp"
    with serving(temporary, "--env-file", str(env_file)) as (process, _):
        assert env_file.exists()
        assert list(temporary.iterdir())
        process.send_signal(number)
        assert process.wait(PATIENCE_SECONDS) == 0
    assert not env_file.exists()
    assert list(temporary.iterdir()) == []


def test_serve_env_file_holds_working_settings_for_the_owner_only(tmp_path):
    env_file = tmp_path / "sandbox.env"
    with serving(tmp_path / "tmp", "--env-file", str(env_file)):
        settings = read_settings(env_file)
        mode = stat.S_IMODE(env_file.stat().st_mode)
        response = requests.get(
            settings["ZUPLO_DEVELOPER_API_ENDPOINT"] + "/v1/who-am-i",
            headers={"Authorization": f"Bearer {settings['ZUPLO_API_KEY']}"},
            timeout=PATIENCE_SECONDS,
        )
        control = settings["SANDBOX_CONTROL_URL"]
        addresses = requests.get(control, timeout=PATIENCE_SECONDS).json()
    assert mode == 0o600
    assert response.json()["account"] == settings["ZUPLO_ACCOUNT"]
    assert addresses["gateway_url"] == settings["SANDBOX_GATEWAY_URL"]
    assert set(settings) == {
        "AUTH0_DOMAIN",
        "AUTH0_CLIENT_ID",
        "AUTH0_CLIENT_SECRET",
        "ZUPLO_DEVELOPER_API_ENDPOINT",
        "ZUPLO_API_KEY",
        "ZUPLO_ACCOUNT",
        "ZUPLO_BUCKET",
        "ZUPLO_API_URL",
        "SSL_CERT_FILE",
        "REQUESTS_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
        "SANDBOX_GATEWAY_URL",
        "SANDBOX_CONTROL_URL",
    }


def test_serve_ready_prints_exports_and_pulumi_commands(tmp_path):
    env_file = tmp_path / "sandbox.env"
    with serving(tmp_path / "tmp", "--env-file", str(env_file)) as (_, printed):
        settings = read_settings(env_file)
    lines = printed.splitlines()
    assert f"export AUTH0_DOMAIN='{settings['AUTH0_DOMAIN']}'" in lines
    assert f"export ZUPLO_API_KEY='{settings['ZUPLO_API_KEY']}'" in lines
    assert f"pulumi config set auth0:domain {settings['AUTH0_DOMAIN']}" in lines
    assert "pulumi config set zuploBucket zprj-1-development" in lines
    assert (
        'printf %s "$ZUPLO_API_KEY" | pulumi config set --secret zuploApiKey' in lines
    )


def run_sandbox(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )


@pytest.mark.parametrize(
    "arguments",
    [[], ["serve", "--no-such-flag"], ["serve", "--env-file", "/no/such/folder/env"]],
    ids=["no command", "unknown flag", "missing folder"],
)
def test_sandbox_wrong_usage_exits_with_2(arguments):
    assert run_sandbox(*arguments).returncode == 2


def test_sandbox_without_node_names_the_remedy(monkeypatch, capsys):
    def serve(env_file: Path | None) -> int:
        raise NodeMissingError

    monkeypatch.setattr(command_line, "serve", serve)
    assert command_line.main(["serve"]) == 1
    assert "make setup" in capsys.readouterr().err
