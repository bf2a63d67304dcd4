"""Tokens of the Management API, and refusals that concern them."""

import pytest

from ..accounts import Accounts
from ..http import Service
from ..made import Auth0, new_name
from ..session import token_response
from ..statements import expect, statement

SESSION = "auth0/session.py"


@statement(
    "auth0-token-scopes",
    "The response with a token lists its scopes.",
    where=f"{SESSION}: require_scopes",
    rests_on="document",
    breaks="A preview does not notice that a scope is missing.",
)
def test_token_scopes(auth0_service: Service, accounts: Accounts) -> None:
    response = token_response(auth0_service, accounts)
    expect("status", 200, response.status)
    scopes = str(response.body.get("scope")).split()
    expect("whether read:actions is listed", True, "read:actions" in scopes)


@statement(
    "auth0-wrong-secret",
    "The response to a wrong client secret is 401.",
    where=f"{SESSION}: Auth0LoginError",
    rests_on="tests of public clients",
    breaks="A preview with a wrong client secret names another reason.",
)
def test_wrong_secret(auth0_service: Service, accounts: Accounts) -> None:
    response = token_response(auth0_service, accounts, client_secret=new_name())
    expect("status", 401, response.status)


@statement(
    "auth0-missing-grant",
    "The response to a missing grant is 403.",
    where=f"{SESSION}: Auth0GrantError",
    rests_on="tests of public clients",
    breaks="A preview with an application that has no grant names another reason.",
)
def test_missing_grant(auth0_service: Service, accounts: Accounts) -> None:
    audience = f"https://{new_name()}.example.com/"
    response = token_response(auth0_service, accounts, audience=audience)
    expect("status", 403, response.status)


@statement(
    "auth0-missing-scope",
    "The response to a missing scope is 403 and ends with the scopes.",
    where=f"{SESSION}: call",
    rests_on="recording",
    breaks="A run that lacks a scope does not name it.",
)
def test_missing_scope(auth0: Auth0) -> None:
    response = auth0.ask("GET", "/users/auth0%7Ccontract")
    # Nobody has this id: with the scope, too, no profile of a person comes back.
    if response.status in (200, 404):
        pytest.skip("the application has read:users, which nothing here needs")
    expect("status", 403, response.status)
    message = str(response.body.get("message"))
    _, found, scopes = message.partition("expected any of: ")
    expect("whether it names scopes", True, bool(found))
    expect("whether read:users is named", True, "read:users" in scopes)


@statement(
    "auth0-unknown-action",
    "The response for an unknown Action is 404, and its body repeats the status.",
    where="auth0/client.py: _is_refusal",
    rests_on="recording",
    breaks="A run after a deletion by hand ends with an error.",
)
def test_unknown_action(auth0: Auth0) -> None:
    path = "/actions/actions/00000000-0000-4000-8000-000000000000"
    response = auth0.ask("GET", path)
    expect("status", 404, response.status)
    expect("statusCode", 404, response.body.get("statusCode"))
