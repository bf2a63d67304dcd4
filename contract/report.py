"""What came of each statement, for the terminal."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from rich.console import Console
from rich.markup import escape

from .statements import Statement


class Outcome(Enum):
    """What trying a statement showed."""

    HELD = "held"
    DID_NOT_HOLD = "did not hold"
    NOT_TRIED = "could not be tried"


MARKS = {
    Outcome.HELD: "[green]✓[/green]",
    Outcome.DID_NOT_HOLD: "[red]✗[/red]",
    Outcome.NOT_TRIED: "[yellow]-[/yellow]",
}


@dataclass(frozen=True)
class Finding:
    """A statement with what came of it."""

    statement: Statement
    outcome: Outcome
    detail: str = ""
    """Why it could not be tried, or what did not hold."""
    expected: str = ""
    seen: str = ""


class Report:
    """Prints a line for each finding, and all that matters again at the end."""

    def __init__(self, console: Console) -> None:
        self.findings: list[Finding] = []
        self._console = console
        self.number = 0
        """Of the statements that will be tried."""

    def add(self, finding: Finding) -> None:
        """Keep a finding and print its line."""
        self.findings.append(finding)
        done = f"{len(self.findings):3}/{self.number}"
        said = f"{MARKS[finding.outcome]} {finding.statement.id}"
        self._console.print(f"{done} {said}", highlight=False)
        for line in _details(finding):
            self._console.print(f"          {escape(line)}", highlight=False)

    def print_end(self) -> None:
        """Print what did not hold, what could not be tried, and the numbers."""
        for outcome in (Outcome.DID_NOT_HOLD, Outcome.NOT_TRIED):
            if found := self.of(outcome):
                self._console.print(f"\n[bold]{outcome.value.capitalize()}[/bold]")
            for it in found:
                self._console.print(
                    f"  {it.statement.id}: {escape(it.statement.sentence)}"
                )
                for line in (*_details(it), *_consequence(it)):
                    self._console.print(f"    {escape(line)}", highlight=False)
        numbers = ", ".join(f"{len(self.of(it))} {it.value}" for it in Outcome)
        self._console.print(f"\n{numbers}", highlight=False)

    def of(self, outcome: Outcome) -> list[Finding]:
        return [it for it in self.findings if it.outcome is outcome]


def _details(finding: Finding) -> Iterable[str]:
    if finding.expected:
        yield f"{finding.detail}: expected {finding.expected}"
        yield f"{' ' * len(finding.detail)}  seen     {finding.seen}"
    elif finding.detail:
        yield finding.detail


def _consequence(finding: Finding) -> Iterable[str]:
    if finding.outcome is Outcome.DID_NOT_HOLD:
        yield f"What breaks: {finding.statement.breaks}"
        yield f"Code: {finding.statement.where}"
