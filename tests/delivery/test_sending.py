"""The delivery of an Action's key and version, against the stand-in over TLS."""

import pytest

from consumer_on_login.auth0.errors import ActionGoneError
from consumer_on_login.delivery.drift import sha256
from consumer_on_login.delivery.errors import BuildError, DraftError
from consumer_on_login.tenant.errors import ThirdPartySecretError
from sandbox.host.faults import Fault
from tests.toolkit.messages import last_line
from tests.toolkit.our_action import CODE, NAME, OTHER_CODE
from tests.toolkit.tenant_operations import change, delete, deploy, secrets

from .desired import ACTION_PATH, KEY, NEW_KEY, added

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


def test_delivery_refuses_to_drop_a_third_party_secret_unasked(
    deliver, declared, tenant, deployed, written
):
    deploy(tenant, declared, secrets=secrets(API_KEY=KEY, THIRD_PARTY="x"))
    written()
    with pytest.raises(
        ThirdPartySecretError, match="do not belong to this stack: THIRD_PARTY"
    ):
        deliver(has_key=False, reported=[added("OTHER")])
    assert written() == []
    assert deployed().secrets == {"API_KEY": KEY, "THIRD_PARTY": "x"}


def test_delivery_removes_a_third_party_secret_that_was_reported(
    deliver, declared, tenant, deployed
):
    change(tenant, declared, secrets=secrets(API_KEY="theirs", THIRD_PARTY="x"))
    action = deliver(reported=[added("THIRD_PARTY")])
    assert deployed().secrets == {"API_KEY": KEY}
    assert list(action.draft.secrets) == ["API_KEY"]


def test_delivery_removes_a_third_party_secret_that_only_the_version_has(
    deliver, declared, tenant, deployed, written
):
    deploy(tenant, declared, secrets=secrets(API_KEY=KEY, THIRD_PARTY="x"))
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
    ("desired", "words"),
    [
        ({"code_sha256": sha256("other")}, "the code"),
        ({"runtime": "node18"}, "the runtime"),
        ({"dependencies": {"undici": "6.29.1"}}, "the dependencies"),
        (
            {"code_sha256": sha256("other"), "runtime": "node18"},
            "the code and the runtime",
        ),
    ],
    ids=["code", "runtime", "dependencies", "two"],
)
def test_delivery_of_another_draft_is_the_providers_to_fix(
    deliver, written, desired, words
):
    with pytest.raises(DraftError) as caught:
        deliver(NEW_KEY, has_key=False, **desired)
    assert f'"{NAME}" in Auth0 differs from' in str(caught.value)
    assert str(caught.value).splitlines()[0].endswith(f" declares: {words}.")
    remedy = "To send the Action again, run: pulumi up --refresh"
    assert last_line(caught.value) == remedy
    assert written() == []


def test_delivery_of_an_action_that_is_gone_says_so(deliver, declared, tenant, written):
    delete(tenant, declared)
    written()
    with pytest.raises(ActionGoneError) as caught:
        deliver(NEW_KEY, has_key=False)
    assert f'"{NAME}" is no longer in Auth0' in str(caught.value)
    remedy = "To create the Action again, run: pulumi up --refresh"
    assert last_line(caught.value) == remedy
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
    assert last_line(caught.value) == "To try again, run: pulumi up"
    assert written() == [f"PATCH /{declared}"]
    assert deployed().secrets == {"API_KEY": KEY}
