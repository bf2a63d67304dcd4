"""What a preview refuses or warns of, in one message with its remedy, and in silence.

Refusals are previewed side by side, since most of them wait for a response that never
comes.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from consumer_on_login.action_code.rendering import manifest
from consumer_on_login.settings.settings import Settings
from sandbox.commands.try_ import NAMESPACE
from sandbox.engine.workspace import set_secret
from sandbox.host.servers import Sandbox
from tests.toolkit.messages import last_line

from .environment import (
    THIRD_PARTY_CODE,
    ZUPLO_KEY,
    action_of,
    obey,
    open_environment,
    refusal,
    text,
    types,
)

EXPLICIT = Path(__file__).parent / "programs" / "explicit_provider" / "__main__.py"
WRITING = "create:actions, update:actions, delete:actions"
UNREACHED = "pulumi config set auth0:domain <tenant>.eu.auth0.com"
GRANT = "Applications > APIs > Auth0 Management API > Machine to Machine Applications"
FAILURES = {
    "wrong secret": (
        "at {domain} (HTTP 401): AUTH0_CLIENT_ID or auth0:clientSecret is wrong",
        "run: export AUTH0_CLIENT_ID=<client id> && "
        "pulumi config set --secret auth0:clientSecret",
    ),
    "domain with https": ("auth0:domain must be a host name", UNREACHED),
    "domain of nobody": ("the host name does not resolve", UNREACHED),
    "connection refused": ("at localhost:1: the server refuses", UNREACHED),
    "no TLS": ("the server does not speak TLS", UNREACHED),
    "TLS of a stranger": ("the server's TLS certificate is not trusted", UNREACHED),
    "no right to read": ("{domain} lacks these scopes: read:actions.", GRANT),
    "other environment": (
        'Bucket "zprj-1-development" belongs to Zuplo\'s environment development, but '
        "this stack is for production",
        "pulumi config set zuploEnvironment development",
    ),
}
"""What is said, and the end of the last line."""


@pytest.fixture(scope="module")
def environment(engine, tmp_path_factory):
    with open_environment(engine, tmp_path_factory.mktemp("checks")) as environment:
        yield environment


@pytest.fixture(scope="module")
def fresh(environment):
    """A stack of which nothing is deployed yet."""
    return environment.stack("fresh")


@pytest.fixture(scope="module")
def deployed(environment):
    deployment = environment.stack(
        "deployed", actionName="Deployed", metadataKey="deployed"
    )
    assert deployment.up().succeeded
    return deployment


@pytest.fixture(scope="module")
def previews(environment, fresh, tmp_path_factory):
    """A preview with each of the failures."""
    folder = tmp_path_factory.mktemp("failures")
    settings = yaml.safe_load(
        Path(fresh.stack.workspace.work_dir, "Pulumi.fresh.yaml").read_text()
    )

    def preview(name, changed):
        file = folder / f"{name.replace(' ', '-')}.yaml"
        config = {**settings["config"], **changed}
        file.write_text(yaml.safe_dump({**settings, "config": config}))
        return fresh.preview(config_file=str(file))

    with Sandbox(folder) as stranger, ThreadPoolExecutor() as pool:
        changes = failures(environment.sandbox, stranger)
        runs = pool.map(preview, changes, changes.values())
        return dict(zip(changes, runs, strict=True))


def failures(sandbox, stranger):
    """The settings of each failure."""

    def only(*scopes):
        client = sandbox.control.add_auth0_client(list(scopes))
        return {
            "auth0:clientId": client.client_id,
            "auth0:clientSecret": client.client_secret,
        }

    return {
        "wrong secret": {"auth0:clientSecret": "not-the-one"},
        "domain with https": {"auth0:domain": f"https://{sandbox.auth0_domain}"},
        "domain of nobody": {"auth0:domain": "nobody.invalid"},
        "connection refused": {"auth0:domain": "localhost:1"},
        "no TLS": {"auth0:domain": sandbox.zuplo_url.removeprefix("http://")},
        "TLS of a stranger": {"auth0:domain": stranger.auth0_domain},
        "no right to read": only("create:actions", "update:actions"),
        "other environment": {f"{NAMESPACE}:zuploEnvironment": "production"},
    }


def reads(requests):
    """Services that were only read; fails if a request was to change something."""
    for request in requests:
        is_token = (request.method, request.path) == ("POST", "/oauth/token")
        assert request.method == "GET" or is_token, request
    return {request.service for request in requests}


def test_first_preview_writes_nothing(environment, fresh):
    environment.requests()
    assert fresh.preview().changes == {"create": 7}
    assert reads(environment.requests()) == {"auth0", "zuplo"}


@pytest.mark.parametrize("name", FAILURES)
def test_failure_is_reported_in_one_message_with_its_remedy(
    environment, previews, name
):
    said, remedy = FAILURES[name]
    message = refusal(previews[name])
    assert said.format(domain=environment.sandbox.auth0_domain) in message
    assert last_line(message).endswith(remedy)


def test_duplicate_is_named_and_each_remedy_works(environment, fresh):
    duplicate = environment.tenant.add_bound_action(
        Settings.action_name, THIRD_PARTY_CODE
    )

    message = refusal(fresh.preview())

    assert f'has an Action "{Settings.action_name}" ({duplicate}), which' in message
    assert "names no component. A person made or edited the Action" in message
    adopt, delete, rename = re.findall(r"^(?:To|If) .*run: (.+)$", message, re.M)
    obey(environment, fresh, adopt)
    assert fresh.preview().changes["import"] == 1
    obey(environment, fresh, "pulumi config rm adoptActionId")
    obey(environment, fresh, rename.replace("<another name>", "Another"))
    assert fresh.preview().changes == {"create": 7}
    obey(environment, fresh, "pulumi config rm actionName")
    environment.tenant.bind(*environment.third_party)
    obey(environment, fresh, delete)
    assert fresh.preview().changes == {"create": 7}
    assert duplicate not in environment.tenant.bound_actions()


def test_later_previews_write_nothing(environment, deployed):
    environment.requests()
    assert deployed.preview(expect_no_changes=True).succeeded
    assert reads(environment.requests()) == {"auth0", "zuplo"}

    deployed.configure("loginTimeoutMs", "1234")
    assert deployed.preview().changes == {"same": 5, "update": 2}
    assert reads(environment.requests()) == {"auth0", "zuplo"}


def test_action_behind_ours_is_warned_of(environment, deployed):
    last = environment.tenant.add_bound_action("Deny some countries", THIRD_PARTY_CODE)

    preview = deployed.preview()

    assert preview.succeeded
    printed = text(preview)
    assert "warning: These Actions run after" in printed
    assert 'in the login flow: "Deny some countries".' in printed
    assert "in the dashboard: Actions > Triggers > post-login" in printed
    environment.tenant.bind(*environment.third_party, last, action_of(deployed))
    assert "These Actions run after" not in text(deployed.preview())


def test_third_party_secret_stops_a_rotation_until_it_is_removed(environment, deployed):
    action, own = action_of(deployed), {"name": manifest().secret, "value": "by hand"}
    environment.edit(action, secrets=[own, {"name": "THEIRS", "value": "by hand"}])
    new_key = environment.sandbox.control.add_zuplo_key("acme")
    set_secret(deployed.stack, ZUPLO_KEY, new_key)

    message = refusal(deployed.preview())

    assert "do not belong to this stack: THEIRS." in message
    assert last_line(message).endswith("Actions > Library > Deployed")
    environment.edit(action, secrets=[own])
    assert deployed.up().succeeded
    live = environment.sandbox.control.deployed_action(action)
    assert live.secrets == {manifest().secret: new_key}


@pytest.fixture(scope="module")
def explicit(environment):
    """A stack whose Auth0 provider, of another application, is its program's."""
    client = environment.sandbox.control.add_auth0_client(
        ["create:actions", "read:actions", "update:actions", "delete:actions"]
    )
    deployment = environment.stack(
        "explicit",
        EXPLICIT,
        tenantDomain=environment.sandbox.auth0_domain,
        tenantClientId=client.client_id,
    )
    key = f"{NAMESPACE}:tenantClientSecret"
    set_secret(deployment.stack, key, client.client_secret)
    return deployment


def test_explicit_provider_without_credentials_is_said_to_be_unchecked(
    explicit, environment
):
    environment.requests()
    preview = explicit.preview()

    assert preview.succeeded, preview.output
    (warning,) = [it for it in preview.messages("warning") if "tenant" in it]
    assert "The component does not check the tenant" in warning
    assert last_line(warning).endswith("the component's argument auth0_credentials")
    assert {it.service for it in environment.requests()} == {"zuplo"}


def test_explicit_provider_with_credentials_is_checked_with_these(
    explicit, environment
):
    explicit.configure("isChecked", "true")
    up = explicit.up()
    assert up.succeeded, up.output
    assert "does not check the tenant" not in text(up)
    assert "pulumi-python:dynamic/auth0:Delivery" in types(explicit)

    powerless = environment.sandbox.control.add_auth0_client(["read:actions"])
    explicit.configure("tenantClientId", powerless.client_id)
    key = f"{NAMESPACE}:tenantClientSecret"
    set_secret(explicit.stack, key, powerless.client_secret)
    message = refusal(explicit.up())
    assert f"lacks these scopes: {WRITING}" in message


def test_application_that_may_only_read_previews_and_writes_nothing(environment):
    """As a pull request has it: the checks of the rights to write come with a write."""
    stack = environment.stack(
        "reader", actionName="Of the reader", metadataKey="reader"
    )
    reader = environment.sandbox.control.add_auth0_client(["read:actions"])

    def use(client_id, client_secret):
        stack.configure("auth0:clientId", client_id)
        set_secret(stack.stack, "auth0:clientSecret", client_secret)

    def read_alone(changes):
        use(reader.client_id, reader.client_secret)
        preview = stack.preview()
        assert preview.changes == changes
        warned = f"cannot deploy. It lacks these scopes: {WRITING}."
        assert warned in text(preview)
        environment.requests()
        assert f"lacks these scopes: {WRITING}." in refusal(stack.up())
        reads(environment.requests())

    def write():
        use(
            environment.sandbox.auth0_client_id, environment.sandbox.auth0_client_secret
        )
        up = stack.up()
        assert up.succeeded, text(up)

    read_alone({"create": 7})
    write()
    use(reader.client_id, reader.client_secret)
    for options in ({}, {"refresh": True}):
        preview = stack.preview(expect_no_changes=True, **options)
        assert preview.succeeded, text(preview)
    stack.configure("loginTimeoutMs", "1234")
    read_alone({"same": 5, "update": 2})
    write()
    assert stack.destroy().succeeded
