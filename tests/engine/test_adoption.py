"""docs/adopting.md, command by command: a hand-made Action comes and goes."""

import re

import pytest

from consumer_on_login.action_code.rendering import manifest
from consumer_on_login.settings.settings import Settings
from sandbox.host.faults import Fault
from tests.toolkit.messages import last_line
from tests.toolkit.repository import document
from tests.toolkit.tenant_operations import delete

from .environment import (
    THIRD_PARTY_CODE,
    action_of,
    obey,
    open_environment,
    pulumi,
    refusal,
    resources,
    text,
)

DOCUMENT = document("adopting.md")
# Does what the Action of Zuplo's guide does, in words of our own: the consumer has a
# random name, and its id goes into app_metadata.
HAND_MADE = """
const { randomUUID } = require("node:crypto");
const undici = require("undici");

exports.onExecutePostLogin = async (event, api) => {
  if (event.user.app_metadata.api_consumer) return;
  const response = await undici.request("%s?with-api-key=true", {
    method: "POST",
    headers: {
      authorization: `Bearer ${event.secrets.API_KEY}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({
      name: `c-${randomUUID()}`,
      managers: [event.user.email],
      metadata: { user_id: event.user.user_id },
    }),
  });
  const consumer = await response.body.json();
  api.user.setAppMetadata("api_consumer", consumer.id);
};
"""


@pytest.fixture(scope="module")
def environment(engine, tmp_path_factory):
    with open_environment(engine, tmp_path_factory.mktemp("adoption")) as environment:
        yield environment


@pytest.fixture(scope="module")
def hand_made(environment):
    """The Action of the guide between two of others, and a user whom it served."""
    sandbox = environment.sandbox
    consumers = (
        f"{sandbox.zuplo_url}/v1/accounts/{sandbox.zuplo_account}"
        f"/key-buckets/{sandbox.zuplo_bucket}/consumers"
    )
    action = environment.tenant.add_bound_action(
        "Zuplo consumer",
        HAND_MADE % consumers,
        dependencies=[{"name": "undici", "version": "5.22.1"}],
        secrets=[{"name": "API_KEY", "value": sandbox.zuplo_api_key}],
    )
    environment.tenant.bind(
        environment.third_party[0], action, environment.third_party[1]
    )
    return action


@pytest.fixture(scope="module")
def served(environment, hand_made):
    """A user with a consumer of the hand-made Action."""
    user = environment.tenant.add_user("ada")
    assert environment.log_in(user).app_metadata.keys() == {"api_consumer"}
    return user


def commands(heading):
    """The lines of a section's shell block."""
    section = DOCUMENT.split(f"## {heading}\n")[1]
    (block, *_) = re.findall(r"```sh account\n(.*?)```", section, re.S)
    return block.splitlines()


@pytest.fixture(scope="module")
def before(environment, served):
    """What the adoption must leave as it is."""
    return everything_kept(environment, served)


@pytest.fixture(scope="module")
def adoption(environment, hand_made, before):
    """The stack and the runs of preview and up."""
    deployment = environment.stack("adopter")
    adopt, preview, up, _ = commands("Take it over")
    obey(environment, deployment, adopt.replace("<id>", hand_made))
    runs = [obey(environment, deployment, command) for command in (preview, up)]
    return deployment, *runs


def everything_kept(environment, user):
    return {
        "flow": environment.flow(),
        "others": [environment.tenant.action(it) for it in environment.third_party],
        "app_metadata": environment.tenant.user(user)["app_metadata"],
        "consumers": environment.zuplo.consumers(),
    }


def test_adoption_keeps_place_consumers_and_other_actions(
    environment, adoption, served, before
):
    _, preview, up = adoption
    assert "= 1 to import" in text(preview)
    assert "~ 1 to update" in text(preview)
    assert up.succeeded, up.output
    environment.requests()
    assert environment.log_in(served).outcome == "success"
    assert "zuplo" not in {it.service for it in environment.requests()}
    assert everything_kept(environment, served) == before


def test_adopted_action_is_the_stacks(environment, adoption, hand_made):
    deployment, *_ = adoption
    assert action_of(deployment) == hand_made
    live = environment.sandbox.control.deployed_action(hand_made)
    assert "zuplo_consumer" in live.code
    assert {it.name: it.version for it in live.dependencies} == manifest().dependencies
    assert live.secrets == {"API_KEY": environment.sandbox.zuplo_api_key}
    assert environment.tenant.action(hand_made)["name"] == Settings.action_name


def test_nothing_changes_after_an_adoption(environment, adoption):
    deployment, *_ = adoption
    assert deployment.preview(refresh=True, expect_no_changes=True).succeeded
    obey(environment, deployment, commands("Take it over")[-1])
    assert deployment.preview(expect_no_changes=True).succeeded
    assert deployment.preview(refresh=True, expect_no_changes=True).succeeded


def test_action_handed_back_runs_without_the_stack(environment, adoption):
    deployment, *_ = adoption
    obey(environment, deployment, commands("Take it over")[-1])
    flow = environment.flow()
    list_urns, forget, destroy = commands("Hand it back")

    listed = pulumi(deployment, *list_urns.split()[1:])
    (urn,) = re.findall(r"URN: (\S+::zuplo-auth0:index:ConsumerOnLogin::\S+)", listed)
    obey(environment, deployment, forget.replace("<URN>", urn))
    obey(environment, deployment, f"{destroy} --yes")

    assert resources(deployment) == {}
    assert environment.flow() == flow
    eve = environment.tenant.add_user("eve")
    created = environment.log_in(eve).app_metadata["api_consumer"]
    assert created in {consumer["id"] for consumer in environment.zuplo.consumers()}


def test_adoption_stops_at_a_third_party_secret_and_goes_on_without_it(environment):
    own = {"name": "API_KEY", "value": "by hand"}
    action = environment.tenant.add_bound_action(
        "With secrets",
        THIRD_PARTY_CODE,
        secrets=[own, {"name": "THEIRS", "value": "by hand"}],
    )
    deployment = environment.stack("third-party-secret", adoptActionId=action)
    obey(environment, deployment, "pulumi config set actionName 'With secrets'")

    message = refusal(deployment.preview())

    expected = "has secrets that do not belong to this stack"
    assert f"{expected}: THEIRS." in message
    assert f"`{expected}`" in DOCUMENT
    assert last_line(message).endswith("Actions > Library > With secrets")
    environment.edit(action, secrets=[own])
    up = deployment.up()
    assert up.succeeded, up.output
    live = environment.sandbox.control.deployed_action(action)
    assert live.secrets == {"API_KEY": environment.sandbox.zuplo_api_key}
    assert environment.tenant.action(action)["name"] == "With secrets"


def test_adoption_of_no_action_is_refused_in_the_words_of_the_document(environment):
    missing = "00000000-0000-0000-0000-000000000000"
    deployment = environment.stack("missing", actionName="New", adoptActionId=missing)
    for operation in (deployment.preview, deployment.up):
        message = refusal(operation())
        assert "has no Action with this id" in message
    assert "has no Action with this id" in DOCUMENT
    adopt, create = re.findall(r"^To .*run: (.+)$", message, re.M)
    other = environment.tenant.add_bound_action("Another", THIRD_PARTY_CODE)
    obey(environment, deployment, adopt.replace("<id>", other))
    assert deployment.preview().changes["import"] == 1
    obey(environment, deployment, create)
    # The refused `up` has made component, bucket and stack.
    assert deployment.preview().changes == {"create": 4, "same": 3}


@pytest.mark.parametrize("way", ["To finish the adoption", "To leave the Action"])
def test_adoption_after_one_that_failed_deletes_no_action(environment, way):
    begun, other = (
        environment.tenant.add_bound_action(f"By hand {it}", THIRD_PARTY_CODE)
        for it in "ab"
    )
    settings = {"actionName": way, "metadataKey": "after_failure"}
    adopter = environment.stack(way.replace(" ", "-"), adoptActionId=begun, **settings)
    path = f"/api/v2/actions/actions/{begun}"
    refused = Fault(service="auth0", method="PATCH", path=path, kind="status")
    environment.sandbox.control.arm(refused.model_copy(update={"status": 400}))
    assert not adopter.up().succeeded
    environment.sandbox.control.clear_faults()
    # Else Auth0 itself refuses to delete it.
    environment.tenant.bind(
        *(it for it in environment.tenant.bound_actions() if it != begun)
    )
    adopter.configure("adoptActionId", other)

    for operation in (adopter.preview, adopter.up):
        message = refusal(operation())
        assert f"began to adopt the Action {begun}" in message
    (line,) = [it for it in message.splitlines() if it.startswith(way)]
    for command in line.rpartition("run: ")[2].split(" && "):
        run = obey(environment, adopter, command)
        assert run is None or run.succeeded, text(run)

    adopted, left = (
        (begun, other) if way == "To finish the adoption" else (other, begun)
    )
    assert action_of(adopter) == adopted
    assert environment.tenant.action(left)["code"] == THIRD_PARTY_CODE
    assert environment.tenant.bound_actions().count(adopted) == 1
    assert adopter.destroy().succeeded
    delete(environment.tenant, left)
