"""The life of a stack, measured run by run."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi import automation as auto

from sandbox.bench.engine_run import StackPlace, timed_run
from sandbox.engine.binaries import Engine
from sandbox.engine.workspace import create_stack, set_secret
from sandbox.faults import Fault
from sandbox.hosting import Sandbox

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
        latency: seconds that each answer of both clouds takes.
        changes: whether an edit, a rotation and a refresh are measured, too.
    """
    with _stack(engine, program, count) as (sandbox, stack, place):
        if latency:
            for service in ("auth0", "zuplo"):
                sandbox.control.arm(
                    Fault(service=service, kind="delay", seconds=latency)
                )

        def measured(operation: str, **options: Any) -> Measure:
            sandbox.control.clear_requests()
            seconds = timed_run(place, operation, **options)
            return Measure(seconds, _calls(sandbox))

        life = {
            "first preview": measured("preview"),
            "first up": measured("up"),
            "no-op preview": measured("preview"),
            "no-op up": measured("up"),
        }
        if changes:
            life["preview --refresh"] = measured("preview", refresh=True)
            stack.set_config("bench:loginTimeoutMs", auto.ConfigValue("1234"))
            life["edit"] = measured("up")
            set_secret(stack, KEY, sandbox.control.add_zuplo_key("acme"))
            life["rotation"] = measured("up")
        life["destroy"] = measured("destroy")
        return life


@contextmanager
def _stack(
    engine: Engine, program: str, count: int
) -> Iterator[tuple[Sandbox, auto.Stack, StackPlace]]:
    with tempfile.TemporaryDirectory() as name, Sandbox(Path(name)) as sandbox:
        place = StackPlace(
            Path(name) / "stack",
            engine,
            PROGRAMS / program / "__main__.py",
            sandbox.environment(),
        )
        stack = create_stack(
            place.folder,
            engine,
            place.program,
            environment=place.environment,
            config={
                "bench:count": count,
                "bench:zuploAccount": sandbox.zuplo_account,
                "bench:zuploBucket": sandbox.zuplo_bucket,
                "bench:zuploApiUrl": sandbox.zuplo_url,
                "auth0:domain": sandbox.auth0_domain,
            },
            secret_config={KEY: sandbox.zuplo_api_key},
        )
        yield sandbox, stack, place


def _calls(sandbox: Sandbox) -> Counter[str]:
    calls: Counter[str] = Counter()
    for request in sandbox.control.requests():
        is_token = request.path == "/oauth/token"
        calls["token" if is_token else request.service] += 1
    return calls
