"""Auth0's SDKs for npm and Python on the sandbox: actions, bindings, users."""

from sandbox.auth0.login_event import LoginRequest

CODE = """
exports.onExecutePostLogin = async (event, api) => {
  require('undici');
  api.user.setAppMetadata('greeting', `${event.secrets.GREETING}, 1`);
};
"""
OTHERS = "exports.onExecutePostLogin = async () => {};"
UNDICI = {"name": "undici", "version": "6.29.1"}
CONNECTION = "Username-Password-Authentication"


def test_action_runs_beside_those_of_others(sdk, sandbox, tenant):
    others = tenant.add_bound_action("Others", OTHERS)
    user = tenant.add_user("greeted")

    def greeting():
        assert sandbox.control.log_in(LoginRequest(user_id=user)).outcome == "success"
        return tenant.user(user)["app_metadata"]["greeting"]

    seen = sdk(
        "deploy",
        name="Greet",
        code=CODE,
        dependencies=[UNDICI],
        secrets=[{"name": "GREETING", "value": "hello"}],
    )
    action = seen["id"]
    assert seen == {
        "id": action,
        "found": [action],
        "runtime": "node22",
        "dependencies": [["undici", "6.29.1"]],
        "secrets": ["GREETING"],
        "bound": [["Others", others], ["Greet", action]],
    }
    assert greeting() == "hello, 1"

    # The value of a secret cannot be read, so a client sends back its name.
    new_code = CODE.replace(", 1", ", 2")
    versions = sdk("change", id=action, code=new_code, secrets=[{"name": "GREETING"}])
    assert versions == [[2, True], [1, False]]
    assert greeting() == "hello, 2"

    assert sdk("remove", id=action) == {
        "refused": {
            "status": 409,
            "message": "Unable to delete an action bound to a trigger.",
        },
        "gone": {"status": 404, "message": "That action does not exist."},
    }
    assert tenant.bound_actions() == [others]


def test_users_are_created_changed_found_and_deleted(sdk, sandbox, tenant):
    emails = ["ada@example.com", "bob@example.com", "eve@example.com"]

    seen = sdk("users", connection=CONNECTION, password="good enough", emails=emails)

    ids = seen["ids"]
    assert seen == {
        "ids": ids,
        "app_metadata": {"plan": "paid"},
        "blocked": True,
        "found": ids[:1],
        "listed": emails,
    }
    logins = [sandbox.control.log_in(LoginRequest(user_id=it)) for it in ids]
    assert [it.outcome for it in logins] == ["denied", "success", "success"]

    gone = sdk("forget", ids=ids)

    assert gone == {"status": 404, "message": "The user does not exist."}
    assert tenant.api("GET", "/users") == []
