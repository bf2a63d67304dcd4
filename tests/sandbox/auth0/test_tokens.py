"""POST /oauth/token of the stand-in, and what a token opens."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.auth0.tokens import new_client
from sandbox.host.servers import Sandbox
from tests.sandbox.auth0_api import Management
from tests.toolkit.http_client import send


@pytest.fixture
def fields(sandbox: Sandbox) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_id": sandbox.auth0_client_id,
        "client_secret": sandbox.auth0_client_secret,
        "audience": f"https://{sandbox.auth0_domain}/api/v2/",
    }


@pytest.fixture
def reader(sandbox: Sandbox) -> Iterator[Management]:
    with Management(sandbox, scopes=["read:actions"]) as management:
        yield management


def ask(sandbox: Sandbox, **how: Any) -> requests.Response:
    return send(sandbox, "POST", f"https://{sandbox.auth0_domain}/oauth/token", **how)


def call(sandbox: Sandbox, **headers: str) -> requests.Response:
    return send(
        sandbox,
        "GET",
        f"https://{sandbox.auth0_domain}/api/v2/actions/triggers",
        headers=headers,
    )


def test_client_id_is_no_flag_on_a_command_line():
    ids = [new_client([]).client_id for _ in range(1000)]
    assert [it for it in ids if not re.fullmatch(r"[A-Za-z0-9]{32}", it)] == []


@pytest.mark.parametrize("kind", ["json", "data"])
def test_token_for_credentials_in_the_body_holds_all_scopes(sandbox, fields, kind):
    response = ask(sandbox, **{kind: fields})

    assert response.status_code == 200
    token = response.json()
    assert set(token) == {"access_token", "scope", "expires_in", "token_type"}
    assert (token["expires_in"], token["token_type"]) == (86400, "Bearer")
    assert {"create:actions", "update:users"} <= set(token["scope"].split())


def test_token_with_basic_authentication_is_denied_as_the_go_client_expects(
    sandbox, fields
):
    credentials = fields.pop("client_id"), fields.pop("client_secret")

    response = ask(sandbox, data=fields, auth=credentials)

    assert response.status_code == 401
    assert response.json() == {
        "error": "access_denied",
        "error_description": "Unauthorized",
    }


@pytest.mark.parametrize(
    ("change", "status", "error", "description"),
    [
        ({"client_secret": "wrong"}, 401, "access_denied", "Unauthorized"),
        ({"client_id": "wrong"}, 401, "access_denied", "Unauthorized"),
        ({"audience": "https://x/"}, 403, "access_denied", "Service not found: .*x/"),
        ({"audience": ""}, 403, "access_denied", "No audience parameter .*"),
        ({"grant_type": "password"}, 403, "unauthorized_client", ".*'password' not.*"),
        ({"grant_type": ""}, 400, "invalid_request", ".*: grant_type"),
        ({"scope": "read:logs"}, 403, "access_denied", ".*not been granted.*"),
        ({"scope": 1}, 400, "invalid_request", ".*cannot be read.*"),
    ],
)
def test_token_request_with_a_fault_is_refused(
    sandbox, fields, change, status, error, description
):
    response = ask(sandbox, json=fields | change)

    assert (response.status_code, response.json()["error"]) == (status, error)
    assert re.fullmatch(description, response.json()["error_description"])


def test_token_for_fewer_scopes_holds_only_those(sandbox, fields):
    response = ask(sandbox, json=fields | {"scope": "read:actions"})

    assert response.json()["scope"] == "read:actions"


def test_call_without_a_token_is_unauthorized(sandbox):
    response = call(sandbox)

    assert response.status_code == 401
    assert response.json() == {
        "statusCode": 401,
        "error": "Unauthorized",
        "message": "Missing authentication",
    }


def test_call_with_an_unknown_token_is_unauthorized(sandbox):
    response = call(sandbox, authorization="Bearer nonsense")

    assert (response.status_code, response.json()["message"]) == (401, "Invalid token")


def test_call_without_the_scope_names_the_scope(reader):
    assert reader.call("GET", "/actions/triggers").status_code == 200

    response = reader.call("POST", "/actions/actions", {})

    assert response.status_code == 403
    assert response.json() == {
        "statusCode": 403,
        "error": "Forbidden",
        "message": "Insufficient scope, expected any of: create:actions",
        "errorCode": "insufficient_scope",
    }
