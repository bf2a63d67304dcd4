"""The login probe as a resource: its command runs at first and after each change."""

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import psutil
import pytest

from consumer_on_login.login_probe.command import SCRIPT
from sandbox.commands.try_ import deployment_on
from sandbox.engine.binaries import find_or_build_engine
from sandbox.engine.workspace import set_secret
from sandbox.host.faults import Fault
from tests.toolkit.patience import until
from tests.toolkit.tenant_operations import delete

from .environment import (
    ZUPLO_KEY,
    action_of,
    exported,
    open_environment,
    text,
)

COMMAND = "command:local:Command"
CIPHERTEXT = {"4dabf18193072939515e22adb298388d", "ciphertext"}
"""Keys of a secret in a state's file: Pulumi's mark of a secret, and its text."""


@pytest.fixture(scope="module")
def environment(engine, tmp_path_factory):
    with open_environment(engine, tmp_path_factory.mktemp("probe")) as environment:
        yield environment


def command_in(folder):
    """What the state's file holds of the command."""
    (state,) = (folder / "state" / ".pulumi" / "stacks").rglob("*.json")
    resources = json.loads(state.read_text())["checkpoint"]["latest"]["resources"]
    (command,) = [it for it in resources if it["type"] == COMMAND]
    return command


def probes(environment):
    """Number of logins that were probed since the last time."""
    return [it.path.endswith("/test") for it in environment.requests()].count(True)


def test_probe_runs_at_first_and_after_each_change(environment):
    deployment = environment.stack("probe", loginProbe="true")
    folder = Path(deployment.stack.workspace.work_dir)

    preview = deployment.preview()
    assert preview.succeeded, text(preview)
    assert probes(environment) == 0

    up = deployment.up()
    assert up.succeeded, text(up)
    assert up.changes == preview.changes
    assert probes(environment) == 1
    assert environment.zuplo.consumers() == []
    first = command_in(folder)
    assert first["inputs"]["create"] == SCRIPT

    assert deployment.up(expect_no_changes=True).succeeded
    assert deployment.preview(refresh=True, expect_no_changes=True).succeeded
    assert probes(environment) == 0

    deployment.configure("loginTimeoutMs", "1234")
    changed = deployment.preview()
    assert changed.succeeded, text(changed)
    changed = deployment.up()
    assert changed.succeeded, text(changed)
    assert probes(environment) == 1

    second = command_in(folder)
    for values in (first["inputs"], first["outputs"], second["inputs"]):
        assert values["environment"].keys() == CIPHERTEXT
    for printed in ("stdout", "stderr"):
        assert second["outputs"][printed].keys() == CIPHERTEXT
    assert deployment.destroy().succeeded


RENAMED = Path(__file__).parent / "programs" / "renamed" / "__main__.py"


def test_probe_of_a_protected_component_runs_after_edits_and_rotations(environment):
    deployment = environment.stack(
        "protected",
        RENAMED,
        componentName="portal",
        isProtected="true",
        loginProbe="true",
        actionName="Protected",
        metadataKey="of_protected",
    )
    assert deployment.up().succeeded
    assert probes(environment) == 1

    def new_key():
        return environment.sandbox.control.add_zuplo_key(
            environment.sandbox.zuplo_account
        )

    def edit():
        deployment.configure("loginTimeoutMs", "1234")

    def rotate():
        set_secret(deployment.stack, ZUPLO_KEY, new_key())

    for change in (edit, rotate):
        change()
        preview = deployment.preview()
        assert preview.succeeded, text(preview)
        assert preview.changes.keys() == {"same", "update"}
        up = deployment.up()
        assert up.succeeded, text(up)
        assert probes(environment) == 1


def test_protected_component_takes_repairs_and_no_destroy(environment):
    deployment = environment.stack(
        "put-back",
        RENAMED,
        componentName="portal",
        isProtected="true",
        loginProbe="true",
        actionName="Put back",
        metadataKey="put_back",
    )
    assert deployment.up().succeeded
    others = [
        it for it in environment.tenant.bound_actions() if it != action_of(deployment)
    ]

    def unbind():
        environment.tenant.bind(*others)

    def delete_action():
        action = action_of(deployment)
        delete(environment.tenant, action)

    for change in (unbind, delete_action):
        change()
        preview = deployment.preview(refresh=True)
        assert preview.succeeded, text(preview)
        up = deployment.up(refresh=True)
        assert up.succeeded, text(up)
        assert up.changes == preview.changes
        assert environment.tenant.bound_actions() == [*others, action_of(deployment)]

    known = exported(deployment)
    assert not deployment.destroy().succeeded
    assert exported(deployment) == known


@pytest.mark.parametrize("operation", ["up", "destroy"])
def test_consumer_of_a_killed_probe_goes_with_the_next_run(environment, operation):
    """As a cancelled `up` kills it, the first one of a stack."""
    deployment = environment.stack(f"killed-{operation}", loginProbe="true")
    test = "/api/v2/actions/actions/.*/test"
    fault = Fault(service="auth0", path=test, kind="hang", when="after")
    with ThreadPoolExecutor(1) as meanwhile:
        run = meanwhile.submit(deployment.up)
        environment.wait_for_hit(fault, run)
        until(environment.zuplo.consumers)
        (script,) = (
            it
            for it in psutil.process_iter(["cmdline"])
            if is_probe_of(environment, it)
        )
        script.kill()
        assert not run.result().succeeded
    environment.sandbox.control.clear_faults()
    assert len(environment.zuplo.consumers()) == 1

    done = getattr(deployment, operation)()

    assert done.succeeded, text(done)
    assert environment.zuplo.consumers() == []
    assert deployment.destroy().succeeded


def is_probe_of(environment, process):
    """Tell the script that the engine runs for this environment's sandbox."""
    if (process.info["cmdline"] or [])[-2:] != ["-m", SCRIPT]:
        return False
    return process.environ().get("ZUPLO_API_URL") == environment.sandbox.zuplo_url


PLUGINS = ("pulumi-resource-auth0", "pulumi-resource-command")


@pytest.mark.parametrize("plugins", [PLUGINS, ()], ids=["plugins", "no plugins"])
def test_probe_runs_with_a_pulumi_on_path(
    engine, sandbox, tmp_path, monkeypatch, plugins
):
    own = tmp_path / "path"
    own.mkdir()
    for name in ("pulumi", "pulumi-resource-pulumi-python", *plugins):
        # One that is in the CLI's cache of plugins is on no PATH.
        if program := shutil.which(name, path=engine.path()):
            (own / name).symlink_to(program)
    monkeypatch.setenv("PATH", f"{own}{os.pathsep}{os.environ['PATH']}")

    found = find_or_build_engine(lambda _: nullcontext())

    assert found.root is None
    assert found.folders == () or not plugins
    deployment = deployment_on(sandbox, found, tmp_path / "stack", loginProbe="true")
    up = deployment.up()
    assert up.succeeded, text(up)
    assert deployment.destroy().succeeded
