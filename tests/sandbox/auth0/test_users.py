"""Users of the Auth0 stand-in."""

from urllib.parse import quote

import pytest

from sandbox.auth0.users import merged
from tests.sandbox.auth0_api import NUMBERS


def path_of(user) -> str:
    return f"/users/{quote(user['user_id'])}"


def body(**fields):
    return {
        "connection": "Username-Password-Authentication",
        "email": f"user{next(NUMBERS)}@example.com",
        "password": "correct horse",
        **fields,
    }


@pytest.mark.parametrize(
    ("change", "result"),
    [
        pytest.param({"b": 2}, {"a": {"x": 1}, "b": 2}, id="a new key is added"),
        pytest.param({"a": {"y": 2}}, {"a": {"y": 2}}, id="deeper levels are replaced"),
        pytest.param({"a": None}, {}, id="null removes a key"),
        pytest.param({}, {}, id="an empty object removes all"),
    ],
)
def test_metadata_is_merged_at_its_top_level(change, result):
    assert merged({"a": {"x": 1}}, change) == result


def test_created_user_can_be_read(api):
    created = api.call("POST", "/users", body(email="ada@example.com", user_id="ada"))

    assert created.status_code == 201
    user = created.json()
    assert user["user_id"] == "auth0|ada"
    assert (user["email_verified"], user["nickname"]) == (False, "ada")
    assert user["identities"] == [
        {
            "connection": "Username-Password-Authentication",
            "user_id": "ada",
            "provider": "auth0",
            "isSocial": False,
        }
    ]
    assert not {"app_metadata", "user_metadata", "password"} & set(user)
    assert api.call("GET", path_of(user)).json() == user


def test_created_user_without_an_id_is_given_one(api):
    user = api.call("POST", "/users", body()).json()

    assert user["user_id"].startswith("auth0|")
    assert len(user["user_id"]) == len("auth0|") + 24


def test_created_user_with_the_email_of_another_is_a_conflict(api):
    api.call("POST", "/users", body(email="ada@example.com"))

    response = api.call("POST", "/users", body(email="ada@example.com"))

    assert (response.status_code, response.json()["errorCode"]) == (
        409,
        "auth0_idp_error",
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"connection": "unheard-of"}, "The connection does not exist."),
        ({"colour": "red"}, "Additional properties not allowed: colour"),
        ({"email": None}, "on property email"),
    ],
)
def test_created_user_with_a_fault_is_refused(api, change, message):
    response = api.call("POST", "/users", body(**change))

    assert response.status_code == 400
    assert message in response.json()["message"]


def test_update_merges_metadata_and_changes_the_profile(api):
    user = api.call("POST", "/users", body(app_metadata={"keep": 1, "drop": 2})).json()
    change = {"app_metadata": {"drop": None, "new": 3}, "email_verified": True}

    updated = api.call("PATCH", path_of(user), change).json()

    assert updated["app_metadata"] == {"keep": 1, "new": 3}
    assert updated["email_verified"] is True
    assert api.call("GET", path_of(user)).json() == updated


def test_update_with_null_removes_an_attribute(api):
    user = api.call("POST", "/users", body(given_name="Ada")).json()

    updated = api.call("PATCH", path_of(user), {"given_name": None}).json()

    assert "given_name" not in updated


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_unknown_user_is_not_found(api, method):
    response = api.call(method, "/users/auth0%7Cnobody", {})

    assert response.status_code == 404
    assert response.json() == {
        "statusCode": 404,
        "error": "Not Found",
        "message": "The user does not exist.",
        "errorCode": "inexistent_user",
    }


def test_deleting_a_user_twice_is_no_fault(api):
    user = api.call("POST", "/users", body()).json()

    assert api.call("DELETE", path_of(user)).status_code == 204
    assert api.call("DELETE", path_of(user)).status_code == 204
    assert api.call("GET", path_of(user)).status_code == 404


def test_list_of_users_has_totals_when_asked(api):
    users = [api.call("POST", "/users", body()).json() for _ in range(3)]

    assert api.call("GET", "/users?per_page=2&page=1").json() == users[2:]
    page = api.call("GET", "/users?per_page=2&include_totals=true").json()
    assert page == {"start": 0, "limit": 2, "length": 2, "total": 3, "users": users[:2]}


def test_search_by_email_finds_the_user(api):
    user = api.call("POST", "/users", body(email="ada@example.com")).json()
    api.call("POST", "/users", body())

    assert api.call("GET", '/users?q=email:"ada@example.com"').json() == [user]


def test_search_with_more_than_the_sandbox_knows_is_refused(api):
    response = api.call("GET", "/users?q=name:a* AND email_verified:true")

    assert response.status_code == 400
    assert response.json()["errorCode"] == "invalid_query_string"
