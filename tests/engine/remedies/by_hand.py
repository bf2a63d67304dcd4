"""Messages whose remedy no test of this folder runs, each with the reason."""

DASHBOARD = "a step in a dashboard"
CODE = "a change of the program"

BY_HAND = {
    "Give the component auth0_credentials with": CODE,
    "Give them as auth0_credentials of the component": CODE,
    "a metadata_key of its own": CODE,
    "an action_name of its own": CODE,
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
    "state of this component does not know": "test_checks.py",
}
"""Messages whose remedies another module of tests/engine runs."""
