"""Whose an Action is, and what a message tells to do about it."""

from consumer_on_login.action_code.rendering import owner_of

from ..environment import action_of, obey, resources, text


def our_actions(environment):
    listed = environment.tenant.api("GET", "/actions/actions?per_page=100")["actions"]
    return [it for it in listed if it["id"] not in environment.third_party]


def deployed(stack):
    up = stack.up()
    assert up.succeeded, text(up)
    return action_of(stack)


def owner(environment, action):
    return owner_of(environment.sandbox.control.deployed_action(action).code)


def remedy(message, beginning):
    """The commands of one line of a message, wherever the engine shows it."""
    lines = {it.strip() for it in message.splitlines()}
    (line,) = [it for it in lines if it.startswith(beginning)]
    return line.rpartition("run: ")[2].split(" && ")


def obey_all(environment, stack, commands):
    """Run a remedy's commands; each must go well. Gives the last run of the engine."""
    for command in commands:
        run = obey(environment, stack, command)
        assert run is None or run.succeeded, run.output


def assert_well(environment, stack, action):
    """The tenant runs one Action of ours, which is this stack's."""
    assert [it["id"] for it in our_actions(environment)] == [action]
    assert environment.tenant.bound_actions() == [*environment.third_party, action]
    assert action_of(stack) == action
    preview = stack.preview(refresh=True, expect_no_changes=True)
    assert preview.succeeded, text(preview)


def forget_owner(environment, action):
    """Remove the first line of the code in the dashboard, and deploy it."""
    first, rest = environment.tenant.action(action)["code"].split("\n", 1)
    assert first.startswith("// managed by: ")
    environment.edit(action, code=rest)


def urn_of(stack, kind):
    (urn,) = [it for it in resources(stack) if it.endswith(f"-{kind}")]
    return urn
