"""docs/adopting.md, command by command: a hand-made Action comes and goes."""

import re
from pathlib import Path

import pytest

from consumer_on_login.action_code.rendering import manifest
from consumer_on_login.settings.settings import Settings
from sandbox.host.faults import Fault

from .environment import (
    FOREIGN_CODE,
    action_of,
    last_line,
    obey,
    open_scene,
    pulumi,
    refusal,
    resources,
    text,
)

DOCUMENT = (Path(__file__).parents[2] / "docs" / "adopting.md").read_text()
# Does what the Action of Zuplo's guide does, in words of our own: the consumer has a
# random name, and its id goes into app_metadata.
HAND_MADE = """
const { randomUUID } = require("node:crypto");
const undici = require("undici");

exports.onExecutePostLogin = async (event, api) => {
  if (event.user.app_metadata.api_consumer) return;
  const answer = await undici.request("%s?with-api-key=true", {
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
  const consumer = await answer.body.json();
  api.user.setAppMetadata("api_consumer", consumer.id);
};
"""


@pytest.fixture(scope="module")
def scene(engine, tmp_path_factory):
    with open_scene(engine, tmp_path_factory.mktemp("adoption")) as scene:
        yield scene


@pytest.fixture(scope="module")
def hand_made(scene):
    """The Action of the guide between two of others, and a user whom it served."""
    sandbox = scene.sandbox
    consumers = (
        f"{sandbox.zuplo_url}/v1/accounts/{sandbox.zuplo_account}"
        f"/key-buckets/{sandbox.zuplo_bucket}/consumers"
    )
    action = scene.tenant.add_bound_action(
        "Zuplo consumer",
        HAND_MADE % consumers,
        dependencies=[{"name": "undici", "version": "5.22.1"}],
        secrets=[{"name": "API_KEY", "value": sandbox.zuplo_api_key}],
    )
    scene.bind(scene.foreign[0], action, scene.foreign[1])
    return action


@pytest.fixture(scope="module")
def served(scene, hand_made):
    """A user with a consumer of the hand-made Action."""
    user = scene.tenant.add_user("ada")
    assert scene.log_in(user).app_metadata.keys() == {"api_consumer"}
    return user


def commands(heading):
    """The lines of a section's shell block."""
    section = DOCUMENT.split(f"## {heading}\n")[1]
    (block, *_) = re.findall(r"```sh account\n(.*?)```", section, re.S)
    return block.splitlines()


@pytest.fixture(scope="module")
def before(scene, served):
    """What the adoption must leave as it is."""
    return everything_kept(scene, served)


@pytest.fixture(scope="module")
def adoption(scene, hand_made, before):
    """The stack and the runs of preview and up."""
    deployment = scene.stack("adopter")
    adopt, preview, up, _ = commands("Take it over")
    obey(scene, deployment, adopt.replace("<id>", hand_made))
    runs = [obey(scene, deployment, command) for command in (preview, up)]
    return deployment, *runs


def everything_kept(scene, user):
    return {
        "flow": scene.flow(),
        "others": [scene.tenant.action(it) for it in scene.foreign],
        "app_metadata": scene.tenant.user(user)["app_metadata"],
        "consumers": scene.zuplo.consumers(),
    }


def test_adoption_keeps_place_consumers_and_other_actions(
    scene, adoption, served, before
):
    _, preview, up = adoption
    assert "= 1 to import" in text(preview)
    assert "~ 1 to update" in text(preview)
    assert up.succeeded, up.output
    scene.requests()
    assert scene.log_in(served).outcome == "success"
    assert "zuplo" not in {it.service for it in scene.requests()}
    assert everything_kept(scene, served) == before


def test_adopted_action_is_the_stacks(scene, adoption, hand_made):
    deployment, *_ = adoption
    assert action_of(deployment) == hand_made
    live = scene.sandbox.control.deployed_action(hand_made)
    assert "zuplo_consumer" in live.code
    assert {it.name: it.version for it in live.dependencies} == manifest().dependencies
    assert live.secrets == {"API_KEY": scene.sandbox.zuplo_api_key}
    assert scene.tenant.action(hand_made)["name"] == Settings.action_name


def test_nothing_changes_after_an_adoption(scene, adoption):
    deployment, *_ = adoption
    assert deployment.preview(refresh=True, expect_no_changes=True).succeeded
    obey(scene, deployment, commands("Take it over")[-1])
    assert deployment.preview(expect_no_changes=True).succeeded
    assert deployment.preview(refresh=True, expect_no_changes=True).succeeded


def test_action_handed_back_runs_without_the_stack(scene, adoption):
    deployment, *_ = adoption
    obey(scene, deployment, commands("Take it over")[-1])
    flow = scene.flow()
    list_urns, forget, destroy = commands("Hand it back")

    listed = pulumi(deployment, *list_urns.split()[1:])
    (urn,) = re.findall(r"URN: (\S+::zuplo-auth0:index:ConsumerOnLogin::\S+)", listed)
    obey(scene, deployment, forget.replace("<URN>", urn))
    obey(scene, deployment, f"{destroy} --yes")

    assert resources(deployment) == {}
    assert scene.flow() == flow
    eve = scene.tenant.add_user("eve")
    created = scene.log_in(eve).app_metadata["api_consumer"]
    assert created in {consumer["id"] for consumer in scene.zuplo.consumers()}


def test_adoption_stops_at_a_foreign_secret_and_goes_on_without_it(scene):
    own = {"name": "API_KEY", "value": "by hand"}
    action = scene.tenant.add_bound_action(
        "With secrets",
        FOREIGN_CODE,
        secrets=[own, {"name": "THEIRS", "value": "by hand"}],
    )
    deployment = scene.stack("foreign-secret", adoptActionId=action)
    obey(scene, deployment, "pulumi config set actionName 'With secrets'")

    message = refusal(deployment.preview())

    expected = "holds THEIRS, which is not of this stack and would be deleted"
    assert expected in message
    assert expected.replace("THEIRS", "<names>") in DOCUMENT
    assert last_line(message).endswith("Actions > Library > With secrets")
    scene.edit(action, secrets=[own])
    up = deployment.up()
    assert up.succeeded, up.output
    live = scene.sandbox.control.deployed_action(action)
    assert live.secrets == {"API_KEY": scene.sandbox.zuplo_api_key}
    assert scene.tenant.action(action)["name"] == "With secrets"


def test_adoption_of_no_action_is_refused_in_the_words_of_the_document(scene):
    missing = "00000000-0000-0000-0000-000000000000"
    deployment = scene.stack("missing", actionName="New", adoptActionId=missing)
    for operation in (deployment.preview, deployment.up):
        message = refusal(operation())
        assert "has no Action of this id" in message
    assert "has no Action of this id" in DOCUMENT
    adopt, create = re.findall(r"^To .*run: (.+)$", message, re.M)
    other = scene.tenant.add_bound_action("Another", FOREIGN_CODE)
    obey(scene, deployment, adopt.replace("<id>", other))
    assert deployment.preview().changes["import"] == 1
    obey(scene, deployment, create)
    # The refused `up` has made component, bucket and stack.
    assert deployment.preview().changes == {"create": 4, "same": 3}


@pytest.mark.parametrize("way", ["To go on with it", "To leave it as it is"])
def test_adoption_after_one_that_failed_deletes_no_action(scene, way):
    begun, other = (
        scene.tenant.add_bound_action(f"By hand {it}", FOREIGN_CODE) for it in "ab"
    )
    settings = {"actionName": way, "metadataKey": "after_failure"}
    adopter = scene.stack(way.replace(" ", "-"), adoptActionId=begun, **settings)
    path = f"/api/v2/actions/actions/{begun}"
    refused = Fault(service="auth0", method="PATCH", path=path, kind="status")
    scene.sandbox.control.arm(refused.model_copy(update={"status": 400}))
    assert not adopter.up().succeeded
    scene.sandbox.control.clear_faults()
    # Else Auth0 itself refuses to delete it.
    scene.bind(*(it for it in scene.tenant.bound_actions() if it != begun))
    adopter.configure("adoptActionId", other)

    for operation in (adopter.preview, adopter.up):
        message = refusal(operation())
        assert f"began to adopt the Action {begun}" in message
    (line,) = [it for it in message.splitlines() if it.startswith(way)]
    for command in line.rpartition("run: ")[2].split(" && "):
        run = obey(scene, adopter, command)
        assert run is None or run.succeeded, text(run)

    adopted, left = (begun, other) if way == "To go on with it" else (other, begun)
    assert action_of(adopter) == adopted
    assert scene.tenant.action(left)["code"] == FOREIGN_CODE
    assert scene.tenant.bound_actions().count(adopted) == 1
    assert adopter.destroy().succeeded
    scene.tenant.api("DELETE", f"/actions/actions/{left}?force=true")
