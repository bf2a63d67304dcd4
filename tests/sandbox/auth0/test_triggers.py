"""Which triggers, runtimes and upgrades the Auth0 stand-in knows."""

import pytest

from sandbox.auth0.actions import TriggerRef
from sandbox.auth0.errors import ApiError
from sandbox.auth0.schemas import TriggerIn
from sandbox.auth0.triggers import check_upgrade, runtime_for, trigger_of

V2 = TriggerRef("post-login", "v2")
V3 = TriggerRef("post-login", "v3")


def test_trigger_without_a_version_is_the_current_one():
    assert trigger_of(TriggerIn(id="post-login")).ref == V3


@pytest.mark.parametrize("ref", [("post-login", "v9"), ("pre-breakfast", "v1")])
def test_trigger_that_is_not_in_the_list_is_an_invalid_body(ref):
    with pytest.raises(ApiError, match="No trigger") as refusal:
        trigger_of(TriggerRef(*ref))

    assert (refusal.value.status, refusal.value.code) == (400, "invalid_body")


@pytest.mark.parametrize(
    ("ref", "wanted", "runtime"),
    [
        pytest.param(V3, "", "node22", id="default of the current version"),
        pytest.param(V3, "node18-actions", "node18-actions", id="listed runtime"),
        pytest.param(V2, "", "node16", id="default of a deprecated version"),
        pytest.param(V2, "node18", "node18", id="old name where it is listed"),
    ],
)
def test_runtime_of_the_list_is_accepted(ref, wanted, runtime):
    assert runtime_for(trigger_of(ref), wanted) == runtime


@pytest.mark.parametrize("wanted", ["node16", "node18", "node24", "deno"])
def test_runtime_that_post_login_v3_does_not_list_is_refused(wanted):
    with pytest.raises(ApiError, match="runtime is not supported"):
        runtime_for(trigger_of(V3), wanted)


def test_upgrade_to_a_compatible_trigger_is_allowed():
    check_upgrade(V2, trigger_of(V3))


@pytest.mark.parametrize("new", [V2, TriggerRef("post-change-password", "v2")])
def test_upgrade_to_another_trigger_is_refused(new):
    with pytest.raises(ApiError, match="can't upgrade to this trigger"):
        check_upgrade(V3, trigger_of(new))
