"""Real Node processes that run Actions."""

import asyncio
import gc
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from sandbox.auth0 import instances
from sandbox.auth0.builds import Builder, Dependency
from sandbox.auth0.instances import NodeMissingError, find_node
from sandbox.auth0.node_process import Execution, Instance
from sandbox.auth0.trigger_cache import TriggerCache
from tests.sandbox.actions import (
    HANDLER,
    RENDEZVOUS,
    SCRIPT_OF_A_PARENT,
    execute,
    executed,
    logged,
    messages,
    node_processes,
    post_login,
    program,
    running_pool,
)
from tests.toolkit.patience import eventually, until
from tests.toolkit.repository import REPOSITORY


def test_console_output_is_kept_by_level_and_printed_nowhere(capfd):
    execution = execute(
        post_login(
            "console.log('%s and %d', 'a', 1, {b: [2]}); console.error('c');"
            "console.warn('d'); console.info('e'); console.debug('f');"
            "process.stdout.write('g\\n'); process.stderr.write('h\\n');"
        )
    )

    assert execution.logs == [
        {"level": "log", "message": "a and 1 { b: [ 2 ] }"},
        {"level": "error", "message": "c"},
        {"level": "warn", "message": "d"},
        {"level": "info", "message": "e"},
        {"level": "debug", "message": "f"},
    ]
    assert execution.error is None
    assert capfd.readouterr() == ("", "")


def test_text_cut_within_an_emoji_is_repaired():
    execution = execute(
        post_login(
            "const cut = '\U0001f600'.slice(0, 1);"
            "console.log(cut); api.user.setAppMetadata('key', cut);"
        )
    )

    assert messages(execution.logs) == ["\ufffd"]
    assert execution.calls[0]["arguments"] == ["key", "\ufffd"]


def test_executions_run_at_the_same_time_and_keep_their_output_apart():
    code = post_login(
        "console.log('in', event.n); await everybody(2); console.log('out', event.n);"
        "api.user.setAppMetadata('n', event.n);",
        RENDEZVOUS,
    )

    async def both() -> list[Execution]:
        async with running_pool() as pool:
            what = program(code)
            runs = (executed(pool, what, {"n": n}) for n in (1, 2))
            return await asyncio.gather(*runs)

    for number, execution in enumerate(asyncio.run(both()), start=1):
        assert messages(execution.logs) == [f"in {number}", f"out {number}"]
        assert execution.calls == [
            {"method": "user.setAppMetadata", "arguments": ["n", number]}
        ]


def test_module_code_runs_once_per_version_and_instance_name():
    code = post_login("console.log(++count)", "let count = 0; console.log('loaded');")

    async def runs() -> list[list[str]]:
        async with running_pool() as pool:
            first, second = program(code), program(code)
            places = [(first, "a"), (first, "a"), (first, "b"), (second, "a")]
            done = [await executed(pool, what, name=name) for what, name in places]
            return [messages(execution.logs) for execution in done]

    cold = ["loaded", "1"]
    assert asyncio.run(runs()) == [cold, ["2"], cold, cold]


def test_action_finds_the_modules_of_its_build_and_the_network(tmp_path):
    code = post_login(
        "const { statusCode } = await request(event.url);"
        "console.log(statusCode, (await fetch(event.url)).status);",
        "const { request } = require('undici');",
    )

    async def response(reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        writer.close()

    async def run() -> Execution:
        modules = await Builder(tmp_path).build([Dependency("undici", "6.29.1")])
        assert isinstance(modules, Path)
        server = await asyncio.start_server(response, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server, running_pool() as pool:
            return await executed(pool, program(code, modules), {"url": url})

    execution = asyncio.run(run())

    assert execution.error is None
    assert messages(execution.logs) == ["204 204"]


def test_action_without_dependencies_finds_built_in_modules_only():
    assert logged("console.log(require('node:crypto').createHash('sha1') != null)") == [
        "true"
    ]
    error = execute(post_login("require('undici')")).error

    assert error is not None
    assert "Cannot find module 'undici'" in error["message"]


@pytest.mark.parametrize(
    ("code", "name", "message"),
    [
        pytest.param("let x = ;", "SyntaxError", "Unexpected token ';'", id="syntax"),
        pytest.param(
            "module.exports = () => {}",
            "TypeError",
            "exports.onExecutePostLogin is not a function",
            id="no handler",
        ),
        pytest.param("null.x", "TypeError", "Cannot read properties of null", id="top"),
        pytest.param(
            post_login("throw new RangeError('r')"), "RangeError", "r", id="e"
        ),
        pytest.param(post_login("throw 'text'"), "Error", "'text'", id="text"),
        pytest.param(post_login("throw undefined"), "Error", "undefined", id="nothing"),
        pytest.param(
            post_login("process.exit()"), "Error", "instance ended", id="exit"
        ),
        pytest.param(
            post_login(
                "setTimeout(() => { throw new RangeError('later'); });"
                "await new Promise(() => setTimeout(() => {}, 1e6));"
            ),
            "RangeError",
            "later",
            id="outside of the handler",
        ),
    ],
)
def test_error_of_an_action_is_reported(code, name, message):
    error = execute(code).error

    assert error is not None
    assert error["name"] == name
    assert message in error["message"]


def test_stack_shows_the_action_and_nothing_of_this_machine():
    error = execute(post_login("\nevent.user.id")).error

    assert error is not None
    assert "(/data/io/action.js:3:" in error["stack"]
    assert str(REPOSITORY) not in error["stack"]


def test_instance_that_ended_is_replaced_by_a_fresh_one():
    code = post_login("console.log(++n); if (event.exit) process.exit();", "let n = 0;")

    async def runs() -> list[list[str]]:
        async with running_pool() as pool:
            what = program(code)
            done = [
                await executed(pool, what, {"exit": x}) for x in (False, True, False)
            ]
            return [messages(execution.logs) for execution in done]

    assert asyncio.run(runs()) == [["1"], ["2"], ["1"]]


@pytest.mark.parametrize(
    "attempt",
    [
        "require('node:fs').writeFileSync('/tmp/written-by-an-action', '')",
        "require('node:fs').mkdtempSync('/tmp/made-by-an-action-')",
        "require('node:child_process').execFileSync('true')",
    ],
)
def test_action_may_not_write_files_or_start_programs(attempt):
    error = execute(post_login(attempt)).error

    assert error is not None
    assert "Access to this API has been restricted" in error["message"]


def test_action_sees_nothing_of_our_environment_but_the_ca_file(monkeypatch):
    monkeypatch.setenv("ZUPLO_API_KEY", "secret")
    monkeypatch.delenv("NODE_EXTRA_CA_CERTS", raising=False)
    assert logged("console.log(Object.keys(process.env).length)") == ["0"]

    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", "/ca.pem")

    assert logged("console.log(process.env)") == ["{ NODE_EXTRA_CA_CERTS: '/ca.pem' }"]


def test_what_an_action_does_after_its_end_is_lost():
    code = post_login(
        "(async () => { for (let i = 0; i < 100; i++) await null;"
        "  console.log('late'); api.user.setAppMetadata('late', 1); })();"
    )

    execution = execute(code)

    assert execution.logs == []
    assert execution.calls == []


def test_cancelled_execution_kills_even_an_endless_loop():
    code = post_login("console.log('in'); for (;;);")

    async def run() -> Execution:
        async with running_pool() as pool:
            execution = Execution()
            running = pool.run(program(code), "default", HANDLER, {}, execution)
            task = asyncio.create_task(running)
            await eventually(lambda: execution.logs)
            task.cancel()
            await asyncio.wait([task])
            assert node_processes() == []
            return execution

    assert messages(asyncio.run(run()).logs) == ["in"]


def test_closing_the_pool_ends_what_runs_and_leaves_it_usable():
    async def run() -> tuple[Execution, Execution]:
        async with running_pool() as pool:
            waiting = Execution()
            what = program(
                post_login("await new Promise(() => setTimeout(() => {}, 1e6))")
            )
            task = asyncio.create_task(pool.run(what, "a", HANDLER, {}, waiting))
            # The very first moment of an instance's life: nothing of it runs yet.
            await asyncio.sleep(0)
            await pool.close()
            await task
            assert node_processes() == []
            return waiting, await executed(pool, program(post_login("")))

    ended, next_one = asyncio.run(run())

    assert ended.error == {
        "name": "Error",
        "message": "The instance ended before the Action did",
    }
    assert next_one.error is None


@pytest.mark.parametrize("steps", range(4))
def test_instance_can_be_closed_at_any_moment_of_its_start(steps):
    async def run() -> None:
        instance = Instance(find_node(), program(post_login("")), TriggerCache())
        for _ in range(steps):
            await asyncio.sleep(0)
        await instance.close()
        assert instance.has_ended
        assert node_processes() == []

    asyncio.run(run())
    gc.collect()  # makes sockets that were left open warn


@pytest.mark.parametrize("steps", range(6))
def test_instance_can_be_closed_again_while_it_is_closing(steps):
    async def run() -> None:
        instance = Instance(find_node(), program(post_login("")), TriggerCache())
        await instance.execute(HANDLER, {}, Execution())
        first = asyncio.create_task(instance.close())
        for _ in range(steps):
            await asyncio.sleep(0)
        await instance.close()
        await first
        assert instance.has_ended
        assert node_processes() == []

    asyncio.run(run())
    gc.collect()  # makes sockets that were left open warn


def test_pool_keeps_only_so_many_idle_instances(monkeypatch):
    monkeypatch.setattr(instances, "WARM_INSTANCES", 2)

    async def run() -> list[str]:
        async with running_pool() as pool:
            what = program(post_login("console.log(++n)", "let n = 0;"))
            done = [await executed(pool, what, name=name) for name in "abcacb"]
            assert len(node_processes()) == 2
            return [messages(execution.logs)[0] for execution in done]

    assert asyncio.run(run()) == ["1", "1", "1", "1", "2", "1"]


def test_parent_that_is_killed_leaves_no_node_process():
    parent = subprocess.Popen(
        [sys.executable, "-c", SCRIPT_OF_A_PARENT],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
    )
    with parent:
        assert parent.stdout is not None
        node = psutil.Process(int(parent.stdout.readline()))
        parent.kill()

    until(lambda: not runs(node))


def runs(process: psutil.Process) -> bool:
    """An orphan may stay a zombie where nobody reaps it, as in some containers."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_missing_node_names_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(instances, "ROOT", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NodeMissingError, match=r"Node 22.*make setup"):
        find_node()


@pytest.mark.parametrize(
    ("version", "fits"),
    [("20.20.2", False), ("22.12.0", False), ("22.13.0", True), ("24.0.0", False)],
)
def test_node_on_the_path_is_taken_if_it_fits(tmp_path, monkeypatch, version, fits):
    monkeypatch.setattr(instances, "ROOT", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n")
    node.chmod(0o755)

    if fits:
        assert find_node() == node
    else:
        with pytest.raises(NodeMissingError):
            find_node()
