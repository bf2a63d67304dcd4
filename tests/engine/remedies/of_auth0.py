"""How each message about Auth0 and its credentials comes about.

A refresh asks with the credentials in the state, so that new ones need an `up` first.
"""

from typing import Any

from sandbox.engine.deployment import Run
from sandbox.engine.workspace import set_secret

from .harness import Remedies
from .of_delivery import fail_delivery, status
from .table import remedy

MISSING = "and neither is"
SETTING = "\0 \0.\nTo set it, "
TOKEN = "auth0:apiToken"
UNASKED = "Auth0 cannot be asked"
WITHOUT_TLS = "http://"
OTHER_AUDIENCE = "https://login.example.com/api/v2/"


def preview_with_token(stage: Remedies, token: str, variable: str = "") -> Run:
    """Preview with a token instead of an application: the provider takes no two."""
    for name in ("AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET"):
        stage.set_variable(name, "")
    if variable:
        stage.set_variable(variable, token)
        stage.values["<token>"] = stage.sandbox.control.auth0_tokens()[-1]
    else:
        set_secret(stage.deployment.stack, TOKEN, token)
    stage.is_sound = False
    return stage.preview()


def preview_with(stage: Remedies, **variables: str) -> Run:
    """Preview with variables of the environment, over which no setting wins."""
    for name in variables:
        stage.unset(f"auth0:{name.removeprefix('AUTH0_').lower()}")
        stage.set_variable(name, variables[name])
    stage.values["<client id>"] = stage.sandbox.auth0_client_id
    stage.is_sound = False
    return stage.preview()


def preview_amid(stage: Remedies, code: int, **fault: Any) -> Run:
    """Preview while no token is to be had."""
    stage.sandbox.control.arm(status(code, path="/oauth/token", **fault))
    run = stage.preview()
    stage.sandbox.control.clear_faults()
    return run


@remedy(SETTING)
def domain_with_https(stage: Remedies) -> Run:
    stage.configure({"auth0:domain": f"https://{stage.sandbox.auth0_domain}"})
    return stage.preview()


@remedy(SETTING)
def domain_with_https_in_the_environment(stage: Remedies) -> Run:
    return preview_with(stage, AUTH0_DOMAIN=f"https://{stage.sandbox.auth0_domain}")


@remedy(MISSING, way=0)
def missing_client_id(stage: Remedies) -> Run:
    return preview_with(stage, AUTH0_CLIENT_ID="")


@remedy(MISSING, way=0)
def missing_client_secret(stage: Remedies) -> Run:
    return preview_with(stage, AUTH0_CLIENT_SECRET="")


@remedy(MISSING, way=1)
def missing_client_secret_for_the_environment(stage: Remedies) -> Run:
    return preview_with(stage, AUTH0_CLIENT_SECRET="")


@remedy(SETTING)
def token_of_two_lines(stage: Remedies) -> Run:
    return preview_with_token(stage, "one\ntwo")


@remedy("refused to log in")
def wrong_client(stage: Remedies) -> Run:
    # Or else the variable would be the one to set.
    set_secret(stage.deployment.stack, "auth0:clientSecret", "sesame")
    stage.configure({"auth0:clientId": "unknown"})
    stage.values["<client id>"] = stage.sandbox.auth0_client_id
    return stage.preview()


@remedy("refused to log in")
def wrong_secret_of_the_environment(stage: Remedies) -> Run:
    return preview_with(stage, AUTH0_CLIENT_SECRET="sesame")


@remedy("refused the API token")
def expired_token(stage: Remedies) -> Run:
    return preview_with_token(stage, "outdated-token")


@remedy("refused the API token")
def expired_token_of_the_environment(stage: Remedies) -> Run:
    return preview_with_token(stage, "outdated-token", "AUTH0_API_TOKEN")


@remedy("may not use")
def audience_of_a_custom_domain(stage: Remedies) -> Run:
    stage.configure({"auth0:audience": OTHER_AUDIENCE})
    return stage.preview()


@remedy("may not use")
def audience_of_the_environment(stage: Remedies) -> Run:
    return preview_with(stage, AUTH0_AUDIENCE=OTHER_AUDIENCE)


@remedy(UNASKED, way=0)
def outage_of_auth0(stage: Remedies) -> Run:
    return preview_amid(stage, 503, headers={"retry-after": "0"})


@remedy(UNASKED, way=1)
def domain_of_another_server(stage: Remedies) -> Run:
    stage.configure({"auth0:domain": stage.sandbox.zuplo_url.removeprefix(WITHOUT_TLS)})
    return stage.preview()


@remedy(UNASKED, way=1)
def domain_of_another_server_in_the_environment(stage: Remedies) -> Run:
    other = stage.sandbox.zuplo_url.removeprefix(WITHOUT_TLS)
    return preview_with(stage, AUTH0_DOMAIN=other)


@remedy("does not help")
def domain_that_is_none_of_auth0(stage: Remedies) -> Run:
    """Another server's answer, on the right domain: the fault goes with the run."""
    return preview_amid(stage, 404)


@remedy("Auth0 refused a request")
def refused_update(stage: Remedies) -> Run:
    return fail_delivery(stage)
