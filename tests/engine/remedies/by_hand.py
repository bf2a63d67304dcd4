"""Messages whose remedy no test of this folder runs, each with the reason."""

DUPLICATE = "test_checks.py::test_duplicate_is_named_and_each_remedy_works"
NO_ACTION = (
    "test_adoption.py::"
    "test_adoption_of_no_action_is_refused_in_the_words_of_the_document"
)
RENAMED = (
    "ownership/test_whose.py::"
    "test_renamed_component_does_not_adopt_its_own_action_and_an_alias_keeps_it"
)
OF_ANOTHER = "ownership/test_whose.py::test_action_of_another_stack_is_not_adopted"
TAKEN = (
    "ownership/test_taken_over.py::"
    "test_action_that_another_stack_took_over_is_neither_changed_nor_deleted"
)
TAKEN_BACK = (
    "ownership/test_taken_over.py::"
    "test_action_that_another_stack_took_over_is_taken_back"
)
SECOND = "ownership/test_whose.py::test_component_with_an_action_adopts_no_other"
BEGUN = "test_adoption.py::test_adoption_after_one_that_failed_deletes_no_action"
WAY_BACK = (
    "test_another_tenant.py::"
    "test_run_in_another_tenant_is_refused_and_the_way_back_is_clean"
)
BOTH = "test_another_tenant.py::test_deploying_to_both_tenants_takes_a_stack_for_each"
MOVE = (
    "test_another_tenant.py::"
    "test_moving_to_another_tenant_leaves_nothing_live_in_the_first"
)
AUDIENCE = (
    "test_another_tenant.py::"
    "test_another_application_asked_under_a_custom_domain_needs_the_audience"
)
EXPLICIT = "test_another_tenant.py::test_explicit_provider_of_another_tenant_is_refused"

TARGETS = "test_targets.py::test_remedy_of_the_warning_deploys_the_rest"

DASHBOARD = "a step in a dashboard"
CODE = "a change of the program"

BY_HAND = {
    "To turn these checks on": CODE,
    "To adopt the Action, set": CODE,
    "Set another metadata_key": CODE,
    "Set another action_name": CODE,
    "Set adopt_action_id for": CODE,
    "The Action cannot be deployed": CODE,
    "This run needs them": DASHBOARD,
    "can preview, but it": DASHBOARD,
    "has secrets that do not belong": DASHBOARD,
    "These Actions run after": DASHBOARD,
    "Consumers of login probes": DASHBOARD,
    "does not name this user": DASHBOARD,
    "and no other consumer ": "nothing to do, or a wrong user id",
    "did not check the Action for drift": "passes on another message",
    "it is not \0": "a reason within another message",
}
"""By words of the text in the source."""

ELSEWHERE = {
    "This run targets other resources": TARGETS,
    "To take over the Action, run": DUPLICATE,
    "If nobody needs the Action": DUPLICATE,
    "To keep both Actions": DUPLICATE,
    "has a new name or a new parent": RENAMED,
    "To give each component": OF_ANOTHER,
    "If nobody manages the Action": TAKEN,
    "To remove the Action from the state": TAKEN,
    "To take the Action back": TAKEN_BACK,
    "To take over another Action": NO_ACTION,
    "To create a new Action": NO_ACTION,
    "To keep the Action \0, run": SECOND,
    " instead, run": SECOND,
    "To finish the adoption": BEGUN,
    "To leave the Action": BEGUN,
    "To go back": WAY_BACK,
    "To deploy to both": BOTH,
    "To move to": MOVE,
    "If both names belong to one tenant": AUDIENCE,
    "To delete the Action, log in to": EXPLICIT,
}
"""Messages whose remedies another test of tests/engine runs: module and function."""
