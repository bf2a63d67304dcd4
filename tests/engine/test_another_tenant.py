"""Settings that lead to another tenant than the stack is deployed in: two sandboxes."""

from pathlib import Path

import pytest

from sandbox.auth0.tokens import SCOPES
from sandbox.commands.clouds import Auth0Tenant
from sandbox.engine.workspace import set_secret
from sandbox.host.servers import Sandbox

from .environment import action_of, obey, open_scene, refusal, resources, text

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
def scene(engine, tmp_path_factory):
    with open_scene(engine, tmp_path_factory.mktemp("first")) as scene:
        yield scene


@pytest.fixture(scope="module")
def second(scene, tmp_path_factory):
    """Another tenant, which the clients of the first one's sandbox trust."""
    with Sandbox(tmp_path_factory.mktemp("second")) as sandbox:
        bundle = scene.sandbox.ca_bundle
        bundle.write_bytes(bundle.read_bytes() + sandbox.ca_certificate.read_bytes())
        yield sandbox


@pytest.fixture(scope="module")
def second_tenant(second):
    with Auth0Tenant(second) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def deployed(scene, second):
    stack = scene.stack("tenants")
    point(stack, scene.sandbox)
    up = stack.up()
    assert up.succeeded, text(up)
    return stack


@pytest.fixture
def stack(scene, deployed):
    """A stack that is deployed in the first tenant, before and after the test."""
    action = action_of(deployed)
    yield deployed
    point(deployed, scene.sandbox)
    obey(scene, deployed, "pulumi config rm auth0:audience")
    assert action_of(deployed) == action
    assert scene.tenant.bound_actions() == [*scene.foreign, action]
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
    scene, stack, second, second_tenant, name
):
    point(stack, second)

    run = RUNS[name](stack)

    assert not run.succeeded, text(run)
    said = text(run)
    assert "Traceback" not in said
    one, other = scene.sandbox.auth0_domain, second.auth0_domain
    assert (
        f"deployed in the Auth0 tenant {one}, but the settings lead to {other}." in said
    )
    assert second_tenant.actions() == []
    assert second_tenant.bound_actions() == []
    go_back(scene, stack, said)


def go_back(scene, stack, said):
    """Do what the message says, with the first tenant's credentials."""
    run = obey_way_back(scene, stack, said)
    assert run.changes == {"same": 7}, text(run)


def take_over(scene, stack, said):
    """Go back where a refresh found nothing in the other tenant, and forgot ours."""
    message = refusal(obey_way_back(scene, stack, said))
    obey(scene, stack, line(message, "To take it over, run: "))
    assert stack.up().succeeded
    obey(scene, stack, "pulumi config rm adoptActionId")


def obey_way_back(scene, stack, said):
    point(stack, scene.sandbox, domain="unset.example")
    set_domain, up = line(said, "To go back, run: ").split(" && ")
    obey(scene, stack, set_domain)
    return obey(scene, stack, up)


def test_second_refresh_in_another_tenant_loses_nothing(
    scene, stack, second, second_tenant
):
    """A refresh asks with the settings that the failed run has left in the state."""
    point(stack, second)
    for _ in range(3):
        run = stack.up(refresh=True)
        assert not run.succeeded
    assert second_tenant.actions() == []
    go_back(scene, stack, text(run))


@pytest.fixture
def elsewhere(scene, stack, second):
    """The stack, whose tenant is named by the environment alone, asked elsewhere."""
    for key in ("auth0:domain", "auth0:clientId", "auth0:clientSecret"):
        obey(scene, stack, f"pulumi config rm {key}")
    assert stack.up().succeeded
    environment = {**scene.sandbox.environment(), **credentials(second)}
    return scene.reopened(stack, environment)


def credentials(sandbox):
    """The variables of the environment that name a tenant."""
    named = sandbox.environment().items()
    return {name: value for name, value in named if name.startswith("AUTH0_")}


@pytest.mark.parametrize("name", [*RUNS, *WITHOUT_PROGRAM])
def test_run_in_another_tenant_of_the_environment_is_refused(
    scene, stack, elsewhere, second_tenant, name
):
    run = {**RUNS, **WITHOUT_PROGRAM}[name](elsewhere)

    assert not run.succeeded, text(run)
    assert "is deployed in the Auth0 tenant" in text(run)
    assert "Traceback" not in text(run)
    assert second_tenant.actions() == []
    is_forgotten = name in ("refresh", "up --refresh")
    (take_over if is_forgotten else go_back)(scene, stack, text(run))


@pytest.mark.parametrize("name", WITHOUT_PROGRAM)
def test_run_without_the_program_asks_where_the_stack_is_deployed(
    scene, second, second_tenant, name
):
    """The engine takes the settings of the last run from the state."""
    stack = scene.stack(name, actionName=name, metadataKey=name)
    point(stack, scene.sandbox)
    assert stack.up().succeeded
    point(stack, second)

    run = WITHOUT_PROGRAM[name](stack)

    assert run.succeeded, text(run)
    assert second_tenant.actions() == []
    assert (name in scene.tenant.actions()) == (name == "refresh")
    point(stack, scene.sandbox)
    assert stack.destroy().succeeded


@pytest.mark.parametrize("child", ["action", "binding"])
def test_targeted_run_does_not_write_to_another_tenant(
    scene, stack, elsewhere, second_tenant, child
):
    """It leaves the tenant's check out."""
    (urn,) = [it for it in resources(stack) if it.endswith(f"-{child}")]
    run = elsewhere.up(refresh=True, target=[urn])
    assert not run.succeeded, text(run)
    assert "Traceback" not in text(run)
    assert "is deployed in the Auth0 tenant" in text(run)
    assert second_tenant.actions() == []
    if child == "action":
        take_over(scene, stack, text(run))
    else:
        run = obey_way_back(scene, stack, text(run))
        assert run.changes == {"create": 1, "replace": 1, "same": 5}, text(run)


def test_deploying_to_both_tenants_takes_a_stack_for_each(
    scene, stack, second, second_tenant
):
    point(stack, second)
    message = refusal(stack.preview())
    go_back(scene, stack, message)
    init = line(message, "To deploy to both, go back, and for the other tenant run: ")
    assert init == "pulumi stack init <name>"
    other = scene.stack("other-tenant")
    point(other, second)
    assert other.up().succeeded
    assert len(second_tenant.actions()) == 1
    assert other.destroy().succeeded
    assert second_tenant.actions() == []


def test_moving_to_another_tenant_leaves_nothing_live_in_the_first(
    scene, second, second_tenant
):
    stack = scene.stack("moving", actionName="Moving", metadataKey="moving")
    point(stack, scene.sandbox)
    assert stack.up().succeeded
    point(stack, second)
    told = line(refusal(stack.preview()), "To move, go back, and then run: ")
    destroy, *deploy = told.split(" && ")

    point(stack, scene.sandbox)
    obey(scene, stack, f"{destroy} --yes")
    point(stack, second, domain=scene.sandbox.auth0_domain)
    for command in deploy:
        run = obey(scene, stack, command)
        assert run is None or run.succeeded, text(run)

    assert "Moving" not in scene.tenant.actions()
    assert second_tenant.actions() == ["Moving"]
    assert stack.preview(refresh=True, expect_no_changes=True).succeeded
    assert stack.destroy().succeeded
    assert second_tenant.actions() == []


def test_custom_domain_of_the_tenant_is_no_other_tenant(scene, stack):
    one = scene.sandbox.auth0_domain
    custom = one.replace("localhost", "127.0.0.1")
    stack.configure("auth0:domain", custom)
    stack.configure("auth0:audience", f"https://{one}/api/v2/")
    preview = stack.preview(refresh=True, expect_no_changes=True)
    assert preview.succeeded, text(preview)
    assert stack.up().changes == {"same": 7}


def test_another_application_of_the_tenant_is_no_change(scene, stack):
    client = scene.sandbox.control.add_auth0_client(SCOPES)
    stack.configure("auth0:clientId", client.client_id)
    set_secret(stack.stack, "auth0:clientSecret", client.client_secret)
    preview = stack.preview(refresh=True, expect_no_changes=True)
    assert preview.succeeded, text(preview)
    assert stack.up().changes == {"same": 7}


def test_another_application_asked_under_a_custom_domain_needs_the_audience(
    scene, stack
):
    """Neither the domain nor the application tells that it is the same tenant."""
    client = scene.sandbox.control.add_auth0_client(SCOPES)
    one = scene.sandbox.auth0_domain
    stack.configure("auth0:clientId", client.client_id)
    set_secret(stack.stack, "auth0:clientSecret", client.client_secret)
    stack.configure("auth0:domain", one.replace("localhost", "127.0.0.1"))

    message = refusal(stack.preview())

    obey(scene, stack, line(message, "If both names are of one tenant, run: "))
    preview = stack.preview(refresh=True, expect_no_changes=True)
    assert preview.succeeded, text(preview)


def test_explicit_provider_of_another_tenant_is_refused(scene, second, second_tenant):
    def settings(sandbox):
        return {
            "tenantDomain": sandbox.auth0_domain,
            "tenantClientId": sandbox.auth0_client_id,
        }

    stack = scene.stack("explicit", EXPLICIT, isChecked=True, **settings(scene.sandbox))
    secret = "zuplo-consumer-on-login:tenantClientSecret"
    set_secret(stack.stack, secret, scene.sandbox.auth0_client_secret)
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
    assert "Of an explicit provider" in scene.tenant.actions()
    told = line(text(destroy), "To delete it, log in to ").partition(", and run: ")[2]
    for command in told.split(" && "):
        obey(scene, stack, command)
    assert "After either, run again" in text(destroy)
    assert stack.destroy().succeeded
    assert "Of an explicit provider" not in scene.tenant.actions()
    assert resources(stack) == {}
