"""What is replaced, lost or tainted ends deployed and bound."""

from consumer_on_login.settings.settings import Settings
from tests.toolkit.tenant_operations import delete

from ..environment import action_of, obey, refusal, text
from .owners import assert_well, deployed, urn_of


def test_action_is_replaced_by_one_that_is_deployed_and_bound(environment, stack):
    plain = stack("plain")
    action = deployed(plain)
    preview = plain.preview(replace=[urn_of(plain, "action")])
    assert preview.succeeded, text(preview)
    up = plain.up(replace=[urn_of(plain, "action")])
    assert up.succeeded, text(up)
    assert action_of(plain) != action
    assert_well(environment, plain, action_of(plain))


def test_replaced_check_of_the_tenant_is_refused_and_nothing_else_happens(
    environment, stack
):
    plain = stack("plain")
    action = deployed(plain)
    tenant = urn_of(plain, "tenant")
    reported = "If this run only replaces the tenant check, leave the tenant check out"
    up = plain.up(replace=[tenant])
    assert not up.succeeded
    assert reported in text(up)
    obey(environment, plain, f"pulumi state taint '{tenant}'")
    up = plain.up()
    assert not up.succeeded
    assert reported in text(up)
    obey(environment, plain, f"pulumi state untaint '{tenant}'")
    assert plain.up().changes == {"same": 7}
    assert_well(environment, plain, action)


def test_binding_is_made_again_and_stays(environment, stack):
    plain = stack("plain")
    action = deployed(plain)
    binding = urn_of(plain, "binding")
    up = plain.up(replace=[binding])
    assert up.succeeded, text(up)
    assert_well(environment, plain, action)

    obey(environment, plain, f"pulumi state taint '{binding}'")
    up = plain.up()
    assert up.succeeded, text(up)
    assert_well(environment, plain, action)


def test_green_run_means_that_the_action_is_there_and_bound(environment, stack):
    """Also without a refresh, and without a change."""
    plain = stack("plain")
    action = deployed(plain)
    environment.tenant.bind(*environment.third_party)
    preview = plain.preview()
    assert "the Action is bound 0 times to the login flow" in text(preview)
    assert preview.changes == {"same": 6, "update": 1}
    assert plain.up().succeeded
    assert_well(environment, plain, action)

    delete(environment.tenant, action)
    assert not plain.preview(expect_no_changes=True).succeeded
    message = refusal(plain.up())
    assert f'The Action "{Settings.action_name}" is no longer in Auth0' in message
    obey(environment, plain, message.rpartition("run: ")[2])
    assert_well(environment, plain, action_of(plain))
