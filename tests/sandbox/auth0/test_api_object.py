"""The `api` that Actions get, in real Node processes."""

import asyncio

import pytest

from sandbox.auth0.node_process import Execution
from tests.sandbox.actions import (
    RENDEZVOUS,
    execute,
    executed,
    logged,
    messages,
    post_login,
    program,
    running_pool,
)


def error_of(body: str) -> str:
    execution = execute(post_login(body))
    assert execution.error is not None
    return "{name}: {message}".format(**execution.error)


def test_api_records_calls_in_order_and_can_be_chained():
    execution = execute(
        post_login(
            "api.idToken.setCustomClaim('a', {b: 1}).accessToken.addScope('c');"
            "return api.samlResponse.setAttribute('d', ['e']).session.evictMetadata();"
        )
    )

    assert execution.error is None
    assert execution.calls == [
        {"method": "idToken.setCustomClaim", "arguments": ["a", {"b": 1}]},
        {"method": "accessToken.addScope", "arguments": ["c"]},
        {"method": "samlResponse.setAttribute", "arguments": ["d", ["e"]]},
        {"method": "session.evictMetadata", "arguments": []},
    ]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("api.user.setMetadata('a', 1)", "api.user.setMetadata"),
        ("api.token.setCustomClaim('a', 1)", "api.token"),
        ("if (api.idToken.addScope) console.log()", "api.idToken.addScope"),
        ("api.user.toString()", "api.user.toString"),
    ],
)
def test_api_without_such_a_method_throws_a_type_error(body, name):
    assert error_of(body) == f"TypeError: {name} is not a function"


@pytest.mark.parametrize(
    "method",
    [
        "authentication.recordMethod",
        "groups.hasGroupMembership",
        "redirect.canRedirect",
        "redirect.encodeToken",
        "redirect.validateToken",
        "roles.getUserEffectiveRoles",
        "rules.wasExecuted",
        "transaction.setMetadata",
    ],
)
def test_api_refuses_what_is_not_imitated(method):
    assert error_of(f"api.{method}()") == (
        f"Error: The sandbox does not imitate api.{method}"
    )


def test_user_metadata_takes_no_key_but_a_string():
    assert error_of("api.user.setAppMetadata(undefined, 1)") == (
        "TypeError: A metadata key must be a string"
    )


@pytest.mark.parametrize("kind", ["App", "User"])
def test_user_metadata_takes_32_kilobytes_an_execution(kind):
    set_half = f"api.user.set{kind}Metadata('{{}}', 'x'.repeat(16 * 1024 - 10));"
    twice = set_half.format("a") + set_half.format("b")
    assert len(execute(post_login(twice)).calls) == 2

    execution = execute(post_login(f"{twice} api.user.set{kind}Metadata('c', 'x')"))

    assert execution.error is not None
    assert execution.error["message"] == "User metadata exceeds 32 kB"
    assert len(execution.calls) == 2


def test_cache_returns_at_once_and_never_throws():
    assert logged(
        "console.log(api.cache.get('a'), api.cache.set('a', 'ä\\n').type);"
        "console.log(api.cache.get('a').value, api.cache.set('a', 1).code);"
        "console.log(api.cache.delete('a').type, api.cache.delete().code);"
    ) == [
        "undefined success",
        "ä\n FailedToSetCacheRecord",
        "success CacheKeyDoesNotExist",
    ]


def test_cache_is_shared_by_all_instances_of_a_trigger():
    code = post_login(
        "console.log(api.cache.get('last')?.value); api.cache.set('last', event.name)"
    )

    async def runs() -> list[Execution]:
        async with running_pool() as pool:
            what = program(code)
            return [await executed(pool, what, {"name": n}, name=n) for n in "abc"]

    texts = [messages(execution.logs)[0] for execution in asyncio.run(runs())]

    assert texts == ["undefined", "a", "b"]


def test_cache_serves_executions_that_run_at_the_same_time():
    code = post_login(
        "await everybody(20); api.cache.set(event.key, event.key);"
        "console.log(api.cache.get(event.key).value);",
        RENDEZVOUS,
    )

    async def runs() -> list[Execution]:
        async with running_pool() as pool:
            what = program(code)
            events = [{"key": f"key {number}"} for number in range(20)]
            return await asyncio.gather(*(executed(pool, what, e) for e in events))

    texts = [messages(execution.logs)[0] for execution in asyncio.run(runs())]

    assert texts == [f"key {number}" for number in range(20)]
