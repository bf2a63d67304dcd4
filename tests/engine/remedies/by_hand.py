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
    "Give them as auth0_credentials of the component": CODE,
    "To adopt it, give them as": CODE,
    "a metadata_key of its own": CODE,
    "an action_name of its own": CODE,
    "adopt_action_id to one of them alone": CODE,
    "The Action cannot be deployed": CODE,
    "Grant it in the dashboard": DASHBOARD,
    "may preview, but not": DASHBOARD,
    "which is not of this stack and would be deleted": DASHBOARD,
    "stands behind": DASHBOARD,
    "Whether login probes left": DASHBOARD,
    "does not name this user": DASHBOARD,
    "and no other that names this user": "nothing to do, or a wrong user id",
    "Whether the Action drifted is not known": "passes on another message",
    "it is not \0": "a reason within another message",
}
"""By words of the text in the source."""

ELSEWHERE = {
    "This run targets other resources": TARGETS,
    "To take it over, run": DUPLICATE,
    "To delete it, if nobody needs it": DUPLICATE,
    "To keep both": DUPLICATE,
    "was renamed or has another parent": RENAMED,
    "To have an Action for each": OF_ANOTHER,
    "If nobody manages it": TAKEN,
    "To let this stack forget it": TAKEN,
    "To take it back": TAKEN_BACK,
    "To take another Action over": NO_ACTION,
    "To create a new Action": NO_ACTION,
    "To keep it, run": SECOND,
    "in its place, run": SECOND,
    "To go on with it": BEGUN,
    "To leave it as it is": BEGUN,
    "To go back": WAY_BACK,
    "To deploy to both": BOTH,
    "To move, go back": MOVE,
    "If both names are of one tenant": AUDIENCE,
    "To delete it, log in to": EXPLICIT,
}
"""Messages whose remedies another test of tests/engine runs: module and function."""
