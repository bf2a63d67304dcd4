"""Whose an Action is, read from what the tenant runs, against the stand-in over TLS."""

import shlex

import pytest

from consumer_on_login.action_code.rendering import owner_of, with_owner
from consumer_on_login.tenant.adoption import (
    action_to_import,
    other_owner,
    require_none_begun,
    stated_owner,
)
from consumer_on_login.tenant.errors import (
    HalfAdoptedError,
    NoSuchActionError,
    OwnedActionError,
    SecondActionError,
    TakenActionError,
    ThirdPartySecretError,
)
from tests.toolkit.our_action import CODE, OWN, THEIRS
from tests.toolkit.tenant_operations import NO_SUCH_ID, change, deploy, secrets

FORMER = OWN.replace("::portal::", "::portal::test:index:Parent$")
HOSTILE = ['"', "\\", "line\nbreak", "\u2028", "*/", "</script>", "\u202e", "工"]


@pytest.mark.parametrize("text", ["portal", *HOSTILE], ids=ascii)
def test_owner_is_read_back_from_one_visible_line(text):
    code = with_owner(CODE, OWN + text)
    assert owner_of(code) == OWN + text
    first, rest = code.split("\n", 1)
    assert first.startswith("// managed by: ")
    assert first.isprintable()
    assert rest == CODE


@pytest.mark.parametrize(
    "code",
    [
        "",
        CODE,
        "// managed by: \n",
        "// managed by: me\n",
        '// managed by: "me\n',
        '// managed by: "\\u12"\n',
    ],
    ids=ascii,
)
def test_code_without_a_whole_line_has_no_owner(code):
    assert owner_of(code) is None


@pytest.mark.parametrize("end", ["\n", "\r\n", " \n", ""], ids=ascii)
def test_owner_is_read_whatever_ends_its_line(end):
    assert owner_of(f'// managed by: "{OWN}"{end}') == OWN
    assert owner_of(f'// see the wiki\n// managed by: "{OWN}"{end}') == OWN


@pytest.fixture
def action(tenant):
    return tenant.add_bound_action("Portal", with_owner(CODE, THEIRS))


def test_owner_is_the_deployed_versions_and_else_the_drafts(client, tenant, action):
    change(tenant, action, code=CODE)
    assert stated_owner(client.action(action)) == THEIRS
    deploy(tenant, action, code=with_owner(CODE, OWN))
    assert stated_owner(client.action(action)) == OWN
    deploy(tenant, action, code=CODE)
    assert stated_owner(client.action(action)) is None
    change(tenant, action, code=with_owner(CODE, THEIRS))
    assert stated_owner(client.action(action)) == THEIRS


@pytest.mark.parametrize(
    ("own", "expected"),
    [([OWN], THEIRS), ([OWN, None], THEIRS), ([THEIRS], None), ([OWN, THEIRS], None)],
    ids=["other", "never deployed", "own", "former"],
)
def test_other_owner_is_one_that_the_component_never_was(client, action, own, expected):
    assert other_owner(client.action(action), own) == expected


def to_import(client, action_id, *, owners=(OWN,), was_adopted=False):
    return action_to_import(client, action_id, owners=owners, was_adopted=was_adopted)


def test_action_of_nobody_and_an_own_one_are_imported(client, tenant, action):
    for code in (CODE, with_owner(CODE, OWN)):
        deploy(tenant, action, code=code)
        assert to_import(client, action) == action
    deploy(tenant, action, code=with_owner(CODE, FORMER))
    assert to_import(client, action, owners=(OWN, FORMER)) == action


@pytest.mark.parametrize("name", ["Portal", "Former"])
def test_component_with_an_action_imports_no_second_one(client, tenant, name):
    own = tenant.add_bound_action(name, with_owner(CODE, OWN))
    other = tenant.add_bound_action("By hand", CODE)
    with pytest.raises(SecondActionError) as caught:
        to_import(client, other)
    message = str(caught.value)
    assert f"adoptActionId is {other}, but this component already has" in message
    assert f"This run would delete the Action {own}.\n" in message
    urn = (
        "urn:pulumi:dev::portal::zuplo-auth0:index:ConsumerOnLogin"
        "$auth0:index/action:Action::portal-action"
    )
    assert f"--target '{urn}' && pulumi up" in message


def test_adoption_that_began_and_failed_keeps_others_from_import(client, tenant):
    begun = tenant.add_bound_action("By hand", CODE)
    with pytest.raises(HalfAdoptedError) as caught:
        require_none_begun(client, begun, "other", [OWN, FORMER])
    component = FORMER.removesuffix("::portal")
    child = "$pulumi-python:dynamic/auth0:Tenant::portal-tenant"
    assert f"--yes '{component}{child}' && pulumi up" in str(caught.value)
    deploy(tenant, begun, code=with_owner(CODE, OWN))
    require_none_begun(client, begun, "other", [OWN])
    require_none_begun(client, NO_SUCH_ID, "other", [OWN])


def test_action_that_an_interrupted_run_left_does_not_keep_its_duplicate_from_import(
    client, tenant
):
    """A create whose response was lost is repeated by the provider."""
    duplicates = [
        tenant.add_bound_action("Portal", with_owner(CODE, OWN)) for _ in "ab"
    ]
    tenant.bind()
    assert to_import(client, duplicates[0]) == duplicates[0]


def test_urn_in_a_message_is_quoted_for_a_shell():
    owner = OWN.removesuffix("portal") + "it's::mine"
    (line,) = [
        it
        for it in str(TakenActionError("A", THEIRS, owner)).splitlines()
        if "from the state" in it
    ]
    urn = shlex.split(line)[-1]
    assert urn.endswith("$auth0:index/action:Action::it's::mine-action")


def test_action_of_another_stack_is_not_imported_and_the_message_names_it(
    client, action
):
    with pytest.raises(OwnedActionError) as caught:
        to_import(client, action)
    message = str(caught.value)
    assert f'managed by stack "prod" of project "portal" ({THEIRS})' in message
    assert "aliases" not in message


def test_action_of_another_component_is_not_imported_and_the_message_has_the_alias(
    client, tenant, action
):
    deploy(tenant, action, code=with_owner(CODE, FORMER))
    with pytest.raises(OwnedActionError) as caught:
        to_import(client, action)
    assert f'component "portal" of this stack ({FORMER})' in str(caught.value)
    assert f'aliases=["{FORMER}"]' in str(caught.value)


def test_action_with_secrets_of_others_is_not_imported(client, tenant):
    action = tenant.add_bound_action("With", CODE, secrets=secrets(THEIRS="x"))
    with pytest.raises(ThirdPartySecretError, match="to this stack: THEIRS"):
        to_import(client, action)
    assert to_import(client, action, was_adopted=True) == action


def test_missing_action_is_an_error_until_it_was_adopted(client):
    with pytest.raises(NoSuchActionError, match=NO_SUCH_ID):
        to_import(client, NO_SUCH_ID)
    assert to_import(client, NO_SUCH_ID, was_adopted=True) == ""
