"""auth0-deploy-cli on the sandbox: what it does to the Actions of others."""

import pytest

from tests.clients.deploy_cli import (
    IMPORTS_SECONDS,
    add_others,
    bound,
    import_of,
    written,
)


@pytest.mark.timeout(IMPORTS_SECONDS)
def test_import_unbinds_what_its_login_flow_does_not_list(deploy_cli, tenant, tmp_path):
    """Its document on excluding resources; the maintainers' word in its issue 623."""
    add_others(tenant)
    file = written(tmp_path, "Greet")

    import_of(deploy_cli, file, "actions")

    assert bound(tenant) == ["Others"]

    import_of(deploy_cli, file)

    assert bound(tenant) == ["Greet"]
    assert tenant.actions() == ["Others", "Greet"]
