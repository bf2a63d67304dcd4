"""Which credentials are found, and what is said of those that cannot work."""

import pytest

from consumer_on_login.auth0.credentials import (
    Credentials,
    as_environment,
    configured,
    handed_on,
    has_other_login,
    usable,
)
from consumer_on_login.auth0.errors import Auth0MissingError, Auth0SettingError
from consumer_on_login.auth0.origin import Origin, variable

STACK = {
    "domain": "stack.example",
    "clientId": "stack-id",
    "clientSecret": "stack-secret",
}
GIVEN = {
    "domain": "given.example",
    "client_id": "given-id",
    "client_secret": "given-secret",
}
SECRETS = ("stack-secret", "given-secret", "sesame")


def nothing(_key):
    return None


def set_environment(monkeypatch, **values):
    for name, value in values.items():
        monkeypatch.setenv(f"AUTH0_{name}", value)


def test_credentials_of_the_stack_are_found():
    assert configured(STACK.get) == Credentials(
        domain="stack.example",
        client_id="stack-id",
        client_secret="stack-secret",
        api_token="",
        audience="https://stack.example/api/v2/",
        origin=Origin(),
    )


def test_credentials_of_the_environment_are_found(monkeypatch):
    set_environment(
        monkeypatch,
        DOMAIN="env.example",
        CLIENT_ID="env-id",
        CLIENT_SECRET="env-secret",
        AUDIENCE="https://env.example/other/",
    )
    assert configured(nothing) == Credentials(
        domain="env.example",
        client_id="env-id",
        client_secret="env-secret",
        api_token="",
        audience="https://env.example/other/",
        origin=Origin(
            of_environment=frozenset(
                {"domain", "client_id", "client_secret", "audience"}
            )
        ),
    )


def test_credentials_of_the_stack_win_over_the_environment(monkeypatch):
    set_environment(monkeypatch, DOMAIN="env.example", CLIENT_ID="env-id")
    found = configured({**STACK, "clientId": None}.get)
    assert (found.domain, found.client_id) == ("stack.example", "env-id")
    assert found.origin == Origin(of_environment=frozenset({"client_id"}))


def test_audience_that_is_not_set_belongs_where_the_domain_is(monkeypatch):
    order = "https://<tenant>.eu.auth0.com/api/v2/"
    assert configured(STACK.get).origin.order("audience") == (
        f"run: pulumi config set auth0:audience {order}"
    )
    set_environment(monkeypatch, DOMAIN="env.example")
    found = configured({**STACK, "domain": None}.get)
    assert found.origin.order("audience") == f"run: export AUTH0_AUDIENCE={order}"


def test_api_token_of_the_environment_needs_a_domain_alone(monkeypatch):
    set_environment(monkeypatch, API_TOKEN="token", DOMAIN="env.example")
    assert configured(nothing).api_token == "token"


def test_audience_of_a_custom_domain_is_kept():
    audience = "https://tenant.eu.auth0.com/api/v2/"
    assert usable({**GIVEN, "audience": audience}).audience == audience


def test_domain_with_a_port_is_valid():
    found = usable({**GIVEN, "domain": "localhost:8443"})
    assert found.audience == "https://localhost:8443/api/v2/"


@pytest.mark.parametrize(
    ("key", "set_with", "variable", "value_of_variable"),
    [
        (
            "domain",
            "auth0:domain <tenant>.eu.auth0.com",
            "AUTH0_DOMAIN",
            "<tenant>.eu.auth0.com",
        ),
        ("clientId", "auth0:clientId <client id>", "AUTH0_CLIENT_ID", "<client id>"),
        (
            "clientSecret",
            "--secret auth0:clientSecret",
            "AUTH0_CLIENT_SECRET",
            "<client secret>",
        ),
    ],
)
@pytest.mark.parametrize("value", [None, ""], ids=["unset", "empty"])
def test_missing_setting_is_named_with_both_its_places(
    key, set_with, variable, value_of_variable, value
):
    with pytest.raises(Auth0MissingError) as caught:
        configured({**STACK, key: value}.get)
    assert str(caught.value) == (
        f"Neither auth0:{key} nor {variable} is set.\n"
        "Without it, this stack cannot log in to Auth0.\n"
        f"To set it for this stack, run: pulumi config set {set_with}\n"
        "To set it for every run in this shell, run: "
        f"export {variable}={value_of_variable}"
    )


def test_value_of_the_environment_is_set_there_again(monkeypatch):
    set_environment(monkeypatch, DOMAIN="https://env.example")
    with pytest.raises(Auth0SettingError) as caught:
        configured({**STACK, "domain": None}.get)
    assert str(caught.value) == (
        "AUTH0_DOMAIN must be a host name, without https:// and without a path.\n"
        "Without a valid value, this stack cannot log in to Auth0.\n"
        "To set a valid value, run: export AUTH0_DOMAIN=<tenant>.eu.auth0.com"
    )


@pytest.mark.parametrize("given", ["text", ["domain"], 3])
def test_argument_that_is_no_object_has_no_domain(given):
    with pytest.raises(Auth0SettingError, match=r"^auth0_credentials.domain is not"):
        usable(given)


@pytest.mark.parametrize("name", ["domain", "client_id", "client_secret"])
def test_missing_credential_of_an_argument_is_named_as_the_argument(name):
    with pytest.raises(Auth0SettingError) as caught:
        usable({**GIVEN, name: None})
    assert str(caught.value) == (
        f"auth0_credentials.{name} is not set.\n"
        "Without a valid value, this stack cannot log in to Auth0.\n"
        f"To set a valid value, change in the program: auth0_credentials.{name}"
    )


def test_argument_is_not_completed_by_the_environment(monkeypatch):
    set_environment(monkeypatch, CLIENT_ID="env-id", CLIENT_SECRET="env-secret")
    with pytest.raises(Auth0SettingError, match=r"auth0_credentials\.client_id"):
        usable({"domain": "given.example"})


def test_api_token_without_a_domain_is_refused():
    with pytest.raises(Auth0MissingError, match="Neither auth0:domain nor"):
        configured({"apiToken": "token"}.get)


@pytest.mark.parametrize(
    "domain",
    [
        "https://tenant.eu.auth0.com",
        "tenant.eu.auth0.com/",
        "tenant.eu.auth0.com/api/v2",
        "user@tenant.eu.auth0.com",
        "tenant.eu.auth0.com\n",
        "tenant.eu.auth0.com:",
        "tenant eu",
        "täenant.eu.auth0.com",
    ],
    ids=ascii,
)
def test_domain_that_is_no_host_name_is_refused(domain):
    with pytest.raises(Auth0SettingError) as caught:
        configured({**STACK, "domain": domain}.get)
    assert "auth0:domain must be a host name, without https://" in str(caught.value)
    assert str(caught.value).splitlines()[-1] == (
        "To set a valid value, run: "
        "pulumi config set auth0:domain <tenant>.eu.auth0.com"
    )


@pytest.mark.parametrize("token", ["open sesame", "sesame\n", "sesam\u00e9"], ids=ascii)
def test_api_token_that_no_header_can_carry_is_refused_and_not_shown(token):
    with pytest.raises(Auth0SettingError) as caught:
        configured({**STACK, "apiToken": token}.get)
    assert str(caught.value).startswith(
        "auth0:apiToken must be one line of visible ASCII (the value is not shown).\n"
    )
    assert str(caught.value).splitlines()[-1] == (
        "To set a valid value, run: pulumi config set --secret auth0:apiToken"
    )
    assert "sesam" not in str(caught.value)


@pytest.mark.parametrize("name", ["client_id", "client_secret", "api_token"])
def test_credentials_show_their_domain_alone(name):
    shown = repr(usable({**GIVEN, name: "sesame"}))
    assert shown == "Credentials('given.example')"


@pytest.mark.parametrize(
    ("key", "variable"),
    [
        ("dynamicCredentials", "DYNAMIC_CREDENTIALS"),
        ("cliLogin", "CLI_LOGIN"),
        ("clientAssertionPrivateKey", "CLIENT_ASSERTION_PRIVATE_KEY"),
    ],
)
def test_other_login_is_noticed_in_configuration_and_environment(
    monkeypatch, key, variable
):
    assert not has_other_login(STACK.get)
    assert has_other_login({**STACK, key: "true"}.get)
    set_environment(monkeypatch, **{variable: "true"})
    assert has_other_login(STACK.get)


@pytest.mark.parametrize("key", ["cliLogin", "dynamicCredentials"])
@pytest.mark.parametrize(
    ("value", "of_configuration", "of_environment"),
    [
        *((value, True, True) for value in ("1", "true")),
        *((value, True, False) for value in ("t", "T", "TRUE", "True")),
        ("on", False, True),
        *((value, False, False) for value in ("0", "false", "False", "no", "off", "")),
    ],
)
def test_other_login_is_switched_on_as_the_provider_reads_it(
    monkeypatch, key, value, of_configuration, of_environment
):
    assert has_other_login({**STACK, key: value}.get) is of_configuration
    set_environment(monkeypatch, **{variable(key).removeprefix("AUTH0_"): value})
    assert has_other_login(STACK.get) is of_environment


def test_other_login_switched_off_in_the_configuration_is_off(monkeypatch):
    set_environment(monkeypatch, CLI_LOGIN="true")
    assert not has_other_login({**STACK, "cliLogin": "false"}.get)


def hand_on(monkeypatch, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return handed_on()


def test_credentials_of_an_argument_are_handed_on_as_such(monkeypatch):
    set_environment(monkeypatch, API_TOKEN="token")
    given = hand_on(monkeypatch, as_environment(GIVEN, STACK.get))
    assert given == usable(GIVEN)


def test_credentials_of_the_configuration_are_handed_on_as_such(monkeypatch):
    set_environment(monkeypatch, CLIENT_ID="env-id", DOMAIN="env.example")
    config = {**STACK, "clientId": None}.get
    assert hand_on(monkeypatch, as_environment(None, config)) == configured(config)


def test_credentials_that_nobody_hands_on_are_the_environments(monkeypatch):
    variables = {"DOMAIN": "env.example", "CLIENT_ID": "id", "CLIENT_SECRET": "it"}
    set_environment(monkeypatch, **variables)
    assert handed_on() == configured(nothing)
