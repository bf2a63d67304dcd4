"""The build of one Action draft in the STAND-IN, and the status it shows.

Kept apart from the draft's contents: each change of a draft gets a progress of
its own, so a build that was overtaken finishes without touching its successor.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from sandbox.auth0.builds import BuildFailure, Dependency

ATTEMPTS = 3
SEEN_WITHIN_SECONDS = 2.0

Status = Literal["pending", "building", "built", "retrying", "failed"]


class Builds(Protocol):
    """What a progress needs of a builder."""

    async def build(self, dependencies: list[Dependency]) -> Path | BuildFailure: ...


@dataclass
class BuildProgress:
    """Recordings "create, poll, update, deploy" and "failed build".

    Without dependencies a draft is built at the next read. With them it is
    building while npm runs; when npm fails, the build is retried and then given
    up. Real builds take seconds. Ours may be faster than a client polls, so each
    passing status lasts until it was read once, or for a short time.
    """

    dependencies: list[Dependency]
    modules: Path | None = None
    """Where node_modules lies once built; None without dependencies."""
    status: Status = "pending"
    _seen: asyncio.Event = field(default_factory=asyncio.Event)

    def look(self) -> Status:
        """Tell the status to a client, which may let it move on."""
        self._seen.set()
        return self.status

    async def run(self, builder: Builds) -> None:
        """Take the draft from pending to built or failed."""
        if not self.dependencies:
            self.status = "built"
            return
        for attempt in range(ATTEMPTS):
            if attempt > 0:
                self._enter("retrying")
                await self._seen_or_late()
            self._enter("building")
            outcome = await builder.build(self.dependencies)
            await self._seen_or_late()
            if isinstance(outcome, Path):
                self.modules = outcome
                self.status = "built"
                return
        self.status = "failed"

    def _enter(self, status: Status) -> None:
        self.status = status
        self._seen = asyncio.Event()

    async def _seen_or_late(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._seen.wait(), SEEN_WITHIN_SECONDS)
