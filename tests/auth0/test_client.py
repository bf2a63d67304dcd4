"""What the client reads and writes of Actions and bindings, over TLS."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from consumer_on_login.auth0 import client as module
from consumer_on_login.auth0.client import Auth0Client, auth0_client
from consumer_on_login.auth0.errors import (
    ActionGoneError,
    Auth0RefusalError,
    Auth0ResponseError,
    NotReadyError,
)
from consumer_on_login.auth0.shapes import TenantBinding
from consumer_on_login.process_memory import ProcessMemory
from tests.toolkit.messages import last_line
from tests.toolkit.our_action import CODE
from tests.toolkit.patience import until
from tests.toolkit.tenant_operations import NO_SUCH_ID, secrets

from .responses import API, TRIGGER

# Reading


@pytest.mark.parametrize(
    "body", ["<html>", [], {}, {"bindings": None}, {"bindings": {}}, {"bindings": [5]}]
)
def test_bindings_of_another_shape_are_unusable(client, arm, body):
    arm(f"{API}/.*", status=200, body=body)
    with pytest.raises(Auth0ResponseError) as caught:
        client.bindings(TRIGGER)
    assert "auth0_credentials.domain" in last_line(caught.value)


@pytest.mark.parametrize(
    "body", ["", [], {}, {"id": "a"}, {"id": "a", "name": 5, "status": "built"}]
)
def test_action_of_another_shape_is_unusable(client, arm, body):
    arm(f"{API}/.*", status=200, body=body)
    with pytest.raises(Auth0ResponseError):
        client.action("a")


def test_action_that_auth0_lacks_is_none(client):
    assert client.action(NO_SUCH_ID) is None


@pytest.mark.parametrize("body", ["<html>not here</html>", {}, [], {"status": 404}])
def test_action_404_of_another_server_is_not_none(client, arm, body):
    arm(f"{API}/.*", status=404, body=body)
    with pytest.raises(Auth0ResponseError, match="HTTP 404"):
        client.action("a")


def test_action_id_cannot_leave_its_path(client, asked):
    assert client.action("../triggers") is None
    assert asked()[-1] == f"GET {API}/actions/../triggers"


def test_action_is_read(client, tenant):
    id_ = tenant.add_bound_action("One", CODE, secrets=secrets(K="v"))
    action = client.action(id_)
    assert action is not None
    assert (action.id, action.name, action.status) == (id_, "One", "built")
    assert action.draft.code == CODE
    assert action.deployed is not None
    assert list(action.deployed.content.secrets) == ["K"]


def test_bindings_are_read_in_order(client, tenant):
    ids = [tenant.add_bound_action(name, CODE) for name in ("One", "Two", "Three")]
    assert client.bindings(TRIGGER) == [
        TenantBinding(id_, name, name)
        for id_, name in zip(ids, ("One", "Two", "Three"), strict=True)
    ]


def test_duplicates_are_those_of_exactly_the_name(client, tenant):
    ids = [tenant.add_bound_action("One & only?", CODE) for _ in range(2)]
    tenant.add_bound_action("One", CODE)
    found = [action.id for action in client.actions_named("One & only?")]
    assert sorted(found) == sorted(ids)
    assert client.actions_named("Two") == []


def test_duplicates_are_found_among_other_actions_of_any_shape(client, arm):
    same = {"id": "a", "name": "One", "status": "built"}
    odd = [5, {"name": "One more"}, {"id": 7, "name": "ONE"}, {"name": ["One"]}]
    arm(f"{API}/actions", status=200, body={"actions": [*odd, same]})
    assert [action.id for action in client.actions_named("One")] == ["a"]


def test_actions_of_a_trigger_are_found_among_those_of_any_shape(client, arm):
    one = {"id": "a", "name": "One", "status": "built"}
    arm(f"{API}/actions", status=200, body={"actions": [5, {"name": "One more"}, one]})
    assert [action.id for action in client.actions_of(TRIGGER)] == ["a"]


def test_all_actions_of_a_tenant_are_asked_for_at_once(client, tenant, asked, auth0):
    asked()
    client.actions_named("One")
    (request,) = auth0.control.requests("auth0")[-1:]
    assert "per_page=100" in request.query


# Writing


def test_binding_without_a_label_is_written_without_one(client, tenant):
    """Auth0 then gives it its Action's name."""
    one = tenant.add_bound_action("One", CODE)
    client.replace_bindings(TRIGGER, [TenantBinding(one, "One", None)])
    assert client.bindings(TRIGGER) == [TenantBinding(one, "One", "One")]


def test_refusal_is_passed_on_in_short(client, arm):
    body = {"statusCode": 400, "message": "no " * 500}
    arm(f"{API}/.*", status=400, body=body)
    with pytest.raises(Auth0RefusalError, match="HTTP 400: no no") as caught:
        client.replace_bindings(TRIGGER, [])
    assert len(str(caught.value)) < 500
    assert last_line(caught.value) == "Fix the cause that Auth0 names, and run again"


def test_refusal_of_another_server_asks_for_the_domain(client, arm):
    arm(f"{API}/.*", status=400, body={"status": 400, "message": "no"})
    with pytest.raises(Auth0ResponseError, match="HTTP 400: no") as caught:
        client.replace_bindings(TRIGGER, [])
    assert "auth0_credentials.domain" in last_line(caught.value)


def test_refusal_of_secrets_quotes_none(client, arm):
    body = {"statusCode": 400, "message": "'zpka_sesame' is too long"}
    arm(f"{API}/.*", status=400, body=body)
    with pytest.raises(Auth0RefusalError, match="HTTP 400") as caught:
        client.send_secrets("a", {"API_KEY": "zpka_sesame"})
    assert "sesame" not in str(caught.value)


def test_secrets_are_replaced_built_and_deployed(client, tenant, auth0):
    id_ = tenant.add_bound_action("One", CODE, secrets=secrets(OLD="1", K="2"))
    client.send_secrets(id_, {"K": "3"})
    assert client.wait_until_built(id_)
    client.deploy(id_)
    assert auth0.control.deployed_action(id_).secrets == {"K": "3"}
    assert tenant.action(id_)["all_changes_deployed"]


def test_bindings_are_replaced_in_order_with_their_names(client, tenant):
    for name in ("One", "Two"):
        tenant.add_bound_action(name, CODE)
    one, two = client.bindings(TRIGGER)
    renamed = TenantBinding(one.action_id, one.action_name, "Shown")
    client.replace_bindings(TRIGGER, [two, renamed])
    assert client.bindings(TRIGGER) == [two, renamed]


def test_action_is_tested_even_if_it_raises(client, tenant):
    code = "exports.onExecutePostLogin = async (event) => { throw Error(event.a); };"
    id_ = tenant.add_bound_action("One", code)
    response = client.test_action(id_, {"a": "from the event"})
    assert response["payload"]["error"]["message"] == "from the event"


# Waiting

BUILT = {"id": "a", "name": "One", "status": "built"}
VERSION = {"number": 4, "deployed": True}


def test_build_is_waited_for(client, arm):
    for status in ("pending", "building", "packaged", "retrying"):
        arm(f"{API}/.*", status=200, body={**BUILT, "status": status}, times=1)
    arm(f"{API}/.*", status=200, body=BUILT)
    assert client.wait_until_built("a")


def test_build_that_failed_is_reported(client, arm):
    arm(f"{API}/.*", status=200, body={**BUILT, "status": "failed"})
    assert not client.wait_until_built("a")


@pytest.mark.parametrize(
    "unready",
    [
        {},
        {"deployed_version": None},
        {"deployed_version": {**VERSION, "deployed": False}},
        {"deployed_version": {**VERSION, "number": 3}},
    ],
    ids=str,
)
def test_deployment_is_waited_for_until_its_version_runs(client, arm, asked, unready):
    deployment = {**VERSION, "deployed": False}
    arm(f"{API}/.*/deploy", method="POST", status=200, body=deployment)
    arm(f"{API}/actions/a", status=200, body={**BUILT, **unready}, times=2)
    arm(f"{API}/actions/a", status=200, body={**BUILT, "deployed_version": VERSION})
    client.deploy("a")
    assert asked().count(f"GET {API}/actions/a") == 3


@pytest.mark.parametrize(
    "body", ["", [], {}, {"number": None}, {"number": "4"}, {"number": [4]}], ids=str
)
def test_deployment_of_another_shape_is_unusable(client, arm, body):
    arm(f"{API}/.*/deploy", method="POST", status=200, body=body)
    with pytest.raises(Auth0ResponseError):
        client.deploy("a")


@pytest.mark.parametrize("step", ["wait_until_built", "deploy"])
def test_action_that_is_never_ready_is_given_up(client, arm, monkeypatch, step):
    monkeypatch.setattr(module, "BUILD_SECONDS", 0.05)
    arm(f"{API}/.*/deploy", method="POST", status=200, body=VERSION)
    arm(f"{API}/actions/a", status=200, body={**BUILT, "status": "building"})
    with pytest.raises(NotReadyError) as caught:
        getattr(client, step)("a")
    assert '"One"' in str(caught.value)
    assert last_line(caught.value) == "To try again, run: pulumi up"


@pytest.mark.parametrize("step", ["wait_until_built", "deploy"])
def test_action_that_vanishes_meanwhile_is_reported(client, arm, step):
    arm(f"{API}/.*/deploy", method="POST", status=200, body=VERSION)
    arm(f"{API}/actions/a", status=404, body={"statusCode": 404})
    with pytest.raises(ActionGoneError) as caught:
        getattr(client, step)("a")
    remedy = "To create the Action again, run: pulumi up --refresh"
    assert last_line(caught.value) == remedy


def test_waits_grow_to_two_seconds(client, arm, no_waiting):
    arm(f"{API}/.*", status=200, body={**BUILT, "status": "building"}, times=6)
    arm(f"{API}/.*", status=200, body=BUILT)
    client.wait_until_built("a")
    assert no_waiting == [0.2, 0.4, 0.8, 1.6, 2.0, 2.0]


# One client


def test_clients_of_the_same_credentials_are_one(credentials):
    assert auth0_client(credentials()) is auth0_client(credentials())


def test_clients_of_other_credentials_are_others(credentials):
    assert auth0_client(credentials()) is not auth0_client(credentials(client_id="x"))


def test_clients_asked_for_at_the_same_time_are_one(credentials, monkeypatch):
    entered: list[object] = []

    def are_held_up() -> bool:
        frames = sys._current_frames().values()
        return sum(it.f_code is ProcessMemory.once.__code__ for it in frames) == 3

    class Slow(Auth0Client):
        def __init__(self, credentials):
            entered.append(self)
            until(lambda: len(entered) > 1 or are_held_up())
            super().__init__(credentials)

    monkeypatch.setattr(module, "Auth0Client", Slow)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(auth0_client, [credentials()] * 4))
    assert len(set(map(id, found))) == 1
