"""One run of the engine from a new process, as each run of the CLI starts one."""

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from pulumi import automation as auto

from sandbox.engine.binaries import Engine
from sandbox.engine.workspace import open_stack


@dataclass(frozen=True)
class StackPlace:
    """Where a stack is, and how its program is run."""

    folder: Path
    engine: Engine
    program: Path
    environment: dict[str, str]


class BenchError(Exception):
    """A run failed, so that its time says nothing."""


def timed_run(place: StackPlace, operation: str, **options: Any) -> float:
    """Run preview, up, refresh or destroy and give its seconds.

    They begin with the new process, so that the program's imports count, and end with
    the engine's last event. Not counted: what the Automation API asks the CLI before
    (to select the stack) and after (for outputs and history).
    """
    # A process that was forked would have imported everything already.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as pool:
        return pool.submit(_run, place, operation, options).result()


def _run(place: StackPlace, operation: str, options: dict[str, Any]) -> float:
    before = time.time() - psutil.Process().create_time()
    stack = open_stack(
        place.folder, place.engine, place.program, environment=place.environment
    )
    began, ended = time.time(), 0.0

    def note_end(event: auto.EngineEvent) -> None:
        nonlocal ended
        if event.cancel_event:
            ended = time.time()

    output: list[str] = []
    try:
        getattr(stack, operation)(on_output=output.append, on_event=note_end, **options)
    except auto.CommandError as error:
        raise BenchError("".join(output)) from error
    return before + ended - began
