"""docs/environments.md and docs/backends.md, command by command."""

import re
import shlex
from pathlib import Path

import pytest

from sandbox.commands.try_ import PROGRAM
from sandbox.engine.deployment import Deployment
from sandbox.engine.workspace import open_stack

from .environment import action_of, obey, open_environment, outputs, pulumi, text

DOCUMENTS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def environment(engine, tmp_path_factory):
    with open_environment(
        engine, tmp_path_factory.mktemp("environments"), "passphrase"
    ) as environment:
        yield environment


def commands(page, heading, block=0):
    """The lines of a shell block below a heading."""
    section = (DOCUMENTS / page).read_text().split(f"## {heading}\n")[1]
    return re.findall(r"```sh account\n(.*?)```", section, re.S)[block].splitlines()


def test_new_environment_in_five_commands(environment, engine):
    dev = environment.stack("dev")
    first, *settings, up = commands(
        "environments.md", "A new environment in five commands"
    )
    assert (len(settings), up) == (3, "pulumi up")
    values = {
        "<tenant>.eu.auth0.com": environment.sandbox.auth0_domain,
        "<bucket>": "zprj-1-preview",
        "'portalClientIds[0]' <client id of the portal>": "portalClientIds[0] portal",
    }

    obey(environment, dev, first)
    for command in settings:
        for placeholder, value in values.items():
            command = command.replace(placeholder, value)
        assert "<" not in command
        obey(environment, dev, command)
    staging = Deployment(
        open_stack(
            Path(dev.stack.workspace.work_dir),
            engine,
            PROGRAM,
            environment=environment.sandbox.environment(),
            name="staging",
        )
    )
    run = staging.up()

    assert run.succeeded, text(run)
    assert outputs(staging)["bucket_name"] == "zprj-1-preview"
    live = environment.sandbox.control.deployed_action(action_of(staging))
    assert live.secrets == {"API_KEY": environment.sandbox.zuplo_api_key}
    assert environment.log_in(environment.tenant.add_user("ada")).outcome == "success"
    assert len(environment.zuplo.consumers("zprj-1-preview")) == 1
    assert dev.stack.get_config("zuploBucket").value == environment.sandbox.zuplo_bucket
    assert staging.destroy().succeeded


@pytest.mark.parametrize("is_same_passphrase", [True, False], ids=["same", "another"])
def test_stack_moves_to_another_backend(environment, tmp_path, is_same_passphrase):
    """Between two folders; the login that the page names would outlive this test."""
    name = "mover" if is_same_passphrase else "recoder"
    deployment = environment.stack(name, actionName=f"Of a {name}", metadataKey=name)
    assert deployment.up().succeeded
    workspace = deployment.stack.workspace

    def lines(block):
        for line in commands("backends.md", "Which backend", block):
            line = line.replace("Pulumi.dev", f"Pulumi.{name}")
            yield re.sub(r"(--stack|init) dev", rf"\1 {name}", line)

    export, login, *here = lines(0)
    assert login == "pulumi login <address>"
    obey(environment, deployment, export)
    workspace.env_vars["PULUMI_BACKEND_URL"] = tmp_path.as_uri()
    for line in here:
        obey(environment, deployment, line)
    if not is_same_passphrase:
        (change,) = lines(1)
        pulumi(deployment, *shlex.split(change)[1:], typed="another\nanother\n")
        workspace.env_vars["PULUMI_CONFIG_PASSPHRASE"] = "another"

    assert name in pulumi(deployment, "stack", "ls")
    preview = deployment.preview(refresh=True, expect_no_changes=True)
    assert preview.succeeded, text(preview)
    assert environment.sandbox.zuplo_api_key not in "".join(
        path.read_text() for path in tmp_path.rglob("*.json")
    )
    assert deployment.destroy().succeeded
