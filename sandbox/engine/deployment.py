"""Runs of the engine on one stack, each with all that it said."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

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


class Deployment:
    """A stack whose runs never raise: a failed run is a result like any other."""

    def __init__(self, stack: auto.Stack) -> None:
        self.stack = stack

    def preview(self, **options: Any) -> Run:
        return self._run(self.stack.preview, options)

    def up(self, **options: Any) -> Run:
        return self._run(self.stack.up, options)

    def refresh(self, **options: Any) -> Run:
        return self._run(self.stack.refresh, options)

    def destroy(self, **options: Any) -> Run:
        return self._run(self.stack.destroy, options)

    def configure(self, key: str, value: str) -> None:
        """Set a plain setting."""
        self.stack.set_config(key, auto.ConfigValue(value))

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
