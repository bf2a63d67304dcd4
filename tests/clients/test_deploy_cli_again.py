"""auth0-deploy-cli on the sandbox: what is imported again changes nothing."""

import pytest
import yaml

from tests.clients.deploy_cli import (
    CODE,
    IMPORTS_SECONDS,
    add_others,
    export,
    import_of,
    state,
    written,
)
from tests.toolkit.tenant_operations import BINDINGS


@pytest.mark.timeout(IMPORTS_SECONDS)
def test_import_changes_nothing_the_second_time(
    deploy_cli, tenant, sandbox, asked, tmp_path
):
    add_others(tenant)
    file = written(tmp_path, "Others", "Greet")
    import_of(deploy_cli, file)

    imported = state(tenant, sandbox)
    ([_, greet], flow) = imported
    assert greet["code"] == CODE
    assert greet["deployed"].secrets == {"GREETING": "hello"}
    assert flow == ["Others", "Greet"]

    asked()
    import_of(deploy_cli, file)

    writes = [it for it in asked() if not it.startswith("GET")]
    action = f"/api/v2/actions/actions/{greet['id']}"
    # It compares nothing: it sends all again, and the tenant has the same afterwards.
    assert writes == [
        "POST /oauth/token",
        f"PATCH {action}",
        f"POST {action}/deploy",
        f"PATCH {BINDINGS}",
    ]
    assert state(tenant, sandbox) == imported

    exported = export(deploy_cli, tmp_path / "exported")
    secrets = {
        it["name"]: it["secrets"]
        for it in yaml.safe_load(exported.read_text())["actions"]
    }
    assert secrets == {"Others": [{"name": "TOKEN"}], "Greet": [{"name": "GREETING"}]}

    import_of(deploy_cli, exported, AUTH0_ALLOW_DELETE="true")

    assert state(tenant, sandbox) == imported
