"""Logins of a tenant whose Actions run in real Node processes."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from sandbox.auth0.actions import Action
from sandbox.auth0.builds import BuildFailure, Dependency
from sandbox.auth0.errors import ApiError
from sandbox.auth0.instances import InstancePool
from sandbox.auth0.login_event import build_event
from sandbox.auth0.login_result import ActionRun
from sandbox.auth0.logins import LoginRequest, LoginResult, Logins, UnknownUserError
from sandbox.auth0.schemas import ActionCreate, ActionUpdate, BindingIn
from sandbox.auth0.state import State
from sandbox.auth0.users import User
from tests.sandbox.actions import RENDEZVOUS, node_processes, post_login, running_pool
from tests.sandbox.auth0_api import POST_LOGIN
from tests.toolkit.patience import eventually

USER_ID = "auth0|ada"
Response = TypeVar("Response")


class NoNpm:
    async def build(self, dependencies: list[Dependency]) -> Path | BuildFailure:
        raise AssertionError


class Tenant:
    """A tenant with one user and what these tests ask of it."""

    def __init__(self, pool: InstancePool, time_limit_seconds: float) -> None:
        self.state = State(NoNpm())
        self.pool = pool
        self.logins = Logins(self.state, pool, time_limit_seconds)
        profile = {"email": "ada@example.com", "email_verified": True}
        self.user = User(USER_ID, profile, app_metadata={"plan": "free"})
        self.state.users[USER_ID] = self.user

    async def draft(self, body: str, before: str = "", **fields: Any) -> Action:
        created = {"name": "an action", "supported_triggers": [POST_LOGIN], **fields}
        code = post_login(body, before)
        action = self.state.create_action(ActionCreate(code=code, **created))
        await eventually(lambda: action.build.look() == "built")
        return action

    async def bind(self, body: str, before: str = "", **fields: Any) -> Action:
        """Deploy an Action and bind it behind those bound already."""
        action = await self.draft(body, before, **fields)
        action.deploy()
        bound = [b.action.id for b in self.state.bindings["post-login"]] + [action.id]
        refs = [{"ref": {"type": "action_id", "value": each}} for each in bound]
        wanted = [BindingIn.model_validate(ref) for ref in refs]
        self.state.replace_bindings("post-login", wanted)
        return action

    async def login(self, **fields: Any) -> LoginResult:
        return await self.logins.login(LoginRequest(user_id=USER_ID, **fields))


def on_a_tenant(
    story: Callable[[Tenant], Awaitable[Response]], time_limit_seconds: float = 20
) -> Response:
    async def reported() -> Response:
        async with running_pool() as pool:
            return await story(Tenant(pool, time_limit_seconds))

    response = asyncio.run(reported())
    assert node_processes() == []
    return response


def login_through(*bodies: str, **fields: Any) -> LoginResult:
    """Log in once, with an Action bound for each body of a handler."""

    async def story(tenant: Tenant) -> LoginResult:
        for body in bodies:
            await tenant.bind(body)
        return await tenant.login(**fields)

    return on_a_tenant(story)


def said(run: ActionRun) -> list[str]:
    return [log.message for log in run.logs]


def test_login_of_an_unknown_user_is_refused():
    async def story(tenant: Tenant) -> None:
        with pytest.raises(UnknownUserError, match=r"no user 'auth0\|nobody'"):
            await tenant.logins.login(LoginRequest(user_id="auth0|nobody"))

    on_a_tenant(story)


def test_login_without_actions_succeeds_and_counts():
    async def story(tenant: Tenant) -> User:
        result = await tenant.login()
        assert (result.outcome, result.actions) == ("success", [])
        return tenant.user

    user = on_a_tenant(story)

    assert user.logins_count == 1
    assert user.last_login is not None


def test_login_of_a_blocked_user_is_denied_and_runs_nothing():
    async def story(tenant: Tenant) -> LoginResult:
        await tenant.bind("console.log(1)")
        tenant.user.profile["blocked"] = True
        return await tenant.login()

    result = on_a_tenant(story)

    assert (result.outcome, result.reason) == ("denied", "user is blocked")
    assert result.actions == []


def test_login_runs_bound_actions_in_order_with_their_own_secrets():
    async def story(tenant: Tenant) -> LoginResult:
        show = "console.log(event.secrets)"
        await tenant.bind(show, name="b", secrets=[{"name": "KEY", "value": "1"}])
        await tenant.bind(show, name="a", secrets=[{"name": "KEY", "value": "2"}])
        return await tenant.login()

    runs = on_a_tenant(story).actions

    assert [run.action_name for run in runs] == ["b", "a"]
    assert [said(run) for run in runs] == [["{ KEY: '1' }"], ["{ KEY: '2' }"]]


def test_login_runs_the_deployed_version_whatever_the_draft():
    async def story(tenant: Tenant) -> LoginResult:
        action = await tenant.bind("console.log('deployed')")
        draft = ActionUpdate(code=post_login("console.log('draft')"))
        tenant.state.update_action(action, draft)
        return await tenant.login()

    assert said(on_a_tenant(story).actions[0]) == ["deployed"]


def test_login_saves_metadata_after_all_actions():
    result = login_through(
        "api.user.setAppMetadata('plan', null); api.user.setAppMetadata('id', 1);"
        "api.user.setUserMetadata('theme', {dark: true});",
        "console.log(event.user.app_metadata, event.user.user_metadata);"
        "api.user.setAppMetadata('id', 2);",
    )

    assert said(result.actions[1]) == ["{ plan: 'free' } {}"]
    assert result.app_metadata == {"id": 2}
    assert result.user_metadata == {"theme": {"dark": True}}


def test_simultaneous_first_logins_all_see_the_metadata_unset():
    async def story(tenant: Tenant) -> list[LoginResult]:
        await tenant.bind(
            "console.log(event.user.app_metadata.id);"
            "await everybody(event.stats.logins_count > 20 ? 1 : 20);"
            "api.user.setAppMetadata('id', 1);",
            RENDEZVOUS,
        )
        results = await asyncio.gather(*(tenant.login() for _ in range(20)))
        return [*results, await tenant.login(instance="later")]

    *results, late = on_a_tenant(story)

    assert {said(result.actions[0])[0] for result in results} == {"undefined"}
    assert {result.outcome for result in results} == {"success"}
    assert said(late.actions[0]) == ["1"]


def test_login_keeps_metadata_that_was_set_elsewhere_meanwhile():
    async def story(tenant: Tenant) -> dict[str, Any]:
        await tenant.bind(
            "await everybody(2); api.user.setAppMetadata(event.client.name, 1)",
            RENDEZVOUS,
        )
        names = ("first", "second")
        await asyncio.gather(*(tenant.login(client_name=name) for name in names))
        return tenant.user.app_metadata

    assert on_a_tenant(story) == {"plan": "free", "first": 1, "second": 1}


def test_denied_login_stops_there_and_still_saves_metadata():
    result = login_through(
        "api.access.deny('not today'); api.user.setAppMetadata('id', 1);",
        "console.log('never')",
    )

    assert (result.outcome, result.reason) == ("denied", "not today")
    assert len(result.actions) == 1
    assert result.app_metadata == {"plan": "free", "id": 1}


def test_uncaught_error_denies_the_login_and_saves_nothing():
    result = login_through(
        "api.user.setAppMetadata('id', 1); throw new RangeError('too much');",
        "console.log('never')",
    )

    assert (result.outcome, result.reason) == ("denied", "too much")
    (run,) = result.actions
    assert run.error is not None
    assert (run.error.name, run.error.message) == ("RangeError", "too much")
    assert result.app_metadata == {"plan": "free"}


def test_login_past_the_time_limit_is_denied_and_the_next_one_is_served():
    async def story(tenant: Tenant) -> tuple[LoginResult, LoginResult]:
        await tenant.bind("if (event.client.name === 'slow') for (;;);")
        slow = await tenant.login(client_name="slow")
        assert node_processes() == []
        patient = Logins(tenant.state, tenant.pool)
        return slow, await patient.login(LoginRequest(user_id=USER_ID))

    slow, next_one = on_a_tenant(story, time_limit_seconds=1)

    assert slow.outcome == "denied"
    assert slow.reason == "The actions took longer than 1 s"
    assert slow.milliseconds >= 1000
    assert next_one.outcome == "success"


def test_time_limit_is_for_all_actions_together(monkeypatch):
    seconds = 0

    async def run(*_: object) -> None:
        """Take two seconds by the clock of the event loop."""
        nonlocal seconds
        seconds += 2
        for _turn in range(3):  # a timer that is due strikes a turn later
            await asyncio.sleep(0)

    async def story(tenant: Tenant) -> LoginResult:
        await tenant.bind("")
        await tenant.bind("")
        monkeypatch.setattr(tenant.pool, "run", run)
        monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: seconds)
        return await tenant.login()

    result = on_a_tenant(story, time_limit_seconds=3)

    assert result.outcome == "denied"
    assert [run.error is None for run in result.actions] == [True, False]


@pytest.mark.parametrize(
    "call",
    [
        "redirect.sendUserTo('https://example.com')",
        "multifactor.enable('any')",
        "authentication.challengeWith({type: 'otp'})",
        "authentication.enrollWithAny([{type: 'otp'}])",
        "prompt.render('id')",
    ],
)
def test_interrupted_login_names_the_method_and_stops_there(call):
    result = login_through(f"api.{call}", "console.log('never')")

    assert result.interrupted == call.partition("(")[0]
    assert result.outcome == "success"
    assert len(result.actions) == 1


def test_switching_factors_off_interrupts_nothing():
    result = login_through("api.multifactor.enable('none')", "console.log('next')")

    assert result.interrupted is None
    assert len(result.actions) == 2


def test_login_by_another_instance_name_starts_cold():
    async def story(tenant: Tenant) -> list[list[str]]:
        await tenant.bind("console.log(++n)", "let n = 0;")
        names = ("default", "default", "cold")
        logins = [await tenant.login(instance=name) for name in names]
        return [said(result.actions[0]) for result in logins]

    assert on_a_tenant(story) == [["1"], ["2"], ["1"]]


def test_event_tells_of_user_client_and_login():
    user = User(USER_ID, {"email": "a@b.c", "blocked": False}, {"plan": "free"})
    request = LoginRequest(user_id=USER_ID, client_id="c", audience="https://api")

    event = build_event(user, request)

    assert event["user"]["email"] == "a@b.c"
    assert "blocked" not in event["user"]
    assert event["user"]["app_metadata"] == {"plan": "free"}
    assert event["user"]["identities"][0]["provider"] == "auth0"
    assert event["client"]["client_id"] == "c"
    assert event["resource_server"] == {"identifier": "https://api"}
    assert event["transaction"]["metadata"] == {}
    assert event["authentication"]["methods"][0]["name"] == "pwd"
    assert "secrets" not in event


def test_event_takes_odd_parts_and_loses_what_is_null():
    user = User(USER_ID, {"email": "a@b.c"}, {"plan": "free"})
    odd = {
        "user": {"app_metadata": None, "email_verified": True},
        "organization": {"id": "org_1", "name": None},
        "stats": None,
    }

    event = build_event(user, LoginRequest(user_id=USER_ID, extra_event=odd))

    assert "app_metadata" not in event["user"]
    assert event["user"]["email"] == "a@b.c"
    assert event["user"]["email_verified"] is True
    assert event["organization"] == {"id": "org_1"}
    assert "stats" not in event
    assert user.app_metadata == {"plan": "free"}


def test_testing_an_action_that_raises_gives_error_and_stats():
    async def story(tenant: Tenant) -> dict[str, Any]:
        action = await tenant.draft("event.user.id.x")
        return await tenant.logins.test_action(action, {"event": {"user": {}}})

    response = on_a_tenant(story)

    assert response.keys() == {"error", "stats"}
    assert response["error"].keys() == {"name", "message", "stack"}
    assert response["error"]["name"] == "TypeError"
    assert all(isinstance(number, int) for number in response["stats"].values())


def test_testing_an_action_runs_the_draft_with_its_secrets():
    async def story(tenant: Tenant) -> dict[str, Any]:
        secrets = [{"name": "KEY", "value": "1"}]
        body = "api.user.setAppMetadata(event.user.name, event.secrets.KEY)"
        action = await tenant.draft(body, secrets=secrets)
        payload = {"event": {"user": {"name": "n"}}}
        return await tenant.logins.test_action(action, payload)

    response = on_a_tenant(story)

    assert response.keys() == {"commands", "stats"}
    assert response["commands"] == [
        {"method": "user.setAppMetadata", "arguments": ["n", "1"]}
    ]


def test_testing_an_action_that_never_ends_gives_an_error():
    async def story(tenant: Tenant) -> dict[str, Any]:
        action = await tenant.draft("for (;;);")
        return await tenant.logins.test_action(action, {"event": {}})

    response = on_a_tenant(story, time_limit_seconds=1)

    assert response["error"]["message"] == "The actions took longer than 1 s"


@pytest.mark.parametrize(
    ("trigger", "payload", "message"),
    [
        ("post-login", {}, "payload.event"),
        ("post-login", {"event": "text"}, "payload.event"),
        ("event-stream", {"event": {}}, "only test Actions of post-login"),
    ],
)
def test_testing_what_cannot_be_tested_is_refused(trigger, payload, message):
    async def story(tenant: Tenant) -> None:
        action = await tenant.draft("", supported_triggers=[{"id": trigger}])
        with pytest.raises(ApiError, match=message):
            await tenant.logins.test_action(action, payload)

    on_a_tenant(story)
