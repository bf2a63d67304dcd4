"""The login probe as a resource: a Command that runs the script after each change.

The state encrypts the script's secrets: the environment and all that the script prints
are secret.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pulumi
import pulumi_auth0 as auth0
from pulumi_command import local

from ..action_code.rendering import manifest
from ..auth0.credentials import as_environment
from ..left_out import warn_of_left_out
from ..settings import rules
from ..settings.settings import Settings
from .leftovers import ProbeLeftovers
from .task import ProbeTask

SCRIPT = "consumer_on_login.login_probe"
ANY_APPLICATION = "login-probe"


def login_probe_command(
    name: str,
    *,
    settings: Settings,
    action: auth0.Action,
    code_sha256: pulumi.Input[str],
    domain: pulumi.Input[str],
    parent: pulumi.Resource,
    delivery: pulumi.Resource,
) -> local.Command:
    """Declare the command, and the resource that removes its leftovers.

    A failed command runs again at the next `up`.

    Args:
        settings: the component's arguments.
        code_sha256: hash of the Action's code.
        domain: the tenant's own domain.
        delivery: the proof that the tenant runs that code.
    """
    tenant = pulumi.Output.from_input(domain).apply(_name_of_tenant)
    leftovers = ProbeLeftovers(
        f"{name}-leftovers",
        api_url=settings.zuplo_api_url,
        account=settings.zuplo_account,
        bucket=settings.zuplo_bucket,
        api_key=settings.zuplo_api_key,
        tenant=tenant,
        action_id=action.id,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[delivery]),
    )
    task = _task(settings, action, tenant)
    # The whole map is secret: the plugin cannot decode a secret inside a map while its
    # value is unknown, as at the first preview.
    environment: pulumi.Output[dict[str, str]] = pulumi.Output.secret(
        pulumi.Output.all(task, _credentials(settings), code_sha256).apply(
            lambda known: {
                **known[0].as_environment(),
                **known[1],
                "LOGIN_PROBE_OF": deployed(known[2]),
            }
        )
    )
    command = local.Command(
        name,
        # Without a shell, nothing needs quotes.
        interpreter=[python(), "-m"],
        create=SCRIPT,
        update=SCRIPT,
        # A change of the environment runs `update`. Triggers would replace the command,
        # which a protected component does not allow.
        environment=environment,
        add_previous_output_in_env=False,
        # The error of a failed command already has its standard error.
        logging=local.Logging.STDOUT,
        opts=pulumi.ResourceOptions(
            parent=parent,
            depends_on=[leftovers],
            additional_secret_outputs=["stdout", "stderr"],
        ),
    )
    warn_of_left_out(
        command,
        desired=environment,
        deployed=command.environment,
        meaning="the login probe does not run",
    )
    return command


def deployed(code_sha256: str) -> str:
    """Name what the tenant runs. It is beside the task, and the script ignores it."""
    stated = manifest()
    packages = json.dumps(stated.dependencies, sort_keys=True)
    return f"{code_sha256} {stated.runtime} {packages}"


def python() -> str:
    """Give the path of this interpreter.

    If the interpreter is below the project's folder, the path begins there, where the
    engine's plugins run. Then a checkout in another folder declares the same.
    """
    root, here = pulumi.get_root_directory(), Path.cwd()
    interpreter = Path(sys.executable)
    if root and Path(root) == here and interpreter.is_relative_to(here):
        return str(interpreter.relative_to(here))
    return sys.executable


def _task(
    settings: Settings, action: auth0.Action, tenant: pulumi.Output[str]
) -> pulumi.Output[ProbeTask]:
    known: dict[str, Any] = {
        "zuplo_api_url": settings.zuplo_api_url,
        "zuplo_account": settings.zuplo_account,
        "zuplo_bucket": settings.zuplo_bucket,
        "zuplo_api_key": settings.zuplo_api_key,
        "login_probe_action_id": action.id,
        "login_probe_action_name": action.name,
        "login_probe_tenant": tenant,
        "login_probe_client_id": pulumi.Output.from_input(
            settings.portal_client_ids
        ).apply(_client_id),
    }
    return pulumi.Output.from_input(known).apply(lambda plain: ProbeTask(**plain))


def _credentials(settings: Settings) -> pulumi.Output[dict[str, str]]:
    """Give the credentials that are not in the script's environment yet."""
    config = pulumi.Config("auth0").get
    given = settings.auth0_credentials
    if given is None:
        return pulumi.Output.from_input(as_environment(None, config))
    return pulumi.Output.from_input(given).apply(
        lambda known: as_environment(known, config)
    )


def _name_of_tenant(domain: str | None) -> str:
    """Give the beginning of the tenant's own domain; mocks have no domain."""
    return re.split("[.:]", domain or "")[0]


def _client_id(client_ids: list[pulumi.Input[str]]) -> pulumi.Input[str]:
    """Name an application for which the Action creates consumers."""
    named = [it for it in client_ids if it != rules.EVERY_APPLICATION]
    return named[0] if named else ANY_APPLICATION
