"""The life of a stack, measured run by run."""

import tempfile
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pulumi import automation as auto

from sandbox.commands.bench.engine_run import StackPlace, timed_run
from sandbox.engine.binaries import Engine
from sandbox.engine.workspace import create_stack, set_secret
from sandbox.host.faults import Fault
from sandbox.host.servers import Sandbox

PROGRAMS = Path(__file__).parent / "programs"
KEY = "bench:zuploApiKey"


@dataclass(frozen=True)
class Measure:
    """One run of the engine."""

    seconds: float
    calls: Counter[str]
    """Requests by service, those for Auth0's tokens as `token`."""


Life = dict[str, Measure]
"""By the run's name: preview, first up, no-op preview, ..."""


def live(
    engine: Engine, program: str, *, count: int, latency: float, changes: bool
) -> Life:
    """Take a new stack through its life on a sandbox of its own.

    Args:
        program: `bare`, `dynamic` or `component`.
        count: of Actions in the stack.
        latency: seconds that each response of both clouds takes.
        changes: whether an edit, a rotation and a refresh are measured, too.
    """
    with tempfile.TemporaryDirectory() as name, Sandbox(Path(name)) as sandbox:
        folder = Path(name) / "stack"
        stack, place = bench_stack(engine, program, sandbox, folder, count=count)
        if latency:
            for service in ("auth0", "zuplo"):
                sandbox.control.arm(
                    Fault(service=service, kind="delay", seconds=latency)
                )
        run = partial(measured, sandbox, place)
        life = {
            "first preview": run("preview"),
            "first up": run("up"),
            "no-op preview": run("preview"),
            "no-op up": run("up"),
        }
        if changes:
            life["preview --refresh"] = run("preview", refresh=True)
            stack.set_config("bench:loginTimeoutMs", auto.ConfigValue("1234"))
            life["edit"] = run("up")
            set_secret(stack, KEY, sandbox.control.add_zuplo_key("acme"))
            life["rotation"] = run("up")
        life["destroy"] = run("destroy")
        return life


def bench_stack(
    engine: Engine,
    program: str,
    sandbox: Sandbox,
    folder: Path,
    *,
    count: int,
    first: int = 0,
) -> tuple[auto.Stack, StackPlace]:
    """Make a stack of `count` Actions, which are numbered from `first` on."""
    path = PROGRAMS / program / "__main__.py"
    place = StackPlace(folder, engine, path, sandbox.environment())
    stack = create_stack(
        folder,
        engine,
        path,
        environment=place.environment,
        config={
            "bench:count": count,
            "bench:first": first,
            "bench:zuploAccount": sandbox.zuplo_account,
            "bench:zuploBucket": sandbox.zuplo_bucket,
            "bench:zuploApiUrl": sandbox.zuplo_url,
            "auth0:domain": sandbox.auth0_domain,
        },
        secret_config={KEY: sandbox.zuplo_api_key},
    )
    return stack, place


def measured(
    sandbox: Sandbox, place: StackPlace, operation: str, **options: Any
) -> Measure:
    """Run the engine once, with the requests that the clouds get meanwhile."""
    sandbox.control.clear_requests()
    seconds = timed_run(place, operation, **options)
    calls: Counter[str] = Counter()
    for request in sandbox.control.requests():
        is_token = request.path == "/oauth/token"
        calls["token" if is_token else request.service] += 1
    return Measure(seconds, calls)
