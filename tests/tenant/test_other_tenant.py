"""Which tenant the check has seen first, and what it makes of another one."""

import pytest

from consumer_on_login.action_code.rendering import with_owner
from consumer_on_login.auth0.credentials import TenantIdentity, usable
from consumer_on_login.auth0.errors import AnotherTenantError
from consumer_on_login.tenant.errors import LeftActionError
from tests.toolkit.our_action import CODE, NAME, OWN
from tests.toolkit.tenant_operations import jwt

from .checks import failure, found, news

TENANT = "acme.eu.auth0.com"


def identity(**changes):
    given = {"domain": TENANT, "client_id": "client", "client_secret": "secret"}
    return usable({**given, **changes}).tenant


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (TENANT, "client")),
        ({"domain": TENANT.upper()}, (TENANT, "client")),
        (
            {"domain": "login.acme.com", "audience": f"https://{TENANT}/api/v2/"},
            (TENANT, "client"),
        ),
        ({"api_token": "opaque"}, (TENANT, "client")),
        (
            {
                "domain": "login.acme.com",
                "api_token": jwt(aud=f"https://{TENANT}/api/v2/", azp="other"),
            },
            (TENANT, "other"),
        ),
        (
            {"api_token": jwt(aud=[f"https://{TENANT}/api/v2/", "other"])},
            (TENANT, "client"),
        ),
    ],
    ids=[
        "plain",
        "capitals",
        "custom domain",
        "opaque token",
        "token",
        "two audiences",
    ],
)
def test_identity_is_the_tenants_own_domain_and_the_application(changes, expected):
    assert identity(**changes) == TenantIdentity(*expected)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("a", "x"), ("a", "y"), True),
        (("a", "x"), ("b", "x"), True),
        (("a", "x"), ("b", "y"), False),
        (("a", ""), ("b", ""), False),
    ],
)
def test_tenant_is_the_same_by_domain_or_application(one, other, expected):
    assert TenantIdentity(*one).is_same_as(TenantIdentity(*other)) is expected


ELSEWHERE = {"domain": "other.eu.auth0.com", "client_id": "other"}


def test_check_refuses_another_tenant_without_asking_it(provider, asked):
    message = failure(provider.check({**news(), **ELSEWHERE}, news()))
    assert "is deployed in the Auth0 tenant other.eu.auth0.com, but" in message
    assert asked() == []


def test_check_keeps_the_first_application_while_the_domain_stays(provider, auth0):
    olds = found(auth0, client_id="first")
    assert provider.check(olds, news()).inputs == olds


def test_check_takes_the_new_domain_of_the_same_application(provider, auth0):
    olds = found(auth0, domain="old.example")
    result = provider.check(olds, news())
    assert result.inputs == found(auth0)
    assert provider.diff("tenant", olds, result.inputs).changes


def test_check_remembers_the_former_owner_of_a_renamed_component(provider, auth0):
    former = OWN.replace("::portal", "::former")
    renamed = provider.check(found(auth0, owner=former), news()).inputs
    assert renamed == found(auth0, former_owner=former)
    # After an `up` that failed behind this check, and after any other run.
    assert provider.check(renamed, news()).inputs == renamed


def test_refresh_in_another_tenant_fails_and_in_the_same_keeps_all(provider, auth0):
    with pytest.raises(AnotherTenantError):
        provider.read("tenant", {**news(), **ELSEWHERE})
    assert provider.read("tenant", found(auth0)).outs == found(auth0)


def test_delete_finds_an_action_that_is_left(provider, auth0, tenant):
    tenant.add_bound_action(NAME, CODE)
    provider.delete("tenant", found(auth0))
    left = tenant.add_bound_action(NAME, with_owner(CODE, OWN))
    with pytest.raises(LeftActionError, match=left):
        provider.delete("tenant", found(auth0))
    with pytest.raises(AnotherTenantError):
        provider.delete("tenant", {**news(), **ELSEWHERE})


# Adoption


def test_check_tells_which_action_to_import(provider, auth0, tenant):
    action = tenant.add_bound_action("By hand", CODE)
    wanted = news(adopt_action_id=action)
    result = provider.check({}, wanted)
    assert result.inputs == found(auth0, adopt_action_id=action, import_id=action)
    tenant.api("DELETE", f"/actions/actions/{action}?force=true")
    assert "has no Action with this id" in failure(provider.check({}, wanted))
    again = provider.check(result.inputs, wanted)
    assert again.inputs == found(auth0, adopt_action_id=action)
    assert provider.diff("tenant", result.inputs, again.inputs).changes


def test_action_that_names_an_alias_is_imported(provider, auth0, tenant):
    former = OWN.replace("::portal", "::former")
    action = tenant.add_bound_action("Former", with_owner(CODE, former))
    wanted = news(adopt_action_id=action)
    refused = "This component does not adopt an Action of another owner."
    assert refused in failure(provider.check({}, wanted))
    result = provider.check({}, {**wanted, "aliases": [former]})
    assert (result.inputs["import_id"], result.failures) == (action, [])


def test_setting_that_goes_after_an_adoption_is_no_change(provider, auth0):
    olds = found(auth0, adopt_action_id="id", import_id="id")
    assert provider.diff("tenant", olds, found(auth0)).changes is False
