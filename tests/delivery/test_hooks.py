"""The hooks, as the engine calls them, against the stand-in of Auth0 over TLS."""

import asyncio

import pulumi
import pytest

from consumer_on_login.action_code.rendering import with_owner
from consumer_on_login.auth0.credentials import TenantIdentity
from consumer_on_login.auth0.errors import (
    AnotherTenantError,
    Auth0LoginError,
    Auth0MissingError,
    Auth0ScopeError,
    Auth0SettingError,
    Auth0UnreachableError,
)
from consumer_on_login.delivery.hooks import TenantHooks
from consumer_on_login.tenant.errors import (
    DuplicateNameError,
    TakenActionError,
    ThirdPartySecretError,
)
from sandbox.host.faults import Fault
from tests.toolkit.messages import last_line
from tests.toolkit.our_action import CODE, NAME, OWN, THEIRS
from tests.toolkit.tenant_operations import BINDINGS, NO_SUCH_ID, secrets

from .desired import UNKNOWN

FORMER = OWN.removesuffix("portal") + "former"


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    """Names of the registered hooks; there is no engine to register them with."""
    names: list[str] = []
    monkeypatch.setattr(
        "pulumi.resource_hooks.register_resource_hook",
        lambda hook: names.append(hook.name),
    )
    return names


@pytest.fixture(autouse=True)
def no_config():
    """Forget the stack's configuration, which is the process's."""
    pulumi.runtime.set_all_config({})
    yield
    pulumi.runtime.set_all_config({})


def of_component(credentials, *, name="portal", deployed=None):
    """Hooks of a component whose tenant is, or will be, known."""
    return TenantHooks(
        name,
        credentials,
        OWN,
        [pulumi.Output.from_input(it) for it in (None, FORMER)],
        pulumi.Output.from_input(deployed),
    )


@pytest.fixture
def hooks(auth0_credentials, no_waiting):
    return of_component(auth0_credentials)


def call(hooks, id_="", **inputs):
    """Call hooks as the engine does before or after a step."""
    args = pulumi.ResourceHookArgs("urn", id_, "name", "type", new_inputs=inputs)
    (hook,) = hooks
    asyncio.get_event_loop().run_until_complete(hook(args))


def before_create(hooks, **inputs):
    call(hooks.of_action().before_create, **inputs)


def before_update(hooks, id_, old_inputs=None):
    args = pulumi.ResourceHookArgs(
        "urn",
        id_,
        "name",
        "type",
        new_inputs={"name": NAME},
        old_inputs={"name": NAME, **(old_inputs or {})},
    )
    (hook,) = hooks.of_action().before_update
    asyncio.get_event_loop().run_until_complete(hook(args))


def around_binding(hooks, operation, action_id):
    binding = hooks.of_binding()
    call(binding.before_create, actionId=action_id)
    operation()
    call(binding.after_create, actionId=action_id)


def test_hooks_are_named_after_the_component(hooks, registered):
    hooks.of_action()
    hooks.of_binding()
    assert registered == [
        "portal-look-up",
        "portal-owner",
        "portal-flow-before",
        "portal-flow-after",
    ]


def test_hooks_that_refuse_run_in_previews_and_those_that_compare_do_not(hooks):
    def run_in_previews(hooks):
        return [hook.opts.on_dry_run for hook in hooks]

    action, binding = hooks.of_action(), hooks.of_binding()
    assert run_in_previews([*action.before_create, *action.before_update]) == [True] * 2
    assert run_in_previews([*binding.before_create, *binding.after_create]) == [
        False,
        False,
    ]


@pytest.mark.parametrize("part", ["action", "binding"])
def test_hook_before_a_write_refuses_another_tenant(auth0_credentials, tenant, part):
    """A run that targets the Action alone has left the tenant's check out."""
    elsewhere = TenantIdentity("other.eu.auth0.com", "another")
    hooks = of_component(auth0_credentials, deployed=elsewhere)
    hook = getattr(hooks, f"of_{part}")().before_create
    with pytest.raises(AnotherTenantError):
        call(hook, name=NAME, actionId="id")


@pytest.mark.parametrize("part", ["action", "binding"])
def test_hook_before_a_write_needs_the_rights_to_write(
    auth0_credentials, auth0, monkeypatch, part
):
    reader = auth0.control.add_auth0_client(["read:actions"])
    credentials = {
        **auth0_credentials,
        "client_id": reader.client_id,
        "client_secret": reader.client_secret,
    }
    hook = getattr(of_component(credentials), f"of_{part}")().before_create
    with pytest.raises(Auth0ScopeError, match="scopes: create:actions, update"):
        call(hook, name=NAME, actionId="id")
    monkeypatch.setattr("pulumi.runtime.is_dry_run", lambda: True)
    call(hook, name=NAME, actionId="id")


# Before the Action is created


def test_look_up_without_a_duplicate_lets_the_action_be_created(hooks, tenant):
    tenant.add_bound_action("Other", CODE)
    assert not hooks.has_created_action
    before_create(hooks, name=NAME)
    assert hooks.has_created_action


@pytest.mark.parametrize("is_bound", [True, False], ids=["bound", "unbound"])
@pytest.mark.parametrize("is_preview", [True, False], ids=["preview", "up"])
def test_preview_lets_an_own_action_be_replaced(
    hooks, tenant, monkeypatch, is_preview, is_bound
):
    """An `up` deletes it first. One that is not bound was left by a broken run."""
    tenant.add_bound_action(NAME, with_owner(CODE, OWN))
    if not is_bound:
        tenant.bind()
    monkeypatch.setattr("pulumi.runtime.is_dry_run", lambda: is_preview)
    if is_preview and is_bound:
        before_create(hooks, name=NAME)
    else:
        with pytest.raises(DuplicateNameError):
            before_create(hooks, name=NAME)


def test_look_up_of_a_duplicate_refuses_and_tells_how_to_adopt_or_delete_it(
    hooks, tenant
):
    ids = [tenant.add_bound_action(NAME, CODE) for _ in range(2)]
    with pytest.raises(DuplicateNameError) as caught:
        before_create(hooks, name=NAME)
    assert f'an Action "{NAME}" ({", ".join(ids)}), which' in str(caught.value)
    lines = str(caught.value).splitlines()
    adopt = f"pulumi config set adoptActionId {ids[0]}"
    assert f"To take over the Action, run: {adopt}" in lines
    delete = f"auth0 api delete 'actions/actions/{ids[0]}'"
    assert f"If nobody needs the Action, run: {delete}" in lines
    assert not hooks.has_created_action


def test_look_up_tells_whose_the_duplicate_is(hooks, tenant):
    tenant.add_bound_action(NAME, with_owner(CODE, THEIRS))
    with pytest.raises(DuplicateNameError) as caught:
        before_create(hooks, name=NAME)
    assert 'Action is managed by stack "prod" of project "portal"' in str(caught.value)


@pytest.mark.parametrize("urn", [OWN, FORMER], ids=["own", "former"])
def test_update_of_an_own_action_goes_on_and_is_noted(hooks, tenant, urn):
    action = tenant.add_bound_action(NAME, with_owner(CODE, urn))
    assert not hooks.has_changed_action
    before_update(hooks, action, {"code": with_owner(CODE, FORMER)})
    assert hooks.has_changed_action


@pytest.mark.parametrize(
    ("in_state", "printed"),
    [(OWN, "portal"), (FORMER, "former"), (THEIRS, "portal")],
    ids=["own", "renamed", "refreshed"],
)
def test_update_of_an_action_that_another_stack_took_over_is_refused(
    hooks, tenant, in_state, printed
):
    """Also after a refresh, which has put the tenant's code into the state."""
    action = tenant.add_bound_action(NAME, with_owner(CODE, THEIRS))
    with pytest.raises(TakenActionError) as caught:
        before_update(hooks, action, {"code": with_owner(CODE, in_state)})
    component = OWN.removesuffix("::portal")
    child = f"$auth0:index/action:Action::{printed}-action"
    assert f"--yes '{component}{child}'" in str(caught.value)


def test_look_up_that_fails_refuses(hooks, auth0):
    auth0.control.arm(Fault(service="auth0", kind="status", status=503))
    with pytest.raises(Auth0UnreachableError):
        before_create(hooks, name=NAME)
    assert not hooks.has_created_action


def test_look_up_of_a_name_that_a_preview_does_not_know_asks_nothing(
    hooks, asked, monkeypatch
):
    monkeypatch.setattr("pulumi.runtime.is_dry_run", lambda: True)
    before_create(hooks, name=UNKNOWN)
    assert asked() == []


# Before the Action is updated


def test_update_of_an_action_with_its_own_secret_passes(hooks, tenant, asked):
    id_ = tenant.add_bound_action(NAME, CODE, secrets=secrets(API_KEY="v"))
    asked()
    before_update(hooks, id_)
    assert asked() == ["POST /oauth/token", f"GET /api/v2/actions/actions/{id_}"]
    assert not hooks.has_created_action


def test_update_that_would_delete_third_party_secrets_refuses_and_names_them(
    hooks, tenant
):
    held = secrets(THEIRS="sesame", API_KEY="sesame", ALSO_THEIRS="sesame")
    id_ = tenant.add_bound_action("Renamed", CODE, secrets=held)
    with pytest.raises(ThirdPartySecretError) as caught:
        before_update(hooks, id_)
    assert '"Renamed" has secrets' in str(caught.value)
    assert "to this stack: ALSO_THEIRS, THEIRS.\n" in str(caught.value)
    assert last_line(caught.value).endswith("Actions > Library > Renamed")


def test_update_of_an_action_that_is_gone_is_left_to_the_provider(hooks):
    before_update(hooks, NO_SUCH_ID)


# Around the binding


def test_binding_added_to_those_of_others_passes(hooks, tenant):
    ours, other = (tenant.add_bound_action(name, CODE) for name in (NAME, "Other"))
    tenant.bind(other)
    assert hooks.new_binding == ""
    around_binding(hooks, lambda: tenant.bind(other, ours), ours)
    assert hooks.flow_fault == ""
    first = hooks.new_binding
    around_binding(hooks, lambda: tenant.bind(other, ours), ours)
    assert hooks.new_binding not in ("", first)


def test_binding_of_an_action_that_another_component_has_by_now_is_refused(
    hooks, tenant
):
    theirs = tenant.add_bound_action(NAME, with_owner(CODE, THEIRS))
    with pytest.raises(TakenActionError):
        call(hooks.of_binding().before_create, actionId=theirs)


def test_binding_of_an_action_of_this_run_needs_no_look_at_it(hooks, tenant, auth0):
    hooks.has_created_action = True
    auth0.control.clear_requests()
    call(hooks.of_binding().before_create, actionId="x")
    asked = [it.path for it in auth0.control.requests("auth0")]
    assert [it for it in asked if it.startswith("/api/")] == [BINDINGS]


def test_binding_at_whose_writing_another_is_lost_tells_its_name(hooks, tenant):
    ours, other = (tenant.add_bound_action(name, CODE) for name in (NAME, "Other"))
    tenant.bind(other)
    around_binding(hooks, lambda: tenant.bind(ours), ours)
    assert 'lost "Other" while' in hooks.flow_fault


def test_binding_after_which_the_flow_cannot_be_read_tells_why(hooks, tenant, auth0):
    down = Fault(service="auth0", kind="status", status=503)
    around_binding(hooks, lambda: auth0.control.arm(down), "x")
    assert hooks.flow_fault.startswith("Auth0 cannot be reached at")


def test_binding_of_ours_may_vanish_here(hooks, tenant):
    ours, other = (tenant.add_bound_action(name, CODE) for name in (NAME, "Other"))
    around_binding(hooks, lambda: tenant.bind(other), ours)
    assert hooks.flow_fault == ""


def test_hooks_of_two_components_remember_their_own_flow(auth0_credentials, tenant):
    tenant.add_bound_action("Other", CODE)
    first, second = (of_component(auth0_credentials, name=it) for it in ("one", "two"))
    one, two = first.of_binding(), second.of_binding()
    call(one.before_create, actionId="x")
    tenant.bind()
    call(two.before_create, actionId="x")
    call(two.after_create, actionId="x")
    call(one.after_create, actionId="x")
    assert second.flow_fault == ""
    assert 'lost "Other" while' in first.flow_fault


# Credentials


def test_hooks_ask_with_one_token(hooks, asked):
    before_create(hooks, name=NAME)
    around_binding(hooks, lambda: None, "x")
    assert asked().count("POST /oauth/token") == 1


def test_hooks_without_credentials_take_the_configurations(auth0_config, asked):
    pulumi.runtime.set_all_config(auth0_config, ["auth0:clientSecret"])
    before_create(of_component(None), name=NAME)
    assert asked() == ["POST /oauth/token", "GET /api/v2/actions/actions"]


def test_hooks_without_any_credentials_say_so(auth0):
    with pytest.raises(Auth0MissingError, match="Neither auth0:domain nor"):
        before_create(of_component(None), name=NAME)


def test_hooks_take_outputs_as_credentials(auth0_credentials, asked):
    outputs = {
        name: pulumi.Output.secret(value) for name, value in auth0_credentials.items()
    }
    for credentials in (outputs, pulumi.Output.from_input(outputs)):
        before_create(of_component(credentials), name=NAME)
    assert asked().count("POST /oauth/token") == 1


def test_hooks_wait_for_credentials_that_are_unknown_in_a_preview(
    auth0_credentials, asked
):
    unknown = {**auth0_credentials, "client_secret": pulumi.Output.from_input(UNKNOWN)}
    for credentials in (unknown, pulumi.Output.from_input(UNKNOWN)):
        hooks = of_component(credentials)
        before_create(hooks, name=NAME)
        assert not hooks.has_created_action
    assert asked() == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": None}, Auth0SettingError),
        ({"client_secret": "sesame"}, Auth0LoginError),
        ({"api_token": "sesame\n"}, Auth0SettingError),
    ],
    ids=["missing", "wrong", "malformed"],
)
def test_hooks_with_invalid_credentials_fail_without_showing_them(
    auth0_credentials, changes, error
):
    hooks = of_component({**auth0_credentials, **changes})
    with pytest.raises(error) as caught:
        before_create(hooks, name=NAME)
    assert "sesame" not in str(caught.value)


def test_new_name_of_an_action_must_be_free(hooks, tenant):
    own = tenant.add_bound_action("Former", with_owner(CODE, OWN))
    before_update(hooks, own, {"name": "Former"})
    tenant.add_bound_action(NAME, CODE)
    with pytest.raises(DuplicateNameError, match=f'has an Action "{NAME}"'):
        before_update(hooks, own, {"name": "Former"})
