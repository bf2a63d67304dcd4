"""What importing the package imports; pyproject.toml has the rules for its modules."""

import subprocess
import sys

import pytest

PROVIDERS = (
    "zuplo.bucket_check",
    "tenant.side_by_side",
    "tenant.check",
    "delivery.resource",
    "login_probe.leftovers",
)


def imported(statement):
    """Top-level names of all modules that a new process has after a statement."""
    script = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize("module", PROVIDERS)
def test_dynamic_provider_starts_without_the_sdks_of_other_providers(module):
    names = imported(f"import consumer_on_login.{module}")
    assert "pulumi" in names
    assert not names & {"pulumi_auth0", "pulumi_command"}


def test_component_is_imported_with_auth0s_sdk_and_nothing_that_a_run_may_not_need():
    names = imported("from consumer_on_login import ConsumerOnLogin")
    assert "pulumi_auth0" in names
    assert not names & {"pulumi_command", "requests", "urllib3"}
