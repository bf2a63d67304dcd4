"""The component as programs in other languages see it: its schema and its inputs."""

import json

import pulumi
import pytest
from pulumi.errors import InputPropertyError
from pulumi.provider.experimental.component import ComponentProvider

from consumer_on_login import ConsumerOnLogin
from tests.toolkit.settings import CONFIG

CREDENTIALS = {"domain": "tenant.example", "clientId": "id", "clientSecret": "sesame"}


@pytest.fixture(scope="module")
def host():
    return ComponentProvider([ConsumerOnLogin], "zuplo-auth0")


@pytest.fixture(scope="module")
def schema(host):
    return json.loads(host.schema)


@pytest.fixture(scope="module")
def component(schema):
    return schema["resources"]["zuplo-auth0:index:ConsumerOnLogin"]


def mapped(host, **inputs):
    """Map inputs to arguments, as the host does before it makes the component."""
    definition = host._component_defs["ConsumerOnLogin"]
    return host.map_inputs({**CONFIG, **inputs}, definition)


def test_schema_demands_what_has_no_default(component):
    assert set(component["requiredInputs"]) == set(CONFIG)


def test_schema_takes_only_a_plain_id_of_an_action_to_adopt(component, host):
    stated = component["inputProperties"]["adoptActionId"]
    assert (stated["type"], stated["plain"]) == ("string", True)
    assert mapped(host, adoptActionId="a1")["adopt_action_id"] == "a1"


def test_schema_knows_the_credentials_of_a_provider(component, schema):
    stated = component["inputProperties"]["auth0Credentials"]
    assert stated["$ref"] == "#/types/zuplo-auth0:index:Auth0Credentials"
    credentials = schema["types"]["zuplo-auth0:index:Auth0Credentials"]
    assert credentials["required"] == ["domain"]
    assert {name: it["type"] for name, it in credentials["properties"].items()} == {
        "domain": "string",
        "clientId": "string",
        "clientSecret": "string",
        "apiToken": "string",
        "audience": "string",
    }


def test_schema_describes_every_input_and_output(component, schema):
    (credentials,) = schema["types"].values()
    described = {
        **component["inputProperties"],
        **component["properties"],
        **credentials["properties"],
    }
    assert [name for name, it in described.items() if not it["description"]] == []


def test_host_maps_the_credentials_of_a_provider(host):
    secret = pulumi.Output.secret("sesame")
    credentials = {**CREDENTIALS, "clientSecret": secret}
    assert mapped(host, auth0Credentials=credentials)["auth0_credentials"] == {
        "domain": "tenant.example",
        "client_id": "id",
        "client_secret": secret,
    }


def test_host_names_what_credentials_lack(host):
    with pytest.raises(InputPropertyError) as caught:
        mapped(host, auth0Credentials={"clientId": "id"})
    assert caught.value.property_path == "auth0Credentials.domain"


def test_host_hands_over_no_credentials_where_there_are_none(host):
    assert "auth0_credentials" not in mapped(host)
