"""An Action has one owner: no other stack or component adopts, changes or deletes it.

The tests share a tenant, in which each deploys stacks of its own and destroys them.
"""

from itertools import count
from pathlib import Path

import pytest

from consumer_on_login.action import owner_of
from consumer_on_login.arguments import DEFAULT_ACTION_NAME
from sandbox.faults import Fault

from .scene import BINDINGS, action_of, obey, open_scene, refusal, resources, text

NUMBERS = count(1)
RENAMED = Path(__file__).parent / "programs" / "renamed" / "__main__.py"


@pytest.fixture(scope="module")
def scene(engine, tmp_path_factory):
    with open_scene(engine, tmp_path_factory.mktemp("ownership")) as scene:
        yield scene


@pytest.fixture
def stack(scene):
    """Make stacks of a program whose component's name is a setting."""
    made = []

    def stack(name, **settings):
        settings = {"componentName": "portal", **settings}
        made.append(scene.stack(f"{name}-{next(NUMBERS)}", RENAMED, **settings))
        return made[-1]

    yield stack
    for action in our_actions(scene):
        scene.tenant.api("DELETE", f"/actions/actions/{action['id']}?force=true")


def our_actions(scene):
    listed = scene.tenant.api("GET", "/actions/actions?per_page=100")["actions"]
    return [it for it in listed if it["id"] not in scene.foreign]


def deployed(stack):
    up = stack.up()
    assert up.succeeded, text(up)
    return action_of(stack)


def owner(scene, action):
    return owner_of(scene.sandbox.control.deployed_action(action).code)


def remedy(message, beginning):
    """The commands of one line of a message, wherever the engine shows it."""
    lines = {it.strip() for it in message.splitlines()}
    (line,) = [it for it in lines if it.startswith(beginning)]
    return line.rpartition("run: ")[2].split(" && ")


def obey_all(scene, stack, commands):
    """Run a remedy's commands; each must go well. Gives the last run of the engine."""
    for command in commands:
        run = obey(scene, stack, command)
        assert run is None or run.succeeded, run.output


def assert_well(scene, stack, action):
    """The tenant runs one Action of ours, which is this stack's."""
    assert [it["id"] for it in our_actions(scene)] == [action]
    assert scene.tenant.bound_actions() == [*scene.foreign, action]
    assert action_of(stack) == action
    preview = stack.preview(refresh=True, expect_no_changes=True)
    assert preview.succeeded, text(preview)


RENAMES = {
    "another name": {"componentName": "renamed"},
    "another parent": {"parentName": "parent"},
    "both": {"componentName": "renamed", "parentName": "parent"},
}


@pytest.mark.parametrize("changes", RENAMES.values(), ids=RENAMES)
@pytest.mark.parametrize("operation", ["preview", "up"])
def test_renamed_component_does_not_adopt_its_own_action_and_an_alias_keeps_it(
    scene, stack, changes, operation
):
    renamed = stack("renamed")
    action = deployed(renamed)
    before = owner(scene, action)
    for key, value in changes.items():
        renamed.configure(key, value)

    message = refusal(getattr(renamed, operation)())

    assert f"({action}) that the state of this component does not know" in message
    assert f'component "portal" of this stack ({before})' in message
    obey(scene, renamed, f"pulumi config set adoptActionId {action}")
    message = refusal(getattr(renamed, operation)())
    assert "This component does not adopt it." in message
    told = "If this component was renamed or has another parent now"
    assert f'aliases=["{before}"]' in message
    renamed.configure("aliasUrn", before)
    obey_all(scene, renamed, remedy(message, told))
    assert_well(scene, renamed, action)
    assert owner(scene, action) != before


def test_renamed_component_with_its_alias_may_keep_the_setting(scene, stack):
    renamed = stack("renamed")
    action = deployed(renamed)
    renamed.configure("aliasUrn", owner(scene, action))
    renamed.configure("componentName", "renamed")
    renamed.configure("adoptActionId", action)
    up = renamed.up()
    assert up.succeeded, text(up)
    assert_well(scene, renamed, action)


def test_renamed_component_takes_its_action_over_after_its_state_was_lost(scene, stack):
    renamed = stack("renamed")
    action = deployed(renamed)
    before = owner(scene, action)
    forget = f"pulumi state delete --target-dependents --yes '{before}'"
    obey(scene, renamed, forget)
    renamed.configure("componentName", "renamed")
    renamed.configure("aliasUrn", before)

    message = refusal(renamed.up())

    assert "Its first line names this component" in message
    obey_all(scene, renamed, remedy(message, "To take it over"))
    up = renamed.up()
    assert up.succeeded, text(up)
    assert_well(scene, renamed, action)
    assert owner(scene, action) != before


@pytest.mark.parametrize("operation", ["preview", "up"])
def test_action_of_another_stack_is_not_adopted(scene, stack, operation):
    dev = stack("dev")
    action = deployed(dev)
    prod = stack("prod", adoptActionId=action)

    message = refusal(getattr(prod, operation)())

    assert f'managed by stack "{dev.stack.name}" of project' in message
    (apart,) = [it for it in message.splitlines() if it.startswith("To have an")]
    rm, rename = apart.rpartition("run: ")[2].split(" && ")
    obey(scene, prod, rm)
    obey(scene, prod, rename.replace("<another name>", "Of-prod"))
    obey(scene, prod, "pulumi config set metadataKey of_prod")
    assert prod.up().succeeded
    assert prod.destroy().succeeded
    assert_well(scene, dev, action)


def test_action_that_another_stack_took_over_is_neither_changed_nor_deleted(
    scene, stack
):
    dev = stack("dev")
    action = deployed(dev)
    prod = stack("prod", adoptActionId=action)
    message = refusal(prod.preview())
    forget_owner(scene, action)
    obey_all(scene, prod, remedy(message, "If nobody manages it any more"))
    assert_well(scene, prod, action)

    dev.configure("loginTimeoutMs", "1234")
    taken = refusal(dev.preview())
    assert f'managed by stack "{prod.stack.name}" of project' in taken
    assert taken.endswith(refusal(dev.up()).removeprefix("before hook "))
    destroy = dev.destroy()
    assert not destroy.succeeded
    assert "Traceback" not in text(destroy)
    assert "neither changes nor deletes it." in text(destroy)
    assert_well(scene, prod, action)

    obey_all(scene, dev, remedy(taken, "To let this stack forget it"))
    assert dev.destroy().succeeded
    assert resources(dev) == {}
    assert_well(scene, prod, action)


def test_action_that_another_stack_took_over_is_taken_back(scene, stack):
    dev = stack("dev")
    action = deployed(dev)
    prod = stack("prod", adoptActionId=action)
    forget_owner(scene, action)
    assert prod.up().succeeded
    dev.configure("loginTimeoutMs", "1234")
    message = refusal(dev.up())
    forget_owner(scene, action)
    obey_all(scene, dev, remedy(message, "To take it back"))
    assert_well(scene, dev, action)


def forget_owner(scene, action):
    """Remove the first line of the code in the dashboard, and deploy it."""
    first, rest = scene.tenant.action(action)["code"].split("\n", 1)
    assert first.startswith("// managed by: ")
    scene.edit(action, code=rest)


@pytest.fixture
def taken(scene, stack):
    """An Action of dev that prod took over, renamed and deployed."""
    dev = stack("dev")
    action = deployed(dev)
    forget_owner(scene, action)
    prod = stack("prod", adoptActionId=action, actionName="Of prod")
    assert prod.up().succeeded
    yield dev, prod, action
    assert_well(scene, prod, action)


@pytest.mark.parametrize("options", [{}, {"refresh": True}], ids=str)
def test_run_tells_that_another_stack_took_the_action_over(scene, stack, options):
    """A refresh writes the other stack's code, and so its line, into the state."""
    dev = stack("dev")
    action = deployed(dev)
    forget_owner(scene, action)
    # Other code than declared; a plain run says so, and writes nothing.
    assert "differs from what the stack declares" in refusal(dev.up())
    prod = stack("prod", adoptActionId=action, actionName="Of prod")
    assert prod.up().succeeded
    for operation in (dev.preview, dev.up):
        told = refusal(operation(**options))
        assert f'managed by stack "{prod.stack.name}" of project' in told
    assert not dev.destroy(**options).succeeded
    assert_well(scene, prod, action)


def test_stack_without_a_binding_takes_none_of_another_stack_over(scene, stack):
    dev = stack("dev")
    bind = Fault(
        service="auth0", method="PATCH", path=BINDINGS, kind="status", status=400
    )
    scene.sandbox.control.arm(bind)
    assert not dev.up().succeeded
    scene.sandbox.control.clear_faults()
    (action,) = [it["id"] for it in our_actions(scene)]
    forget_owner(scene, action)
    prod = stack("prod", adoptActionId=action)
    assert prod.up().succeeded

    assert f'managed by stack "{prod.stack.name}" of project' in refusal(dev.up())

    # Auth0 deletes no Action that is bound.
    assert not dev.destroy().succeeded
    assert_well(scene, prod, action)


@pytest.mark.parametrize("kind", ["action", "binding"])
def test_replacement_does_not_delete_what_another_stack_took_over(taken, kind):
    dev, prod, _ = taken
    up = dev.up(replace=[urn_of(dev, kind)])
    assert not up.succeeded
    assert "Traceback" not in text(up)
    assert f'managed by stack "{prod.stack.name}" of project' in text(up)


def test_adoption_of_another_action_does_not_delete_what_another_stack_took_over(
    scene, taken
):
    dev, _, action = taken
    other = scene.tenant.add_bound_action("By hand", "exports.x = 1;\n")
    dev.configure("adoptActionId", other)
    assert not dev.up().succeeded
    assert action in scene.tenant.bound_actions()
    scene.tenant.api("DELETE", f"/actions/actions/{other}?force=true")


def test_action_is_replaced_by_one_that_is_deployed_and_bound(scene, stack):
    plain = stack("plain")
    action = deployed(plain)
    preview = plain.preview(replace=[urn_of(plain, "action")])
    assert preview.succeeded, text(preview)
    up = plain.up(replace=[urn_of(plain, "action")])
    assert up.succeeded, text(up)
    assert action_of(plain) != action
    assert_well(scene, plain, action_of(plain))


def test_replaced_check_of_the_tenant_is_refused_and_nothing_else_happens(scene, stack):
    plain = stack("plain")
    action = deployed(plain)
    tenant = urn_of(plain, "tenant")
    told = "If this run only replaces the check of the tenant, leave the check out"
    up = plain.up(replace=[tenant])
    assert not up.succeeded
    assert told in text(up)
    obey(scene, plain, f"pulumi state taint '{tenant}'")
    up = plain.up()
    assert not up.succeeded
    assert told in text(up)
    obey(scene, plain, f"pulumi state untaint '{tenant}'")
    assert plain.up().changes == {"same": 7}
    assert_well(scene, plain, action)


def test_binding_is_made_again_and_stays(scene, stack):
    plain = stack("plain")
    action = deployed(plain)
    binding = urn_of(plain, "binding")
    up = plain.up(replace=[binding])
    assert up.succeeded, text(up)
    assert_well(scene, plain, action)

    obey(scene, plain, f"pulumi state taint '{binding}'")
    up = plain.up()
    assert up.succeeded, text(up)
    assert_well(scene, plain, action)


@pytest.mark.parametrize("is_adopted", [False, True], ids=["created", "adopted"])
def test_component_with_an_action_adopts_no_other(scene, stack, is_adopted):
    one, other = (
        scene.tenant.add_bound_action(name, "exports.x = 1;\n") for name in "ab"
    )
    settings = {"adoptActionId": one} if is_adopted else {}
    adopter = stack("adopter", **settings)
    action = deployed(adopter)
    adopter.configure("adoptActionId", other)
    scene.edit(action, deploy=False, name="Renamed by hand")
    for operation in (adopter.preview, adopter.up):
        message = refusal(operation())
        assert f"has the Action {action} already" in message
    assert scene.tenant.action(other)["code"] == "exports.x = 1;\n"

    (keep,) = remedy(message, "To keep it, run")
    obey(scene, adopter, keep)
    up = adopter.up(refresh=True)
    assert up.succeeded, text(up)
    assert action_of(adopter) == action
    adopter.configure("adoptActionId", other)
    destroy, up = remedy(message, f"To adopt {other} in its place")
    obey_all(scene, adopter, [f"{destroy} --yes", up])
    assert action_of(adopter) == other
    bound = scene.tenant.bound_actions()
    assert (bound.count(other), bound.count(action)) == (1, 0)


def urn_of(stack, kind):
    (urn,) = [it for it in resources(stack) if it.endswith(f"-{kind}")]
    return urn


def test_same_run_never_deletes_what_it_imported(scene, stack):
    """Without the line nothing tells a preview that the Action is of this stack."""
    renamed = stack("renamed")
    action = deployed(renamed)
    forget_owner(scene, action)
    renamed.configure("componentName", "renamed")
    renamed.configure("adoptActionId", action)

    up = renamed.up()

    assert not up.succeeded
    assert "Traceback" not in text(up), text(up)
    assert scene.tenant.bound_actions() == [*scene.foreign, action]
    obey_all(scene, renamed, remedy(text(up), "To let this stack forget it"))
    up = renamed.up()
    assert up.succeeded, text(up)
    assert_well(scene, renamed, action)


def test_finished_adoption_neither_needs_nor_minds_the_setting(scene, stack):
    hand_made = scene.tenant.add_bound_action("By hand", "exports.x = 1;\n")
    adopter = stack("adopter", adoptActionId=hand_made)
    assert deployed(adopter) == hand_made
    assert adopter.preview(expect_no_changes=True).succeeded
    scene.tenant.api("DELETE", f"/actions/actions/{hand_made}?force=true")

    up = adopter.up(refresh=True)

    assert up.succeeded, text(up)
    action = action_of(adopter)
    assert action != hand_made
    assert_well(scene, adopter, action)
    assert adopter.up().changes == {"same": 7}
    obey(scene, adopter, "pulumi config rm adoptActionId")
    assert adopter.up().changes == {"same": 7}
    assert_well(scene, adopter, action)


def test_action_left_by_an_interrupted_run_is_adopted(scene, stack):
    left = stack("left")
    action = deployed(left)
    forget = f"pulumi state delete --target-dependents --yes '{urn_of(left, 'action')}'"
    obey(scene, left, forget)

    message = refusal(left.up())

    assert "Its first line names this component" in message
    obey_all(scene, left, remedy(message, "To take it over"))
    up = left.up()
    assert up.succeeded, text(up)
    assert_well(scene, left, action)


def test_destroy_after_an_interrupted_run_tells_of_the_action_that_is_left(
    scene, stack
):
    left = stack("left")
    action = deployed(left)
    forget = f"pulumi state delete --target-dependents --yes '{urn_of(left, 'action')}'"
    obey(scene, left, forget)

    destroy = left.destroy()

    assert not destroy.succeeded
    assert f"still has the Action {action} of this stack" in text(destroy)
    forget_owner(scene, action)
    assert "After either, run again" in text(destroy)
    assert left.destroy().succeeded
    assert resources(left) == {}
    assert scene.tenant.bound_actions() == [*scene.foreign, action]


def test_green_run_means_that_the_action_is_there_and_bound(scene, stack):
    """Also without a refresh, and without a change."""
    plain = stack("plain")
    action = deployed(plain)
    scene.bind(*scene.foreign)
    preview = plain.preview()
    assert "In Auth0, the Action is bound 0 times to the login flow" in text(preview)
    assert preview.changes == {"same": 6, "update": 1}
    assert plain.up().succeeded
    assert_well(scene, plain, action)

    scene.tenant.api("DELETE", f"/actions/actions/{action}?force=true")
    assert not plain.preview(expect_no_changes=True).succeeded
    message = refusal(plain.up())
    assert f'The Action "{DEFAULT_ACTION_NAME}" is not in Auth0 any more' in message
    obey(scene, plain, message.rpartition("with: ")[2])
    assert_well(scene, plain, action_of(plain))
