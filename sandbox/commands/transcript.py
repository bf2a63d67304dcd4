"""What `make try` prints: a line per step, with a mark and the time it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class StepFailedError(Exception):
    """A step did not hold; the text says what was seen instead."""


def require(holds: bool, otherwise: str) -> None:
    """Raise StepFailedError unless the condition holds."""
    if not holds:
        raise StepFailedError(otherwise)


class Step:
    """A step under way; say() adds what was found to its line."""

    def __init__(self) -> None:
        self.found = ""

    def say(self, found: str) -> None:
        self.found = found


class Transcript:
    """Prints steps as they end; on a terminal a running one shows its elapsed time."""

    def __init__(self) -> None:
        # rich honours NO_COLOR and leaves colour out where output is no terminal.
        self.console = Console(highlight=False)

    def title(self, text: str) -> None:
        self.console.print(f"\n[bold]{escape(text)}[/bold]")

    def fail(self, text: str) -> None:
        self.console.print("\n[bold red]This did not hold:[/]")
        self.console.print(text, markup=False, soft_wrap=True)

    def quote(self, text: str) -> None:
        """Show another program's words."""
        for line in text.splitlines():
            self.console.print(
                f"              [dim]│[/dim] {escape(line)}", soft_wrap=True
            )

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Run a step; its line is printed when it ends, well or not."""
        step = Step()
        started = time.monotonic()
        mark = "[red]✗[/red]"
        try:
            with self._running(title):
                yield step
            mark = "[green]✓[/green]"
        except KeyboardInterrupt:
            mark = "[yellow]·[/yellow]"
            raise
        finally:
            self._line(mark, title, step.found, time.monotonic() - started)

    @contextmanager
    def long_step(self, title: str) -> Iterator[None]:
        """Run a step of minutes: announced at once where no clock can be shown."""
        if not self.console.is_terminal:
            self.console.print(f"  … {escape(title)}")
        with self.step(title):
            yield

    def _running(self, title: str) -> Progress:
        progress = Progress(
            TextColumn("  "),
            SpinnerColumn(),
            TextColumn(escape(title)),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        progress.add_task(title, total=None)
        return progress

    def _line(self, mark: str, title: str, found: str, seconds: float) -> None:
        line = (
            f"  {mark} [dim]{seconds:6.1f} s[/dim]  {escape(title):<36} {escape(found)}"
        )
        self.console.print(line.rstrip(), soft_wrap=True)
