"""Runs Actions in real Node processes for the tests, without npm or HTTP."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil

from sandbox.auth0.instances import InstancePool, find_node
from sandbox.auth0.node_process import MAIN, Execution, Program
from tests.toolkit.patience import PATIENCE_SECONDS

HANDLER = "onExecutePostLogin"
VERSIONS = itertools.count(1)

RENDEZVOUS = """
const arrived = [];
function everybody(number) {
  return new Promise((resolve) => {
    arrived.push(resolve);
    if (arrived.length === number) for (const go of arrived) go();
  });
}
"""
"""Lets executions of one instance wait for each other: await everybody(2)."""


def post_login(body: str, before: str = "") -> str:
    """Write an Action around the body of its handler."""
    return f"{before}\nexports.onExecutePostLogin = async (event, api) => {{ {body} }};"


@asynccontextmanager
async def running_pool() -> AsyncIterator[InstancePool]:
    pool = InstancePool(find_node())
    try:
        yield pool
    finally:
        await pool.close()


def node_processes() -> list[psutil.Process]:
    """List the instances that this process, and no other, has running."""
    found = []
    for child in psutil.Process().children():
        try:
            if str(MAIN) in child.cmdline():
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


def messages(logs: list[dict[str, Any]]) -> list[str]:
    return [entry["message"] for entry in logs]


def program(code: str, modules: Path | None = None) -> Program:
    return Program(f"version-{next(VERSIONS)}", "post-login", code, modules)


async def executed(
    pool: InstancePool,
    what: Program,
    event: dict[str, Any] | None = None,
    name: str = "default",
) -> Execution:
    execution = Execution()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await pool.run(what, name, HANDLER, event or {}, execution)
    return execution


def execute(code: str) -> Execution:
    """Run an Action once in an instance of its own."""

    async def run() -> Execution:
        async with running_pool() as pool:
            return await executed(pool, program(code))

    execution = asyncio.run(run())
    assert node_processes() == []
    return execution


def logged(body: str) -> list[str]:
    """Run the body of a handler that must not fail, and give what it logged."""
    execution = execute(post_login(body))
    assert execution.error is None, execution.error
    return messages(execution.logs)


SCRIPT_OF_A_PARENT = """
import asyncio
from pathlib import Path
from sandbox.auth0.instances import InstancePool, find_node
from sandbox.auth0.node_process import Execution, Program
from tests.sandbox.actions import node_processes
from tests.toolkit.patience import eventually

async def main():
    pool = InstancePool(find_node())
    code = "exports.h = () => new Promise((done) => setTimeout(done, 1e6));"
    program = Program("v", "post-login", "console.log(1);" + code, None)
    execution = Execution()
    task = asyncio.create_task(pool.run(program, "n", "h", {}, execution))
    await eventually(lambda: execution.logs)
    print(node_processes()[0].pid, flush=True)
    await task

asyncio.run(main())
"""
"""Tells the id of its instance, which is waiting, and waits with it."""
