"""Whose Action a component adopts, and that it keeps its own."""

import pytest

from sandbox.host.faults import Fault
from tests.toolkit.tenant_operations import delete

from ..environment import action_of, obey, refusal, resources, text
from .owners import assert_well, deployed, forget_owner, obey_all, owner, remedy, urn_of

RENAMES = {
    "another name": {"componentName": "renamed"},
    "another parent": {"parentName": "parent"},
    "both": {"componentName": "renamed", "parentName": "parent"},
}


@pytest.mark.parametrize("changes", RENAMES.values(), ids=RENAMES)
@pytest.mark.parametrize("operation", ["preview", "up"])
def test_renamed_component_does_not_adopt_its_own_action_and_an_alias_keeps_it(
    environment, stack, changes, operation
):
    renamed = stack("renamed")
    action = deployed(renamed)
    before = owner(environment, action)
    for key, value in changes.items():
        renamed.configure(key, value)

    message = refusal(getattr(renamed, operation)())

    assert f"({action}), which is not in the state of this component" in message
    assert f'component "portal" of this stack ({before})' in message
    obey(environment, renamed, f"pulumi config set adoptActionId {action}")
    message = refusal(getattr(renamed, operation)())
    assert "This component does not adopt an Action of another owner." in message
    reported = "If the component has a new name or a new parent"
    assert f'aliases=["{before}"]' in message
    renamed.configure("aliasUrn", before)
    obey_all(environment, renamed, remedy(message, reported))
    assert_well(environment, renamed, action)
    assert owner(environment, action) != before


def test_renamed_component_with_its_alias_may_keep_the_setting(environment, stack):
    renamed = stack("renamed")
    action = deployed(renamed)
    renamed.configure("aliasUrn", owner(environment, action))
    renamed.configure("componentName", "renamed")
    renamed.configure("adoptActionId", action)
    up = renamed.up()
    assert up.succeeded, text(up)
    assert_well(environment, renamed, action)


def test_component_that_was_renamed_twice_names_the_alias_that_it_lacks(
    environment, stack
):
    twice = stack("twice")
    action = deployed(twice)
    first = owner(environment, action)
    second = first.replace("::portal", "::second")
    twice.configure("componentName", "second")
    twice.configure("aliasUrn", first)
    refused = Fault(service="auth0", method="PATCH", kind="status", status=400)
    environment.sandbox.control.arm(refused)
    assert not twice.up().succeeded
    environment.sandbox.control.clear_faults()
    twice.configure("componentName", "third")
    twice.configure("aliasUrn", second)

    message = refusal(twice.up())

    assert f'declare it with the additional alias "{first}"' in message
    twice.configure("aliasUrn", f"{second} {first}")
    obey_all(environment, twice, remedy(message, "If the component has a new name"))
    assert_well(environment, twice, action)


def test_renamed_component_takes_its_action_over_after_its_state_was_lost(
    environment, stack
):
    renamed = stack("renamed")
    action = deployed(renamed)
    before = owner(environment, action)
    forget = f"pulumi state delete --target-dependents --yes '{before}'"
    obey(environment, renamed, forget)
    renamed.configure("componentName", "renamed")
    renamed.configure("aliasUrn", before)

    message = refusal(renamed.up())

    assert "The first line of the Action's code names this component" in message
    obey_all(environment, renamed, remedy(message, "To take over the Action"))
    up = renamed.up()
    assert up.succeeded, text(up)
    assert_well(environment, renamed, action)
    assert owner(environment, action) != before


def test_alias_of_another_stack_makes_its_action_nobody_elses(environment, stack):
    """A program that several stacks share has the alias that one of them got."""
    dev = stack("dev")
    action = deployed(dev)
    alias = owner(environment, action)
    prod = stack("prod", componentName="renamed", aliasUrn=alias)

    for settings in ({}, {"adoptActionId": action}):
        for key, value in settings.items():
            prod.configure(key, value)
        message = refusal(prod.up())
        assert f'managed by stack "{dev.stack.name}" of project' in message
        assert "auth0 api delete" not in message

    assert prod.destroy().succeeded
    assert_well(environment, dev, action)


@pytest.mark.parametrize("operation", ["preview", "up"])
def test_action_of_another_stack_is_not_adopted(environment, stack, operation):
    dev = stack("dev")
    action = deployed(dev)
    prod = stack("prod", adoptActionId=action)

    message = refusal(getattr(prod, operation)())

    assert f'managed by stack "{dev.stack.name}" of project' in message
    (apart,) = [it for it in message.splitlines() if it.startswith("To give each")]
    rm, rename = apart.rpartition("run: ")[2].split(" && ")
    obey(environment, prod, rm)
    obey(environment, prod, rename.replace("<another name>", "Of-prod"))
    obey(environment, prod, "pulumi config set metadataKey of_prod")
    assert prod.up().succeeded
    assert prod.destroy().succeeded
    assert_well(environment, dev, action)


@pytest.mark.parametrize("is_adopted", [False, True], ids=["created", "adopted"])
def test_component_with_an_action_adopts_no_other(environment, stack, is_adopted):
    one, other = (
        environment.tenant.add_bound_action(name, "exports.x = 1;\n") for name in "ab"
    )
    settings = {"adoptActionId": one} if is_adopted else {}
    adopter = stack("adopter", **settings)
    action = deployed(adopter)
    adopter.configure("adoptActionId", other)
    environment.edit(action, deploy=False, name="Renamed by hand")
    for operation in (adopter.preview, adopter.up):
        message = refusal(operation())
        assert f"already has the Action {action}." in message
    assert environment.tenant.action(other)["code"] == "exports.x = 1;\n"

    (keep,) = remedy(message, "To keep the Action")
    obey(environment, adopter, keep)
    up = adopter.up(refresh=True)
    assert up.succeeded, text(up)
    assert action_of(adopter) == action
    adopter.configure("adoptActionId", other)
    destroy, up = remedy(message, f"To adopt the Action {other} instead")
    obey_all(environment, adopter, [f"{destroy} --yes", up])
    assert action_of(adopter) == other
    bound = environment.tenant.bound_actions()
    assert (bound.count(other), bound.count(action)) == (1, 0)


def test_same_run_never_deletes_what_it_imported(environment, stack):
    """Without the line nothing tells a preview that the Action is of this stack."""
    renamed = stack("renamed")
    action = deployed(renamed)
    forget_owner(environment, action)
    renamed.configure("componentName", "renamed")
    renamed.configure("adoptActionId", action)

    up = renamed.up()

    assert not up.succeeded
    assert "Traceback" not in text(up), text(up)
    assert environment.tenant.bound_actions() == [*environment.third_party, action]
    obey_all(
        environment, renamed, remedy(text(up), "To remove the Action from the state")
    )
    up = renamed.up()
    assert up.succeeded, text(up)
    assert_well(environment, renamed, action)


def test_finished_adoption_neither_needs_nor_minds_the_setting(environment, stack):
    hand_made = environment.tenant.add_bound_action("By hand", "exports.x = 1;\n")
    adopter = stack("adopter", adoptActionId=hand_made)
    assert deployed(adopter) == hand_made
    assert adopter.preview(expect_no_changes=True).succeeded
    delete(environment.tenant, hand_made)

    up = adopter.up(refresh=True)

    assert up.succeeded, text(up)
    action = action_of(adopter)
    assert action != hand_made
    assert_well(environment, adopter, action)
    assert adopter.up().changes == {"same": 7}
    obey(environment, adopter, "pulumi config rm adoptActionId")
    assert adopter.up().changes == {"same": 7}
    assert_well(environment, adopter, action)


def test_action_left_by_an_interrupted_run_is_adopted(environment, stack):
    left = stack("left")
    action = deployed(left)
    forget = f"pulumi state delete --target-dependents --yes '{urn_of(left, 'action')}'"
    obey(environment, left, forget)

    message = refusal(left.up())

    assert "The first line of the Action's code names this component" in message
    obey_all(environment, left, remedy(message, "To take over the Action"))
    up = left.up()
    assert up.succeeded, text(up)
    assert_well(environment, left, action)


def test_destroy_after_an_interrupted_run_tells_of_the_action_that_is_left(
    environment, stack
):
    left = stack("left")
    action = deployed(left)
    forget = f"pulumi state delete --target-dependents --yes '{urn_of(left, 'action')}'"
    obey(environment, left, forget)

    destroy = left.destroy()

    assert not destroy.succeeded
    assert f"still has an Action of this stack: {action}." in text(destroy)
    forget_owner(environment, action)
    assert "After one of these steps, run again" in text(destroy)
    assert left.destroy().succeeded
    assert resources(left) == {}
    assert environment.tenant.bound_actions() == [*environment.third_party, action]
