"""Settings that lead to another tenant than the stack is deployed in: two sandboxes."""

from pathlib import Path

import pytest

from sandbox.auth0.tokens import SCOPES
from sandbox.commands.clouds import Auth0Tenant
from sandbox.engine.workspace import set_secret
from sandbox.host.servers import Sandbox

from .environment import action_of, obey, open_environment, refusal, resources, text

EXPLICIT = Path(__file__).parent / "programs" / "explicit_provider" / "__main__.py"
RUNS = {
    "preview": lambda stack: stack.preview(),
    "up": lambda stack: stack.up(),
    "preview --refresh": lambda stack: stack.preview(refresh=True),
    "up --refresh": lambda stack: stack.up(refresh=True),
}
WITHOUT_PROGRAM = {
    "refresh": lambda stack: stack.refresh(),
    "destroy": lambda stack: stack.destroy(),
}


@pytest.fixture(scope="module")
def environment(engine, tmp_path_factory):
    with open_environment(engine, tmp_path_factory.mktemp("first")) as environment:
        yield environment


@pytest.fixture(scope="module")
def second(environment, tmp_path_factory):
    """Another tenant, which the clients of the first one's sandbox trust."""
    with Sandbox(tmp_path_factory.mktemp("second")) as sandbox:
        bundle = environment.sandbox.ca_bundle
        bundle.write_bytes(bundle.read_bytes() + sandbox.ca_certificate.read_bytes())
        yield sandbox


@pytest.fixture(scope="module")
def second_tenant(second):
    with Auth0Tenant(second) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def deployed(environment, second):
    stack = environment.stack("tenants")
    point(stack, environment.sandbox)
    up = stack.up()
    assert up.succeeded, text(up)
    return stack


@pytest.fixture
def stack(environment, deployed):
    """A stack that is deployed in the first tenant, before and after the test."""
    action = action_of(deployed)
    yield deployed
    point(deployed, environment.sandbox)
    obey(environment, deployed, "pulumi config rm auth0:audience")
    assert action_of(deployed) == action
    assert environment.tenant.bound_actions() == [*environment.third_party, action]
    preview = deployed.preview(refresh=True, expect_no_changes=True)
    assert preview.succeeded, text(preview)


def point(stack, sandbox, domain=None):
    """Set domain and credentials, as for another tenant's application."""
    stack.configure("auth0:domain", domain or sandbox.auth0_domain)
    stack.configure("auth0:clientId", sandbox.auth0_client_id)
    set_secret(stack.stack, "auth0:clientSecret", sandbox.auth0_client_secret)


def line(said, beginning):
    """What follows the case of a remedy, as printed."""
    lines = {it.strip() for it in said.splitlines()}
    (found,) = [it for it in lines if it.startswith(beginning)]
    return found.removeprefix(beginning)


@pytest.mark.parametrize("name", RUNS)
def test_run_in_another_tenant_is_refused_and_the_way_back_is_clean(
    environment, stack, second, second_tenant, name
):
    point(stack, second)

    run = RUNS[name](stack)

    assert not run.succeeded, text(run)
    said = text(run)
    assert "Traceback" not in said
    one, other = environment.sandbox.auth0_domain, second.auth0_domain
    assert (
        f"deployed in the Auth0 tenant {one}, but the settings lead to {other}." in said
    )
    assert second_tenant.actions() == []
    assert second_tenant.bound_actions() == []
    go_back(environment, stack, said)


def go_back(environment, stack, said):
    """Do what the message says, with the first tenant's credentials."""
    run = obey_way_back(environment, stack, said)
    assert run.changes == {"same": 7}, text(run)


def take_over(environment, stack, said):
    """Go back where a refresh found nothing in the other tenant, and forgot ours."""
    message = refusal(obey_way_back(environment, stack, said))
    obey(environment, stack, line(message, "To take it over, run: "))
    assert stack.up().succeeded
    obey(environment, stack, "pulumi config rm adoptActionId")


def obey_way_back(environment, stack, said):
    point(stack, environment.sandbox, domain="unset.example")
    set_domain, up = line(said, "To go back, run: ").split(" && ")
    obey(environment, stack, set_domain)
    return obey(environment, stack, up)


def test_second_refresh_in_another_tenant_loses_nothing(
    environment, stack, second, second_tenant
):
    """A refresh asks with the settings that the failed run has left in the state."""
    point(stack, second)
    for _ in range(3):
        run = stack.up(refresh=True)
        assert not run.succeeded
    assert second_tenant.actions() == []
    go_back(environment, stack, text(run))


@pytest.fixture
def elsewhere(environment, stack, second):
    """The stack, whose tenant is named by the environment alone, asked elsewhere."""
    for key in ("auth0:domain", "auth0:clientId", "auth0:clientSecret"):
        obey(environment, stack, f"pulumi config rm {key}")
    assert stack.up().succeeded
    variables = {**environment.sandbox.environment(), **credentials(second)}
    return environment.reopened(stack, variables)


def credentials(sandbox):
    """The variables of the environment that name a tenant."""
    named = sandbox.environment().items()
    return {name: value for name, value in named if name.startswith("AUTH0_")}


@pytest.mark.parametrize("name", [*RUNS, *WITHOUT_PROGRAM])
def test_run_in_another_tenant_of_the_environment_is_refused(
    environment, stack, elsewhere, second_tenant, name
):
    run = {**RUNS, **WITHOUT_PROGRAM}[name](elsewhere)

    assert not run.succeeded, text(run)
    assert "is deployed in the Auth0 tenant" in text(run)
    assert "Traceback" not in text(run)
    assert second_tenant.actions() == []
    is_forgotten = name in ("refresh", "up --refresh")
    (take_over if is_forgotten else go_back)(environment, stack, text(run))


@pytest.mark.parametrize("name", WITHOUT_PROGRAM)
def test_run_without_the_program_asks_where_the_stack_is_deployed(
    environment, second, second_tenant, name
):
    """The engine takes the settings of the last run from the state."""
    stack = environment.stack(name, actionName=name, metadataKey=name)
    point(stack, environment.sandbox)
    assert stack.up().succeeded
    point(stack, second)

    run = WITHOUT_PROGRAM[name](stack)

    assert run.succeeded, text(run)
    assert second_tenant.actions() == []
    assert (name in environment.tenant.actions()) == (name == "refresh")
    point(stack, environment.sandbox)
    assert stack.destroy().succeeded


@pytest.mark.parametrize("child", ["action", "binding"])
def test_targeted_run_does_not_write_to_another_tenant(
    environment, stack, elsewhere, second_tenant, child
):
    """It leaves the tenant's check out."""
    (urn,) = [it for it in resources(stack) if it.endswith(f"-{child}")]
    run = elsewhere.up(refresh=True, target=[urn])
    assert not run.succeeded, text(run)
    assert "Traceback" not in text(run)
    assert "is deployed in the Auth0 tenant" in text(run)
    assert second_tenant.actions() == []
    if child == "action":
        take_over(environment, stack, text(run))
    else:
        run = obey_way_back(environment, stack, text(run))
        assert run.changes == {"create": 1, "replace": 1, "same": 5}, text(run)


def test_deploying_to_both_tenants_takes_a_stack_for_each(
    environment, stack, second, second_tenant
):
    point(stack, second)
    message = refusal(stack.preview())
    go_back(environment, stack, message)
    init = line(message, "To deploy to both, go back, and for the other tenant run: ")
    assert init == "pulumi stack init <name>"
    other = environment.stack("other-tenant")
    point(other, second)
    assert other.up().succeeded
    assert len(second_tenant.actions()) == 1
    assert other.destroy().succeeded
    assert second_tenant.actions() == []


def test_moving_to_another_tenant_leaves_nothing_live_in_the_first(
    environment, second, second_tenant
):
    stack = environment.stack("moving", actionName="Moving", metadataKey="moving")
    point(stack, environment.sandbox)
    assert stack.up().succeeded
    point(stack, second)
    reported = line(refusal(stack.preview()), "To move, go back, and then run: ")
    destroy, *deploy = reported.split(" && ")

    point(stack, environment.sandbox)
    obey(environment, stack, f"{destroy} --yes")
    point(stack, second, domain=environment.sandbox.auth0_domain)
    for command in deploy:
        run = obey(environment, stack, command)
        assert run is None or run.succeeded, text(run)

    assert "Moving" not in environment.tenant.actions()
    assert second_tenant.actions() == ["Moving"]
    assert stack.preview(refresh=True, expect_no_changes=True).succeeded
    assert stack.destroy().succeeded
    assert second_tenant.actions() == []


def test_custom_domain_of_the_tenant_is_no_other_tenant(environment, stack):
    one = environment.sandbox.auth0_domain
    custom = one.replace("localhost", "127.0.0.1")
    stack.configure("auth0:domain", custom)
    stack.configure("auth0:audience", f"https://{one}/api/v2/")
    preview = stack.preview(refresh=True, expect_no_changes=True)
    assert preview.succeeded, text(preview)
    assert stack.up().changes == {"same": 7}


def test_another_application_of_the_tenant_is_no_change(environment, stack):
    client = environment.sandbox.control.add_auth0_client(SCOPES)
    stack.configure("auth0:clientId", client.client_id)
    set_secret(stack.stack, "auth0:clientSecret", client.client_secret)
    preview = stack.preview(refresh=True, expect_no_changes=True)
    assert preview.succeeded, text(preview)
    assert stack.up().changes == {"same": 7}


def test_another_application_asked_under_a_custom_domain_needs_the_audience(
    environment, stack
):
    """Neither the domain nor the application tells that it is the same tenant."""
    client = environment.sandbox.control.add_auth0_client(SCOPES)
    one = environment.sandbox.auth0_domain
    stack.configure("auth0:clientId", client.client_id)
    set_secret(stack.stack, "auth0:clientSecret", client.client_secret)
    stack.configure("auth0:domain", one.replace("localhost", "127.0.0.1"))

    message = refusal(stack.preview())

    obey(environment, stack, line(message, "If both names are of one tenant, run: "))
    preview = stack.preview(refresh=True, expect_no_changes=True)
    assert preview.succeeded, text(preview)


def test_explicit_provider_of_another_tenant_is_refused(
    environment, second, second_tenant
):
    def settings(sandbox):
        return {
            "tenantDomain": sandbox.auth0_domain,
            "tenantClientId": sandbox.auth0_client_id,
        }

    stack = environment.stack(
        "explicit", EXPLICIT, isChecked=True, **settings(environment.sandbox)
    )
    secret = "zuplo-consumer-on-login:tenantClientSecret"
    set_secret(stack.stack, secret, environment.sandbox.auth0_client_secret)
    assert stack.up().succeeded
    for key, value in settings(second).items():
        stack.configure(key, value)
    set_secret(stack.stack, secret, second.auth0_client_secret)

    for name in ("preview", "up", "up --refresh"):
        run = RUNS[name](stack)
        assert not run.succeeded, text(run)
        assert "is deployed in the Auth0 tenant" in text(run)
    assert second_tenant.actions() == []

    # The failed `up` has stored the provider's new settings, and deletes with them.
    destroy = stack.destroy()
    assert not destroy.succeeded
    assert "Of an explicit provider" in environment.tenant.actions()
    reported = line(text(destroy), "To delete it, log in to ").partition(", and run: ")[
        2
    ]
    for command in reported.split(" && "):
        obey(environment, stack, command)
    assert "After either, run again" in text(destroy)
    assert stack.destroy().succeeded
    assert "Of an explicit provider" not in environment.tenant.actions()
    assert resources(stack) == {}
