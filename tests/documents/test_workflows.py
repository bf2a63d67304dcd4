"""The workflows: rights, pins and guards, what they name, and what their shell does."""

import inspect
import os
import re
import subprocess
import tomllib

import pytest
import yaml

from consumer_on_login.delivery.resource import Auth0DeliveryProvider
from tests.toolkit.repository import REPOSITORY

FOLDER = REPOSITORY / ".github" / "workflows"
TEXTS = {path.name: path.read_text() for path in sorted(FOLDER.iterdir())}
WORKFLOWS = {name: yaml.safe_load(text) for name, text in TEXTS.items()}
# PyYAML reads the key `on` as the YAML 1.1 boolean.
TRIGGERS = {name: workflow[True] for name, workflow in WORKFLOWS.items()}
JOBS = {
    f"{name}: {job}": settings
    for name, workflow in WORKFLOWS.items()
    for job, settings in workflow["jobs"].items()
}
STEPS = {
    f"{place}, step {number}": step
    for place, job in JOBS.items()
    for number, step in enumerate(job["steps"], 1)
}
RUNS = {place: step["run"] for place, step in STEPS.items() if "run" in step}
USES = {place: step for place, step in STEPS.items() if "uses" in step}
WITH_SECRETS = {
    place: job for place, job in JOBS.items() if "secrets." in yaml.safe_dump(job)
}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflow_has_no_rights_but_those_of_its_jobs(name):
    assert WORKFLOWS[name]["permissions"] == {}


def test_each_job_has_the_rights_it_needs():
    read = {"contents": "read"}
    assert {place: job["permissions"] for place, job in JOBS.items()} == {
        "ci.yml: test": read,
        "ci.yml: floors": read,
        "ci.yml: clients": read,
        "ci.yml: preview": read,
        "deploy.yml: deploy": read,
        "drift.yml: drift": {**read, "issues": "write"},
        "preview.yml: preview": {**read, "pull-requests": "write"},
        "release.yml: test": read,
        "release.yml: release": {"contents": "write"},
    }
    assert all(job["timeout-minutes"] for job in JOBS.values())


@pytest.mark.parametrize("name", TEXTS)
def test_action_is_pinned_by_commit_with_its_version_beside(name):
    uses = re.findall(r"^ *(?:- )?uses: (.*)$", TEXTS[name], re.M)
    assert uses
    pin = r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+"
    assert [it for it in uses if not re.fullmatch(pin, it)] == []


def test_one_version_of_an_action_everywhere():
    pins = set(re.findall(r"uses: (\S+@\S+ # \S+)", "\n".join(TEXTS.values())))
    assert len(pins) == len({pin.split("@")[0] for pin in pins})


@pytest.mark.parametrize(
    "place", [it for it in USES if "checkout@" in USES[it]["uses"]]
)
def test_checkout_leaves_no_token_behind(place):
    assert USES[place]["with"]["persist-credentials"] is False


@pytest.mark.parametrize("place", RUNS)
def test_shell_gets_no_expression(place):
    """Another person may have written it: the title or branch of a pull request."""
    assert "${{" not in RUNS[place]


def test_no_workflow_gives_a_fork_secrets():
    assert not any("pull_request_target" in triggers for triggers in TRIGGERS.values())
    assert set(WITH_SECRETS) == {
        "deploy.yml: deploy",
        "drift.yml: drift",
        "preview.yml: preview",
    }
    same_repository = (
        "github.event.pull_request.head.repo.full_name == github.repository"
    )
    assert same_repository in JOBS["preview.yml: preview"]["if"]
    for place in ("deploy.yml: deploy", "drift.yml: drift"):
        assert "github.ref == 'refs/heads/main'" in JOBS[place]["if"]


@pytest.mark.parametrize("place", WITH_SECRETS)
def test_secrets_are_of_an_environment_and_of_one_step(place):
    job = WITH_SECRETS[place]
    assert "${{ matrix.stack }}" in job["environment"]
    assert "secrets." not in yaml.safe_dump(job.get("env", {}))
    (step,) = [it for it in job["steps"] if "secrets." in yaml.safe_dump(it)]
    assert step["env"]["AUTH0_CLIENT_SECRET"] == "${{ secrets.AUTH0_CLIENT_SECRET }}"


@pytest.mark.parametrize("place", WITH_SECRETS)
def test_nothing_is_deployed_before_a_backend_is_named(place):
    assert "vars.PULUMI_BACKEND_URL != ''" in WITH_SECRETS[place]["if"]


def test_stacks_are_deployed_one_by_one_and_never_cut_short():
    job = JOBS["deploy.yml: deploy"]
    assert job["strategy"]["max-parallel"] == 1
    assert job["strategy"]["fail-fast"] is True
    assert job["concurrency"] == {
        "group": "deploy-${{ matrix.stack }}",
        "cancel-in-progress": False,
    }


def test_every_workflow_has_the_same_stacks_and_their_settings_are_here():
    stacks = [job["strategy"]["matrix"]["stack"] for job in WITH_SECRETS.values()]
    assert stacks == [stacks[0]] * 3
    assert all((REPOSITORY / f"Pulumi.{it}.yaml").exists() for it in stacks[0])


def test_each_python_that_the_package_names_is_tested():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    named = [
        it.rpartition(" ")[2]
        for it in project["classifiers"]
        if it.startswith("Programming Language :: Python :: ")
    ]
    assert JOBS["ci.yml: test"]["strategy"]["matrix"]["python"] == named
    assert project["requires-python"] == f">={named[0]}"


def test_every_make_target_exists():
    makefile = (REPOSITORY / "Makefile").read_text()
    targets = re.findall(r"^([\w$(){}./-]+):", makefile, re.M)
    known = {it.replace("$(VENV)", ".venv") for it in targets}
    calls = re.findall(r"\bmake ([^$|\n]+)", "\n".join(RUNS.values()))
    calls += JOBS["ci.yml: test"]["strategy"]["matrix"]["targets"]
    named = {word for call in calls for word in call.split() if "=" not in word}
    assert {"test", "test-floors", "test-portal", "test-clients"} <= named <= known


def test_jobs_of_a_pull_request_are_all_of_make_test():
    makefile = (REPOSITORY / "Makefile").read_text()
    (parts,) = re.findall(r"for part in (.*); do", makefile)
    targets = JOBS["ci.yml: test"]["strategy"]["matrix"]["targets"]
    assert " ".join(targets).split() == [*parts.split(), "test-portal"]


def test_the_cli_is_the_one_that_the_tests_run():
    gomod = (REPOSITORY / "sandbox" / "engine" / "cli" / "go.mod").read_text()
    (tested,) = re.findall(r"github.com/pulumi/pulumi/pkg/v3 v(\S+)", gomod)
    used = [
        it["with"]["pulumi-version"]
        for it in USES.values()
        if it["uses"].startswith("pulumi/actions@")
    ]
    assert used == [tested] * 3


class Shell:
    """Runs a step as GitHub does, with stand-ins for the programs that it calls."""

    def __init__(self, folder):
        self.folder, self.output = folder, folder / "output"
        self._programs = folder / "bin"
        self._programs.mkdir()
        self.output.touch()

    def stand_in(self, name, script):
        program = self._programs / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    def __call__(self, script, **environment):
        return subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=self.folder,
            env={
                "PATH": f"{self._programs}:{os.environ['PATH']}",
                "GITHUB_OUTPUT": str(self.output),
                **environment,
            },
            capture_output=True,
            text=True,
        )


@pytest.fixture
def shell(tmp_path):
    return Shell(tmp_path)


def step(place, name):
    (found,) = [it for it in JOBS[place]["steps"] if it.get("name") == name]
    return found


def test_drift_step_fails_where_the_delivery_check_could_not_ask(shell):
    said = "The refresh did not check the Action for drift."
    assert said in inspect.getsource(Auth0DeliveryProvider.read)
    shell.stand_in("pulumi", f'echo "warning: {said}"')
    preview = step("drift.yml: drift", "Preview with refresh")

    done = shell(preview["run"], STACK="dev")

    assert done.returncode == 1
    assert shell.output.read_text() == "code=1\n"


@pytest.mark.parametrize("code", [0, 7, 255])
def test_drift_step_passes_on_what_the_preview_said(shell, code):
    shell.stand_in("pulumi", f'echo "$@"; exit {code}')
    preview = step("drift.yml: drift", "Preview with refresh")

    done = shell(preview["run"], STACK="dev")

    assert done.returncode == code
    assert shell.output.read_text() == f"code={code}\n"
    assert "--refresh --expect-no-changes --diff --stack dev" in done.stdout
    report = step("drift.yml: drift", "Open or update the issue")
    assert report["if"] == "failure() && steps.preview.outputs.code == '7'"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("", "issue create --title Drift in stack dev --body-file body.md"),
        ("12", "issue edit 12 --body-file body.md"),
    ],
    ids=["opened", "updated"],
)
def test_drift_issue_is_opened_once_and_then_updated(shell, number, expected):
    (shell.folder / "preview.txt").write_text("~ code: <changed>\n")
    # Of issues that others opened it knows nothing, if it is asked for its own alone.
    shell.stand_in(
        "gh",
        f"""case "$*" in
        *"list --app github-actions --state open"*) echo "{number}" ;;
        *list*) echo 99 ;;
        *) echo "$@" ;;
        esac""",
    )
    report = step("drift.yml: drift", "Open or update the issue")

    done = shell(report["run"], STACK="dev", RUN="https://example.com/1")

    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{expected}\n"
    assert (shell.folder / "body.md").read_text().splitlines() == [
        "What the clouds have differs from what the stack declares: "
        "https://example.com/1",
        "",
        "    ~ code: <changed>",
    ]


CHANGELOG = """# Changelog

## [Unreleased]

- Later.

## [1.2.3] - 2026-01-01

- This.

## [1.2.2] - 2025-01-01

- Earlier.
"""


def test_release_refuses_a_tag_that_is_not_on_main(shell):
    def git(*arguments):
        author = ("-c", "user.name=ada", "-c", "user.email=ada@example.com")
        done = subprocess.run(
            ["git", *author, *arguments],
            cwd=shell.folder,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    git("init", "-q")
    shas = []
    for number in range(3):
        git("commit", "-q", "--allow-empty", "-m", str(number))
        shas.append(git("rev-parse", "HEAD"))
    git("update-ref", "refs/remotes/origin/main", shas[1])
    job = JOBS["release.yml: test"]
    refuse = step("release.yml: test", "Refuse a tag that is not on main")["run"]

    done = [shell(refuse, GITHUB_SHA=sha).returncode for sha in shas]

    assert done == [0, 0, 1]
    assert job["steps"][0]["with"]["fetch-depth"] == 0
    assert JOBS["release.yml: release"]["needs"] == "test"


def test_release_takes_the_notes_of_its_version(shell):
    (shell.folder / "CHANGELOG.md").write_text(CHANGELOG)
    notes = step("release.yml: release", "Take the notes from CHANGELOG.md")["run"]

    assert shell(notes, GITHUB_REF_NAME="v1.2.3").returncode == 0
    assert (shell.folder / "notes.md").read_text() == "\n- This.\n\n"
    assert shell(notes, GITHUB_REF_NAME="v1.2.4").returncode != 0


def test_release_refuses_a_tag_of_another_version(shell):
    shell.stand_in("python", "echo 1.2.3")
    (shell.folder / ".venv").mkdir()
    (shell.folder / ".venv" / "bin").symlink_to(shell.folder / "bin")
    compare = step("release.yml: release", "Compare tag and version")["run"]

    assert shell(compare, GITHUB_REF_NAME="v1.2.3").returncode == 0
    assert shell(compare, GITHUB_REF_NAME="v1.2.4").returncode != 0
