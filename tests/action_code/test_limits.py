"""What Auth0 takes of an Action."""

from dataclasses import replace

import pytest

from consumer_on_login.action_code.limits import CODE_BYTES, require_deployable
from consumer_on_login.action_code.rendering import manifest
from consumer_on_login.errors import ActionError


def test_action_of_the_repository_is_deployable():
    require_deployable("x" * CODE_BYTES, manifest())


def test_code_is_measured_in_bytes():
    with pytest.raises(ActionError) as caught:
        require_deployable("é" * (CODE_BYTES // 2 + 1), manifest())
    message = str(caught.value)
    assert f"{CODE_BYTES + 2} bytes" in message
    assert message.splitlines()[-1].endswith("action/create-consumer/code.js")


@pytest.mark.parametrize("version", ["^6.29.1", "6", "6.29", "latest", "6.29.1-beta"])
def test_dependency_that_is_not_pinned_is_refused(version):
    stated = replace(manifest(), dependencies={"undici": version})
    with pytest.raises(ActionError, match="version of undici is") as caught:
        require_deployable("", stated)
    assert (
        str(caught.value)
        .splitlines()[-1]
        .endswith("action/create-consumer/manifest.json")
    )
