"""The delivery of an Action, against the stand-in of Auth0 over TLS."""

from dataclasses import replace

import pytest

from consumer_on_login import auth0_client
from consumer_on_login.auth0_answers import TenantBinding
from consumer_on_login.auth0_client import Auth0Client
from consumer_on_login.auth0_credentials import usable
from consumer_on_login.auth0_errors import Auth0RefusalError
from consumer_on_login.delivery import (
    Delivery,
    foreign_bindings,
    require_foreign_bindings,
)
from consumer_on_login.delivery_errors import (
    ActionGoneError,
    BuildError,
    DraftError,
    ForeignSecretError,
    InterferenceError,
    LostBindingsError,
    NotReadyError,
)
from consumer_on_login.drift import Meant, sha256
from sandbox.faults import Fault
from tests.tenant_deeds import bind, bindings, change, delete, deploy, secrets

NAME = "Portal"
CODE = "exports.onExecutePostLogin = async (event, api) => { /* ours */ };"
OTHER_CODE = "exports.onExecutePostLogin = async (event, api) => {};"
KEY, NEW_KEY = "zpka_old_sesame", "zpka_new_sesame"
MEANT = Meant(
    code_sha256=sha256(CODE), runtime="node22", dependencies={}, secret="API_KEY"
)
ACTION_PATH = "/api/v2/actions/actions/[^/]*"


@pytest.fixture
def declared(tenant, auth0):
    """The Action as the provider makes it: built, deployed, bound, with the key."""
    id_ = tenant.add_bound_action(NAME, CODE, secrets=secrets(API_KEY=KEY))
    auth0.control.clear_requests()
    return id_


@pytest.fixture
def deliver(auth0_credentials, no_waiting, declared):
    """Deliver the Action, or another one, and give it as it is then."""
    client = Auth0Client(usable(auth0_credentials))

    def deliver(key=KEY, *, has_key=True, drops=False, id_=declared, **meant):
        delivery = Delivery(client, id_, NAME, replace(MEANT, **meant))
        return delivery.deliver(
            key, has_key=lambda _: has_key, drops_foreign_secrets=drops
        )

    return deliver


@pytest.fixture
def written(asked):
    """Give method and end of the path of what was written since the last call."""

    def written():
        requests = [item.split() for item in asked()]
        writes = [
            f"{method} /{path.rpartition('/')[2]}"
            for method, path in requests
            if method != "GET"
        ]
        return [item for item in writes if item != "POST /token"]

    return written


@pytest.fixture
def deployed(auth0, declared):
    """Give what runs at a login, with the values of secrets."""
    return lambda: auth0.control.deployed_action(declared)


@pytest.fixture
def meanwhile(monkeypatch):
    """Do something just after the client's first call of a method."""

    def meanwhile(method, deed):
        original, deeds = getattr(Auth0Client, method), [deed]

        def call(*args):
            answer = original(*args)
            if deeds:
                deeds.pop()()
            return answer

        monkeypatch.setattr(Auth0Client, method, call)

    return meanwhile


def last_line(error):
    return str(error).splitlines()[-1]


# Nothing to deliver


def test_delivery_of_what_runs_already_only_reads(deliver, declared, asked):
    action = deliver()
    assert action.id == declared
    token, *reads = [item.rpartition("/")[2] for item in asked()]
    assert token == "token"
    assert set(reads) == {declared, "bindings"}
    assert len(reads) == 2


# The key


def test_delivery_sends_a_key_although_there_is_one(
    deliver, declared, deployed, written
):
    action = deliver(NEW_KEY, has_key=False)
    assert written() == [f"PATCH /{declared}", "POST /deploy"]
    assert deployed().secrets == {"API_KEY": NEW_KEY}
    assert action.deployed is not None
    assert action.deployed.number == 2


def test_delivery_does_not_send_a_key_unasked(deliver, deployed):
    deliver(NEW_KEY)
    assert deployed().secrets == {"API_KEY": KEY}


def test_delivery_refuses_to_drop_a_foreign_secret_unasked(
    deliver, declared, tenant, deployed, written
):
    deploy(tenant, declared, secrets=secrets(API_KEY=KEY, FOREIGN="x"))
    written()
    with pytest.raises(ForeignSecretError, match="holds FOREIGN, which is not of this"):
        deliver(has_key=False)
    assert written() == []
    assert deployed().secrets == {"API_KEY": KEY, "FOREIGN": "x"}


def test_delivery_removes_a_foreign_secret_that_was_told(
    deliver, declared, tenant, deployed
):
    change(tenant, declared, secrets=secrets(API_KEY="theirs", FOREIGN="x"))
    action = deliver(drops=True)
    assert deployed().secrets == {"API_KEY": KEY}
    assert list(action.draft.secrets) == ["API_KEY"]


def test_delivery_removes_a_foreign_secret_that_only_the_version_has(
    deliver, declared, tenant, deployed, written
):
    deploy(tenant, declared, secrets=secrets(API_KEY=KEY, FOREIGN="x"))
    change(tenant, declared, secrets=secrets(API_KEY=KEY))
    written()
    deliver()
    assert deployed().secrets == {"API_KEY": KEY}
    assert written() == ["POST /deploy"]


def test_delivery_sends_a_secret_that_was_removed(deliver, declared, tenant, deployed):
    deploy(tenant, declared, secrets=[])
    deliver()
    assert deployed().secrets == {"API_KEY": KEY}


# The version


def test_delivery_deploys_a_draft_that_was_not_deployed(
    deliver, declared, tenant, deployed, written
):
    deploy(tenant, declared, code=OTHER_CODE)
    change(tenant, declared, code=CODE)
    written()
    deliver()
    assert written() == ["POST /deploy"]
    assert deployed().code == CODE


def test_delivery_deploys_and_binds_what_never_was(deliver, tenant, auth0, declared):
    trigger = {"id": "post-login", "version": "v3"}
    body = {
        "name": NAME,
        "code": CODE,
        "supported_triggers": [trigger],
        "secrets": secrets(API_KEY=KEY),
    }
    id_ = tenant.api("POST", "/actions/actions", body)["id"]
    deliver(id_=id_)
    assert auth0.control.deployed_action(id_).code == CODE
    assert tenant.bound_actions() == [declared, id_]


def test_delivery_deploys_again_what_was_rolled_back(
    deliver, declared, tenant, deployed
):
    (first,) = tenant.api("GET", f"/actions/actions/{declared}/versions")["versions"]
    deploy(tenant, declared, code=OTHER_CODE)
    path = f"/actions/actions/{declared}/versions/{first['id']}/deploy"
    tenant.api("POST", path, {})
    assert deployed().code == CODE
    deliver(code_sha256=sha256(OTHER_CODE))
    assert deployed().code == OTHER_CODE


@pytest.mark.parametrize(
    ("meant", "words"),
    [
        ({"code_sha256": sha256("other")}, "the code of"),
        ({"runtime": "node18"}, "the runtime of"),
        ({"dependencies": {"undici": "6.29.1"}}, "the dependencies of"),
        (
            {"code_sha256": sha256("other"), "runtime": "node18"},
            "the code and the runtime of",
        ),
    ],
    ids=["code", "runtime", "dependencies", "two"],
)
def test_delivery_of_another_draft_is_the_providers_to_mend(
    deliver, written, meant, words
):
    with pytest.raises(DraftError) as caught:
        deliver(NEW_KEY, has_key=False, **meant)
    assert f'{words} the Action "{NAME}" in Auth0' in str(caught.value)
    assert last_line(caught.value) == "Send them again with: pulumi up --refresh"
    assert written() == []


def test_delivery_of_an_action_that_is_gone_says_so(deliver, declared, tenant, written):
    delete(tenant, declared)
    written()
    with pytest.raises(ActionGoneError) as caught:
        deliver(NEW_KEY, has_key=False)
    assert f'"{NAME}" is not in Auth0 any more' in str(caught.value)
    assert last_line(caught.value) == "Create it again with: pulumi up --refresh"
    assert written() == []


def test_delivery_whose_build_fails_leaves_the_version_from_before(
    deliver, declared, tenant, auth0, deployed, written
):
    failed = {**tenant.action(declared), "status": "failed"}
    fault = Fault(
        service="auth0",
        method="GET",
        path=ACTION_PATH,
        skip=1,
        kind="status",
        status=200,
        body=failed,
    )
    auth0.control.arm(fault)
    with pytest.raises(BuildError) as caught:
        deliver(NEW_KEY, has_key=False)
    assert f'could not build the Action "{NAME}"' in str(caught.value)
    assert last_line(caught.value) == "Try again with: pulumi up"
    assert written() == [f"PATCH /{declared}"]
    assert deployed().secrets == {"API_KEY": KEY}


def test_delivery_that_never_gets_ready_ends(
    deliver, declared, auth0, tenant, monkeypatch
):
    monkeypatch.setattr(auth0_client, "BUILD_SECONDS", 0.05)
    building = {**tenant.action(declared), "status": "building"}
    fault = Fault(
        service="auth0",
        method="GET",
        path=ACTION_PATH,
        kind="status",
        status=200,
        body=building,
    )
    auth0.control.arm(fault)
    with pytest.raises(NotReadyError, match=r'"Portal" within 0\.05 s') as caught:
        deliver(NEW_KEY, has_key=False)
    assert last_line(caught.value) == "Try again with: pulumi up"


# The binding


def test_delivery_binds_again_behind_the_others(deliver, declared, tenant, written):
    other = tenant.add_bound_action("Other", OTHER_CODE)
    bind(tenant, other)
    written()
    deliver()
    assert written() == ["PATCH /bindings"]
    assert tenant.bound_actions() == [other, declared]
    assert [item["display_name"] for item in bindings(tenant)] == ["Other", NAME]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_delivery_keeps_one_of_two_bindings_at_the_first_place(
    deliver, declared, tenant, place
):
    others = [tenant.add_bound_action(name, OTHER_CODE) for name in ("One", "Two")]
    wanted = [*others[:place], declared, *others[place:]]
    bind(tenant, *wanted, declared)
    deliver()
    assert tenant.bound_actions() == wanted


def test_delivery_of_a_key_leaves_the_bindings_as_they_are(
    deliver, declared, tenant, written
):
    tenant.add_bound_action("Other", OTHER_CODE)
    before = [item["id"] for item in bindings(tenant)]
    written()
    deliver(NEW_KEY, has_key=False)
    assert "PATCH /bindings" not in written()
    # Every write of the list gives every binding a new id.
    assert [item["id"] for item in bindings(tenant)] == before


def test_delivery_keeps_the_names_that_others_gave_their_bindings(deliver, tenant):
    other = tenant.add_bound_action("Other", OTHER_CODE)
    named = {"ref": {"type": "action_id", "value": other}, "display_name": "Theirs"}
    path = "/actions/triggers/post-login/bindings"
    tenant.api("PATCH", path, {"bindings": [named]})
    deliver()
    assert [item["display_name"] for item in bindings(tenant)] == ["Theirs", NAME]


# Somebody else, meanwhile


def test_delivery_keeps_a_binding_that_somebody_added_during_the_build(
    deliver, declared, tenant, meanwhile
):
    bind(tenant)
    added: list[str] = []
    meanwhile(
        "wait_until_built",
        lambda: added.append(tenant.add_bound_action("Added", OTHER_CODE)),
    )
    deliver(NEW_KEY, has_key=False)
    assert tenant.bound_actions() == [*added, declared]


def test_delivery_that_lost_a_foreign_binding_names_it(
    deliver, declared, tenant, meanwhile
):
    others = [tenant.add_bound_action(name, OTHER_CODE) for name in ("One", "Two")]
    bind(tenant, *others)
    meanwhile("replace_bindings", lambda: bind(tenant, others[0], declared))
    with pytest.raises(LostBindingsError) as caught:
        deliver()
    assert 'lost "Two" while' in str(caught.value)
    assert last_line(caught.value) == (
        "Bind it again in the dashboard: Actions > Triggers > post-login"
    )


@pytest.mark.parametrize(
    "deed",
    [
        lambda tenant, id_: change(tenant, id_, code=OTHER_CODE),
        lambda tenant, id_: deploy(tenant, id_, code=OTHER_CODE),
        lambda tenant, id_: deploy(tenant, id_, secrets=secrets(API_KEY="x", B="x")),
        lambda tenant, id_: bind(tenant),
        lambda tenant, id_: bind(tenant, id_, id_),
    ],
    ids=["draft", "code", "secret", "unbound", "doubled"],
)
def test_delivery_that_somebody_changes_meanwhile_says_so(
    deliver, declared, tenant, meanwhile, deed
):
    bind(tenant)
    meanwhile("replace_bindings", lambda: deed(tenant, declared))
    with pytest.raises(InterferenceError) as caught:
        deliver(NEW_KEY, has_key=False)
    assert f'"{NAME}" or its binding was changed by somebody' in str(caught.value)
    assert last_line(caught.value) == "Deploy it again with: pulumi up --refresh"


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("send_secrets", ActionGoneError),
        ("wait_until_built", Auth0RefusalError),
        ("deploy", Auth0RefusalError),
    ],
)
def test_delivery_of_an_action_deleted_meanwhile_ends_with_a_remedy(
    deliver, declared, tenant, meanwhile, method, error
):
    bind(tenant)
    meanwhile(method, lambda: delete(tenant, declared))
    with pytest.raises(error) as caught:
        deliver(NEW_KEY, has_key=False)
    assert "pulumi up" in last_line(caught.value)


# Bindings of others


def binding(number):
    return TenantBinding(f"a{number}", f"Action {number}", f"Shown {number}")


def test_foreign_bindings_leave_out_all_of_one_action():
    flow = [binding(1), binding(2), binding(1)]
    assert foreign_bindings(flow, "a1") == [binding(2)]


def test_foreign_bindings_may_move_and_grow():
    before = [binding(1), binding(2)]
    require_foreign_bindings(before, [binding(2), binding(3), binding(1)], "a9")


def test_lost_foreign_bindings_are_all_named_and_ours_is_not():
    before = [binding(1), binding(2), binding(9), binding(3)]
    renamed = replace(binding(3), display_name="Other")
    with pytest.raises(LostBindingsError, match='lost "Shown 1", "Shown 3" while'):
        require_foreign_bindings(before, [binding(2), renamed], "a9")
