"""One Node process of the STAND-IN, with one Action's code loaded.

It runs several executions at a time. Each talk with it goes over a socket pair: when
our process dies, however it dies, the sockets close and Node ends by itself (unless
the Action's code never yields). `api.cache` is synchronous in an Action, so it has a
socket pair of its own on which Node blocks for the response.

File-system writes are disabled, as in Auth0, by Node's permission model, which also
disables child processes, workers and native addons.
"""

import asyncio
import itertools
import json
import os
import signal
import socket
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.auth0.trigger_cache import TriggerCache

MAIN = Path(__file__).parent / "runtime" / "main.js"
NODE_FLAGS = ("--permission", "--allow-fs-read=*")
RECEIVED_AT_ONCE_BYTES = 65536

Json = dict[str, Any]


@dataclass(frozen=True)
class Program:
    """What an instance loads: a version's code and where its node_modules lies."""

    version_id: str
    trigger_id: str
    code: str
    modules: Path | None


@dataclass
class Execution:
    """What one run of a handler did, as it comes in."""

    calls: list[Json] = field(default_factory=list)
    logs: list[Json] = field(default_factory=list)
    error: Json | None = None
    """name, message and, for an error of the Action itself, stack."""
    milliseconds: float = 0
    """How long the handler ran, without the start of the process."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Instance:
    """One Node process; it starts with the first execution and ends only once."""

    def __init__(self, node: Path, program: Program, cache: TriggerCache) -> None:
        self.users = 0
        self.has_ended = False
        self._closing = False
        self._program = {"code": program.code, "folder": path_or_none(program.modules)}
        self._cache = cache
        self._numbers = itertools.count()
        self._running: dict[int, Execution] = {}
        self._sending = asyncio.Lock()
        self._channel, theirs = socket.socketpair()
        self._cache_socket, their_cache = socket.socketpair()
        self._channel.setblocking(False)
        self._cache_socket.setblocking(False)
        self._life = asyncio.create_task(self._live(node, theirs, their_cache))

    async def execute(self, handler: str, event: Json, execution: Execution) -> None:
        """Run a handler to its end, or to the instance's."""
        number = next(self._numbers)
        message: Json = {"id": number, "handler": handler, "event": event}
        if number == 0:
            message["program"] = self._program
        self._running[number] = execution
        try:
            # A dead instance refuses the message, and its end ends the execution.
            with suppress(OSError):
                async with self._sending:
                    await send(self._channel, message)
            await execution.ended.wait()
        finally:
            self._running.pop(number, None)

    async def close(self) -> None:
        """Kill the process; what it still runs ends with an error."""
        # A task that is cancelled before its first step would not clean up.
        await asyncio.sleep(0)
        # A second cancel would cut the first one's cleaning short.
        if not self._closing:
            self._closing = True
            self._life.cancel()
        await asyncio.wait([self._life])

    async def _live(
        self, node: Path, theirs: socket.socket, their_cache: socket.socket
    ) -> None:
        process = None
        try:
            with theirs, their_cache:
                process = await spawn(node, theirs, their_cache)
            async with asyncio.TaskGroup() as group:
                serving = group.create_task(self._serve_cache())
                await self._listen()
                serving.cancel()
        finally:
            if process is not None:
                await kill(process)
            await self._end()

    async def _listen(self) -> None:
        async for message in received(self._channel):
            execution = self._running.get(message["id"])
            match message:
                case _ if execution is None:
                    continue
                case {"call": call}:
                    execution.calls.append(call)
                case {"log": entry}:
                    execution.logs.append(entry)
                case {"done": {"error": error, "milliseconds": milliseconds}}:
                    # What an Action does after its end is lost.
                    del self._running[message["id"]]
                    execution.error = error
                    execution.milliseconds = milliseconds
                    execution.ended.set()

    async def _serve_cache(self) -> None:
        async for question in received(self._cache_socket):
            response = self._cache.response(question["method"], question["arguments"])
            await send(self._cache_socket, response)

    async def _end(self) -> None:
        self.has_ended = True
        for execution in self._running.values():
            message = "The instance ended before the Action did"
            execution.error = {"name": "Error", "message": message}
            execution.ended.set()
        # Node is dead, so a message that is still being sent fails and lets go.
        async with self._sending:
            self._channel.close()
        self._cache_socket.close()


async def spawn(node: Path, channel: socket.socket, cache: socket.socket) -> Process:
    """Start Node with nothing of our environment but the CA file for its requests."""
    return await asyncio.create_subprocess_exec(
        node,
        *NODE_FLAGS,
        MAIN,
        str(cache.fileno()),
        stdin=channel.fileno(),
        stdout=DEVNULL,
        stderr=DEVNULL,
        pass_fds=[cache.fileno()],
        env={k: v for k, v in os.environ.items() if k == "NODE_EXTRA_CA_CERTS"},
    )


async def kill(process: Process) -> None:
    if process.returncode is None:
        # process.kill() would take the exit status away from asyncio's own wait.
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    await process.wait()


async def send(to: socket.socket, message: Json | None) -> None:
    line = f"{json.dumps(message)}\n".encode()
    await asyncio.get_running_loop().sock_sendall(to, line)


async def received(source: socket.socket) -> AsyncIterator[Json]:
    """Read messages until the other side closes."""
    loop = asyncio.get_running_loop()
    rest = b""
    with suppress(ConnectionError):
        while piece := await loop.sock_recv(source, RECEIVED_AT_ONCE_BYTES):
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                yield json.loads(line)


def path_or_none(path: Path | None) -> str | None:
    return None if path is None else str(path)
