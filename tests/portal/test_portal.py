"""The last sentence of Zuplo's guide: a new user logs in, and gets a consumer."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from sandbox.commands.clouds import CloudError
from sandbox.commands.try_ import NAMESPACE
from sandbox.host.faults import Fault
from sandbox.zuplo.key_form import new_key
from tests.engine.environment import keeping_main
from tests.toolkit.http_client import send
from tests.toolkit.patience import until


def ask_key_api(sandbox, token, method, path):
    return send(
        sandbox,
        method,
        f"{sandbox.portal_url}/v2/client/{sandbox.portal_deployment}/consumers{path}",
        headers={"Authorization": f"Bearer {token}"},
        json={},
    )


def test_new_user_sees_their_key_and_it_opens_the_gateway(visit, account, shoot):
    ada = visit()
    ada.open_sign_up()
    ada.fill_sign_up("ada@example.com")
    shoot(ada.page, "portal-sign-up")
    ada.press("Sign up")
    ada.arrive()
    ada.open_keys()
    expect(ada.page.get_by_role("button", name="Reveal secret")).to_be_visible()
    shoot(ada.page, "portal-api-keys")

    (consumer,) = account.consumers(manager_email="ada@example.com")
    assert account.open_gateway(ada.key())["sub"] == consumer["name"]


def test_second_login_adds_nothing(visit, account):
    grace = visit()
    grace.sign_up("grace@example.com")
    first = grace.key()
    before = account.consumers(manager_email="grace@example.com")

    grace.log_out()
    grace.log_in("grace@example.com")

    assert grace.key() == first
    assert account.consumers(manager_email="grace@example.com") == before


def test_rolled_key_is_another_one_and_both_open_the_gateway(visit, account):
    hedy = visit()
    hedy.sign_up("hedy@example.com")
    old = hedy.key()

    hedy.roll_key()
    keys = hedy.keys(2)

    assert len(set(keys)) == 2
    assert old in keys
    assert len({account.open_gateway(key)["sub"] for key in keys}) == 1
    hedy.see("Expires in 7 days.")


def test_next_user_of_the_same_browser_has_their_own_key_only(visit, account, sandbox):
    browser = visit()
    browser.sign_up("joan@example.com")
    joans = browser.key()
    (joan,) = account.consumers(manager_email="joan@example.com")

    browser.log_out()
    browser.sign_up("katherine@example.com")

    katherines = browser.key()
    assert katherines != joans
    (katherine,) = account.consumers(manager_email="katherine@example.com")
    assert account.open_gateway(katherines)["sub"] == katherine["name"]
    for method, path in [("PATCH", ""), ("POST", "/roll-key")]:
        path = f"/{joan['id']}{path}"
        response = ask_key_api(sandbox, browser.access_token(), method, path)
        assert response.status_code == 404
    assert account.consumers(manager_email="joan@example.com") == [joan]


def test_unverified_user_gets_a_key_once_they_are_verified_and_log_in(
    visit, account, shoot
):
    lise = visit()
    lise.sign_up("lise@example.com", verified=False)
    lise.open_keys()
    lise.see("Verified email required")
    shoot(lise.page, "portal-unverified")
    assert account.consumers(manager_email="lise@example.com") == []

    visit().verify_email("lise@example.com")
    # The portal knows by now, but no Action has run since.
    lise.press_until("Refresh", lise.page.get_by_text("You have no API keys yet."))

    lise.log_out()
    lise.log_in("lise@example.com")
    assert account.open_gateway(lise.key())
    assert len(account.consumers(manager_email="lise@example.com")) == 1


def test_user_of_an_outage_is_logged_in_and_has_their_key_after_it(
    visit, account, sandbox
):
    rosalind = visit()
    # The Action gives up on a response that never comes.
    sandbox.control.arm(Fault(service="zuplo", kind="hang"))
    rosalind.sign_up("rosalind@example.com")
    rosalind.open_keys()
    rosalind.see("You have no API keys yet.")

    sandbox.control.clear_faults()
    assert account.consumers(manager_email="rosalind@example.com") == []
    # Half a minute later: the Action has forgotten the outage.
    sandbox.control.stop_instances()
    rosalind.log_out()
    rosalind.log_in("rosalind@example.com")

    assert account.open_gateway(rosalind.key())


def test_two_browsers_of_a_new_user_at_once_make_one_consumer(
    visit, account, sandbox, tenant
):
    tenant.add_user("sophie", name="Ada Lovelace")
    both = [visit(), visit()]
    sandbox.control.arm(
        Fault(service="zuplo", method="POST", kind="hang", when="before", times=2)
    )
    for browser in both:
        browser.open_login()
        browser.fill_login("sophie@example.com")
    for browser in both:
        # A click would wait for the response.
        browser.page.evaluate("document.forms[0].requestSubmit()")
    until(lambda: sum(fault.hits for fault in sandbox.control.faults()) == 2)
    sandbox.control.clear_faults()

    for browser in both:
        browser.arrive()
    assert len({browser.key() for browser in both}) == 1
    assert len(account.consumers(manager_email="sophie@example.com")) == 1


def test_look_alike_never_sees_the_key(visit, account, sandbox, tenant):
    """Another connection's account may bear any address, as long as it is unverified.

    What the real key API does with such a token is unknown: docs/not-tried-live.md.
    """
    victim, mallory = visit(), visit()
    victim.sign_up("emmy@example.com")
    key = victim.key()
    (consumer,) = account.consumers(manager_email="emmy@example.com")
    # The sandbox has one connection, whose sign-up refuses a taken address.
    user_id = tenant.add_user("mallory", name="Ada Lovelace", password="mallory's own")
    address = {"email": "emmy@example.com", "email_verified": False}
    tenant.api("PATCH", f"/users/{user_id}", address)

    mallory.log_in("emmy@example.com", "mallory's own")
    mallory.open_keys()
    mallory.see("Verified email required")
    assert key not in mallory.page.content()

    for method, path in [
        ("GET", ""),
        ("PATCH", f"/{consumer['id']}"),
        ("POST", f"/{consumer['id']}/roll-key"),
        ("DELETE", f"/{consumer['id']}/keys/{consumer['apiKeys'][0]['id']}"),
    ]:
        response = ask_key_api(sandbox, mallory.access_token(), method, path)
        assert response.status_code == 403
        assert key not in response.text
    assert account.consumers(manager_email="emmy@example.com") == [consumer]


def test_no_login_fails_while_a_changed_action_is_deployed(visit, account, deployment):
    deployment.configure(f"{NAMESPACE}:loginTimeoutMs", "4900")
    with keeping_main(), ThreadPoolExecutor(1) as pool:
        run = pool.submit(deployment.up)
        meanwhile = 0
        while not run.done():
            meanwhile += 1
            user = visit()
            user.sign_up(f"user{meanwhile}@example.com")
            assert account.open_gateway(user.key())
    up = run.result()
    assert up.succeeded, up.output
    assert up.changes["update"]
    assert meanwhile
    user = visit()
    user.sign_up("after@example.com")
    assert account.open_gateway(user.key())


def test_key_that_nobody_has_stays_outside(account):
    """The gateway's yes above means something."""
    with pytest.raises(CloudError, match=re.escape("401")):
        account.open_gateway(new_key())
