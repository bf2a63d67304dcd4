"""How each message about Auth0 and its credentials comes about.

A refresh asks with the credentials in the state, so that new ones need an `up` first.
"""

from sandbox.engine.deployment import Run
from sandbox.engine.workspace import set_secret

from .harness import Remedies
from .of_delivery import fail_delivery, status
from .table import remedy

SETTING = "auth0:\0 \0.\nSet it with"
TOKEN = "auth0:apiToken"
WITHOUT_TLS = "http://"


def preview_with_token(stage: Remedies, token: str) -> Run:
    """Preview with a token instead of an application: the provider takes no two."""
    for name in ("AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET"):
        stage.set_variable(name, "")
    set_secret(stage.deployment.stack, TOKEN, token)
    stage.is_sound = False
    return stage.preview()


@remedy(SETTING)
def domain_with_https(stage: Remedies) -> Run:
    stage.configure({"auth0:domain": f"https://{stage.sandbox.auth0_domain}"})
    return stage.preview()


@remedy(SETTING)
def missing_client_id(stage: Remedies) -> Run:
    stage.is_sound = False
    stage.set_variable("AUTH0_CLIENT_ID", "")
    stage.values["<client id>"] = stage.sandbox.auth0_client_id
    return stage.preview()


@remedy(SETTING)
def missing_client_secret(stage: Remedies) -> Run:
    stage.is_sound = False
    stage.set_variable("AUTH0_CLIENT_SECRET", "")
    return stage.preview()


@remedy(SETTING)
def token_of_two_lines(stage: Remedies) -> Run:
    return preview_with_token(stage, "one\ntwo")


@remedy("refused to log in")
def wrong_client(stage: Remedies) -> Run:
    stage.configure({"auth0:clientId": "unknown"})
    return stage.preview()


@remedy("refused the API token")
def expired_token(stage: Remedies) -> Run:
    return preview_with_token(stage, "outdated-token")


@remedy("may not use")
def audience_of_a_custom_domain(stage: Remedies) -> Run:
    stage.configure({"auth0:audience": "https://login.example.com/api/v2/"})
    return stage.preview()


@remedy("Auth0 cannot be asked")
def domain_of_another_server(stage: Remedies) -> Run:
    stage.configure({"auth0:domain": stage.sandbox.zuplo_url.removeprefix(WITHOUT_TLS)})
    return stage.preview()


@remedy("does not help")
def domain_that_is_none_of_auth0(stage: Remedies) -> Run:
    """Another server's answer, on the right domain: the fault goes with the run."""
    stage.sandbox.control.arm(status(404, path="/oauth/token"))
    run = stage.preview()
    stage.sandbox.control.clear_faults()
    return run


@remedy("Auth0 refused a request")
def refused_update(stage: Remedies) -> Run:
    return fail_delivery(stage)
