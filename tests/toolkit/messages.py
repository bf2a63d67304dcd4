"""What a command or an error says."""

from typing import NamedTuple


def last_line(message: object) -> str:
    """The line that the engine shows, and that has the remedy."""
    return str(message).splitlines()[-1]


class Said(NamedTuple):
    """How a command ended."""

    exit_code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.err.splitlines()

    @property
    def remedy(self) -> str:
        return last_line(self.err)
