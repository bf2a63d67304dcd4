"""How each message about Auth0 and its credentials comes about.

A refresh asks with the credentials in the state, so that new ones need an `up` first.
"""

from typing import Any

from sandbox.engine.deployment import Run
from sandbox.engine.workspace import set_secret

from .harness import Remedies
from .of_delivery import fail_delivery, status
from .table import remedy

MISSING = "Neither \0 nor \0 is set"
SETTING = "\0 \0.\nWithout a valid value"
TOKEN = "auth0:apiToken"
UNASKED = "Auth0 cannot be reached"
WITHOUT_TLS = "http://"
OTHER_AUDIENCE = "https://login.example.com/api/v2/"


def preview_with_token(harness: Remedies, token: str, variable: str = "") -> Run:
    """Preview with a token instead of an application: the provider takes no two."""
    for name in ("AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET"):
        harness.set_variable(name, "")
    if variable:
        harness.set_variable(variable, token)
        harness.values["<token>"] = harness.sandbox.control.auth0_tokens()[-1]
    else:
        set_secret(harness.deployment.stack, TOKEN, token)
    harness.is_as_desired = False
    return harness.preview()


def preview_with(harness: Remedies, **variables: str) -> Run:
    """Preview with variables of the environment, over which no setting wins."""
    for name in variables:
        harness.unset(f"auth0:{name.removeprefix('AUTH0_').lower()}")
        harness.set_variable(name, variables[name])
    harness.values["<client id>"] = harness.sandbox.auth0_client_id
    harness.is_as_desired = False
    return harness.preview()


def preview_amid(harness: Remedies, code: int, **fault: Any) -> Run:
    """Preview while no token is to be had."""
    harness.sandbox.control.arm(status(code, path="/oauth/token", **fault))
    run = harness.preview()
    harness.sandbox.control.clear_faults()
    return run


@remedy(SETTING)
def domain_with_https(harness: Remedies) -> Run:
    harness.configure({"auth0:domain": f"https://{harness.sandbox.auth0_domain}"})
    return harness.preview()


@remedy(SETTING)
def domain_with_https_in_the_environment(harness: Remedies) -> Run:
    return preview_with(harness, AUTH0_DOMAIN=f"https://{harness.sandbox.auth0_domain}")


@remedy(MISSING, way=0)
def missing_client_id(harness: Remedies) -> Run:
    return preview_with(harness, AUTH0_CLIENT_ID="")


@remedy(MISSING, way=0)
def missing_client_secret(harness: Remedies) -> Run:
    return preview_with(harness, AUTH0_CLIENT_SECRET="")


@remedy(MISSING, way=1)
def missing_client_secret_for_the_environment(harness: Remedies) -> Run:
    return preview_with(harness, AUTH0_CLIENT_SECRET="")


@remedy(SETTING)
def token_of_two_lines(harness: Remedies) -> Run:
    return preview_with_token(harness, "one\ntwo")


@remedy("refused the login")
def wrong_client(harness: Remedies) -> Run:
    # Or else the variable would be the one to set.
    set_secret(harness.deployment.stack, "auth0:clientSecret", "sesame")
    harness.configure({"auth0:clientId": "unknown"})
    harness.values["<client id>"] = harness.sandbox.auth0_client_id
    return harness.preview()


@remedy("refused the login")
def wrong_secret_of_the_environment(harness: Remedies) -> Run:
    return preview_with(harness, AUTH0_CLIENT_SECRET="sesame")


@remedy("refused the API token")
def expired_token(harness: Remedies) -> Run:
    return preview_with_token(harness, "outdated-token")


@remedy("refused the API token")
def expired_token_of_the_environment(harness: Remedies) -> Run:
    return preview_with_token(harness, "outdated-token", "AUTH0_API_TOKEN")


@remedy("may not use")
def audience_of_a_custom_domain(harness: Remedies) -> Run:
    harness.configure({"auth0:audience": OTHER_AUDIENCE})
    return harness.preview()


@remedy("may not use")
def audience_of_the_environment(harness: Remedies) -> Run:
    return preview_with(harness, AUTH0_AUDIENCE=OTHER_AUDIENCE)


@remedy(UNASKED, way=0)
def outage_of_auth0(harness: Remedies) -> Run:
    return preview_amid(harness, 503, headers={"retry-after": "0"})


@remedy(UNASKED, way=1)
def domain_of_another_server(harness: Remedies) -> Run:
    harness.configure(
        {"auth0:domain": harness.sandbox.zuplo_url.removeprefix(WITHOUT_TLS)}
    )
    return harness.preview()


@remedy(UNASKED, way=1)
def domain_of_another_server_in_the_environment(harness: Remedies) -> Run:
    other = harness.sandbox.zuplo_url.removeprefix(WITHOUT_TLS)
    return preview_with(harness, AUTH0_DOMAIN=other)


@remedy("is not a response of Auth0")
def domain_that_is_none_of_auth0(harness: Remedies) -> Run:
    """Another server's response, on the right domain: the fault goes with the run."""
    return preview_amid(harness, 404)


@remedy("Auth0 refused a request")
def refused_update(harness: Remedies) -> Run:
    return fail_delivery(harness)
