"""Commands of docs/troubleshooting.md outside of its messages, and what runs each."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt

from tests.documents.test_troubleshooting import PAGE

CONFIGURED = "test_troubleshooting.py::test_what_the_cli_refuses_is_set_right"
UNLOCKED = "test_troubleshooting.py::test_lock_of_a_killed_run_is_named_in_these_words"

RUN_BY = {
    "pulumi config set --secret auth0:clientSecret": (
        "remedies/of_auth0.py::wrong_client"
    ),
    "export AUTH0_CLIENT_SECRET=<client secret>": (
        "remedies/of_auth0.py::wrong_secret_of_the_environment"
    ),
    "export ZUPLO_API_KEY=<key>": (
        "remedies/of_offboarding.py::wrong_key_of_the_environment"
    ),
    "pulumi destroy": (
        "ownership/test_taken_over.py::"
        "test_action_that_another_stack_took_over_is_neither_changed_nor_deleted"
    ),
    "pulumi state untaint '<URN>'": (
        "ownership/test_replaced.py::"
        "test_replaced_check_of_the_tenant_is_refused_and_nothing_else_happens"
    ),
    "pulumi state unprotect --all": ("test_examples.py::test_adopt_existing"),
    "pulumi config set --secret zuploApiKey": CONFIGURED,
    "pulumi config rm portalClientIds": CONFIGURED,
    "pulumi config set --path 'portalClientIds[0]' <client id>": CONFIGURED,
    "pulumi up --target-dependents --target '<URN>'": (
        "test_targets.py::test_component_is_updated_alone"
    ),
    "pulumi cancel": UNLOCKED,
    "pulumi up": UNLOCKED,
}
"""File below tests/engine and function."""

NOT_RUN = {
    "pulumi install": "needs the CLI's own Python host, which no test has",
    "python -m consumer_on_login.offboarding": "where messages come from, no remedy",
}
"""With the reason."""


def commands() -> Iterator[str]:
    """Give what the page's sentences and tables tell to run."""
    for token in MarkdownIt().enable("table").parse(PAGE):
        for child in token.children or []:
            code = child.content if child.type == "code_inline" else ""
            if re.match(r"(pulumi|auth0|export|python|make) ", code):
                yield code
