"""Messages whose remedy no test of this folder runs, each with the reason."""

DASHBOARD = "a step in a dashboard"
CODE = "a change of the program"

BY_HAND = {
    "Give them as auth0_credentials of the component": CODE,
    "To adopt it, give them as": CODE,
    "a metadata_key of its own": CODE,
    "an action_name of its own": CODE,
    "adopt_action_id to one of them alone": CODE,
    "The Action cannot be deployed": CODE,
    " lacks ": DASHBOARD,
    "which is not of this stack and would be deleted": DASHBOARD,
    "stands behind": DASHBOARD,
    "does not name this user": DASHBOARD,
    "and no other that names this user": "nothing to do, or a wrong user id",
    "could not be removed": f"{DASHBOARD}, or ten minutes of waiting",
    "The deployment sets it": "its `up` needs the plugin of the Command",
    "Whether the Action drifted is not known": "passes on another message",
    "it is not \0": "a reason within another message",
}
"""By words of the text in the source."""

ELSEWHERE = {
    "To take it over, run": "test_checks.py",
    "To delete it, if nobody needs it": "test_checks.py",
    "To keep both": "test_checks.py",
    "was renamed or has another parent": "test_ownership.py",
    "To have an Action for each": "test_ownership.py",
    "If nobody manages it": "test_ownership.py",
    "To let this stack forget it": "test_ownership.py",
    "To take it back": "test_ownership.py",
    "To take another Action over": "test_adoption.py",
    "To create a new Action": "test_adoption.py",
    "To keep it, run": "test_ownership.py",
    "in its place, run": "test_ownership.py",
    "To go back": "test_another_tenant.py",
    "To deploy to both": "test_another_tenant.py",
    "To move, go back": "test_another_tenant.py",
    "If both names are of one tenant": "test_another_tenant.py",
    "To delete it, log in to": "test_another_tenant.py",
    "To keep it without this stack": "test_ownership.py",
}
"""Messages whose remedies another module of tests/engine runs."""
