"""Runs of the engine on one stack, each with all that it said."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from pulumi import automation as auto

from consumer_on_login.process_memory import MEMORY


@dataclass
class Run:
    """One preview, up, refresh or destroy."""

    succeeded: bool = False
    seconds: float = 0.0
    output: list[str] = field(default_factory=list)
    """What the CLI printed, line by line."""
    errors: list[str] = field(default_factory=list)
    """What it wrote to standard error."""
    events: list[auto.EngineEvent] = field(default_factory=list)

    @property
    def changes(self) -> dict[str, int]:
        """Number of resources by operation: create, update, same, delete ..."""
        for event in self.events:
            if event.summary_event:
                counts = event.summary_event.resource_changes
                return {str(operation): count for operation, count in counts.items()}
        return {}

    def messages(self, severity: str) -> list[str]:
        """Diagnostics of one severity: info, info#err, warning or error."""
        diagnostics = [event.diagnostic_event for event in self.events]
        return [
            diagnostic.message.strip()
            for diagnostic in diagnostics
            if diagnostic and diagnostic.severity == severity
        ]


class _Quiet(auto.Stack):
    """A stack whose runs end with the engine.

    The Automation API asks the CLI for outputs and history after each `up`. These three
    starts of the CLI take as long as an `up` without changes.
    """

    def __init__(self, stack: auto.Stack) -> None:
        self.__dict__.update(vars(stack))

    def outputs(self) -> auto.OutputMap:
        return {}

    def info(self, show_secrets: bool | None = None) -> auto.UpdateSummary:  # noqa: ARG002
        return auto.UpdateSummary("", datetime.min, "", {}, {}, "")


class Deployment:
    """A stack whose runs never raise: a failed run is a result like any other."""

    def __init__(self, stack: auto.Stack) -> None:
        self.stack = stack
        self._runs = _Quiet(stack)

    def preview(self, **options: Any) -> Run:
        return self._run(self._runs.preview, options)

    def up(self, **options: Any) -> Run:
        return self._run(self._runs.up, options)

    def refresh(self, **options: Any) -> Run:
        return self._run(self._runs.refresh, options)

    def destroy(self, **options: Any) -> Run:
        return self._run(self._runs.destroy, options)

    @property
    def settings_file(self) -> Path:
        return Path(self.stack.workspace.work_dir, f"Pulumi.{self.stack.name}.yaml")

    def configure(self, key: str, value: object) -> None:
        """Set a plain setting in the stack's file, as an editor does.

        The CLI takes half a second for it, and the Automation API loses lists.
        """
        if ":" not in key:
            key = f"{self.stack.workspace.project_settings().name}:{key}"
        written = yaml.safe_load(self.settings_file.read_text())
        written["config"][key] = value
        self.settings_file.write_text(yaml.safe_dump(written))

    def _run(self, operation: Callable[..., Any], options: dict[str, Any]) -> Run:
        run = Run()
        started = time.monotonic()
        try:
            operation(
                on_output=run.output.append,
                on_error=run.errors.append,
                on_event=run.events.append,
                color="never",
                **options,
            )
            run.succeeded = True
        except auto.CommandError:
            run.succeeded = False
        finally:
            # A program of its own process would end, and with it its connections.
            MEMORY.forget()
        run.seconds = time.monotonic() - started
        return run
