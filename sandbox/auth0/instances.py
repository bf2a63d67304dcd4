"""Node processes of the STAND-IN that run Actions, kept warm between logins."""

import asyncio
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

from sandbox.auth0.node_process import Execution, Instance, Json, Program
from sandbox.auth0.trigger_cache import TriggerCache

ROOT = Path(__file__).parents[2]
NODE_MAJOR = 22
OLDEST_NODE = (22, 13)
"""The first with the permission model as it is today."""
WARM_INSTANCES = 16


class NodeMissingError(Exception):
    """There is no Node that runs Actions as Auth0 does."""

    def __init__(self) -> None:
        super().__init__("Actions need Node 22 (22.13 or newer). Get it: make setup")


def find_node() -> Path:
    """Find the Node that `make setup` installs, or a fitting one on the PATH."""
    installed = ROOT / "action" / "node_modules" / ".bin" / "node"
    if installed.exists():
        return installed
    on_path = shutil.which("node")
    if on_path is None or not OLDEST_NODE <= version_of(on_path) < (NODE_MAJOR + 1,):
        raise NodeMissingError
    return Path(on_path)


def version_of(node: str) -> tuple[int, ...]:
    command = [node, "--print", "process.versions.node"]
    response = subprocess.run(command, check=True, capture_output=True, text=True)
    return tuple(int(part) for part in response.stdout.split("."))


class InstancePool:
    """Instances by version and name; the longest idle ones beyond a number end.

    Args:
        node: The Node to run Actions with, see find_node.
    """

    def __init__(self, node: Path) -> None:
        self._node = node
        self._instances: dict[tuple[str, str], Instance] = {}
        self._caches: defaultdict[str, TriggerCache] = defaultdict(TriggerCache)

    async def run(
        self,
        program: Program,
        name: str,
        handler: str,
        event: Json,
        execution: Execution,
    ) -> None:
        """Run a handler in the warm instance of this name, or in a new one.

        Cancelling kills the instance, since nothing else stops an Action; what else
        it runs at that moment fails.
        """
        instance = self._instance(program, name)
        instance.users += 1
        try:
            await instance.execute(handler, event, execution)
        except asyncio.CancelledError:
            await instance.close()
            raise
        finally:
            instance.users -= 1
            await self._end_surplus()

    async def run_once(
        self, program: Program, handler: str, event: Json, execution: Execution
    ) -> None:
        """Run a handler in an instance that nothing else uses."""
        instance = self._new_instance(program)
        try:
            await instance.execute(handler, event, execution)
        finally:
            await instance.close()

    async def close(self) -> None:
        """End all instances and forget their caches; the pool stays usable."""
        instances = list(self._instances.values())
        self._instances.clear()
        self._caches.clear()
        await asyncio.gather(*(instance.close() for instance in instances))

    def _instance(self, program: Program, name: str) -> Instance:
        key = (program.version_id, name)
        instance = self._instances.pop(key, None)
        if instance is None or instance.has_ended:
            instance = self._new_instance(program)
        self._instances[key] = instance
        return instance

    def _new_instance(self, program: Program) -> Instance:
        return Instance(self._node, program, self._caches[program.trigger_id])

    async def _end_surplus(self) -> None:
        surplus = len(self._instances) - WARM_INSTANCES
        idle = [key for key, each in self._instances.items() if each.users == 0]
        leaving = [self._instances.pop(key) for key in idle[: max(0, surplus)]]
        await asyncio.gather(*(instance.close() for instance in leaving))
