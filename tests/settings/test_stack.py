"""Stack configuration: read through the real pulumi.Config."""

import json
from contextlib import suppress

import pulumi
import pytest

from consumer_on_login import SettingsError, read_settings
from tests.toolkit.settings import CONFIG

PROJECT = "zuplo-consumer-on-login"


@pytest.fixture
def read():
    """Read these settings as the engine hands them over: text or JSON."""

    def read(settings):
        texts = {
            f"{PROJECT}:{key}": value if isinstance(value, str) else json.dumps(value)
            for key, value in settings.items()
        }
        pulumi.runtime.set_all_config(texts, [f"{PROJECT}:zuploApiKey"])
        return read_settings(pulumi.Config(PROJECT))

    yield read
    pulumi.runtime.set_all_config({})


def faults_of(read, settings):
    with pytest.raises(SettingsError) as caught:
        read(settings)
    return caught.value.faults


def test_settings_required_only_leave_defaults_to_the_component(read):
    args = read(CONFIG)
    assert args.keys() == {"zuplo_account", "zuplo_bucket", "zuplo_api_key"}


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("zuploAcount", "zuploAccount"),
        ("zuplo_account", "zuploAccount"),
        ("portalClientIDs", "portalClientIds"),
        ("loginTimeout", "loginTimeoutMs"),
        ("zuploAPIKey", "zuploApiKey"),
    ],
)
def test_misspelt_key_is_named_with_the_nearest(read, warnings, key, nearest):
    others = {name: value for name, value in CONFIG.items() if name != nearest}
    with suppress(SettingsError):
        read({**others, key: "zpka_sesame"})
    (warning,) = warnings
    assert warning.startswith(
        f'"{key}" is no setting of the component, but "{nearest}"'
    )
    assert "To set that, run: pulumi config set " in warning.splitlines()[-1]
    assert "sesame" not in warning


@pytest.mark.parametrize(
    "key",
    [
        *("region", "bucketName", "accountId", "protect"),
        *("zuploAccountId", "zuploApiKey2", "zuploBuckets", "actionName2"),
        "consumerMetadataProd",
    ],
)
def test_keys_of_the_program_itself_are_let_be(read, warnings, key):
    read({**CONFIG, key: "x"})
    pulumi.runtime.set_config("other:zuploAcount", "x")
    read_settings(pulumi.Config(PROJECT))
    assert warnings == []


def test_settings_all_given_become_arguments(read):
    args = read(
        {
            **CONFIG,
            "zuploApiUrl": "http://127.0.0.1:1",
            "actionName": "Consumers",
            "portalClientIds": ["abc"],
            "metadataKey": "preview_consumer",
            "consumerMetadata": {"plan": "free"},
            "loginTimeoutMs": 1000,
            "loginProbe": True,
        }
    )
    del args["zuplo_api_key"]
    assert args == {
        "zuplo_account": "acme",
        "zuplo_bucket": "zprj-1-preview",
        "zuplo_api_url": "http://127.0.0.1:1",
        "action_name": "Consumers",
        "portal_client_ids": ["abc"],
        "metadata_key": "preview_consumer",
        "consumer_metadata": {"plan": "free"},
        "login_timeout_ms": 1000,
        "login_probe": True,
    }


def test_settings_key_stays_a_secret(read):
    key = read(CONFIG)["zuplo_api_key"]

    @pulumi.runtime.test
    def is_secret():
        return pulumi.Output.from_input(key.is_secret()).apply(check)

    def check(secret):
        assert secret

    is_secret()


def test_settings_nothing_set_names_every_key_and_command(read):
    assert faults_of(read, {}) == [
        "zuploAccount is not set. Set it with: "
        "pulumi config set zuploAccount <account>",
        "zuploBucket is not set. Set it with: pulumi config set zuploBucket <bucket>",
        "zuploApiKey is not set. Set it with: pulumi config set --secret zuploApiKey",
    ]


def test_settings_empty_defaults_of_pulumi_yaml_count_as_not_set(read):
    faults = faults_of(read, {**CONFIG, "zuploAccount": "", "zuploBucket": ""})
    assert [fault.split()[0] for fault in faults] == ["zuploAccount", "zuploBucket"]


@pytest.mark.parametrize(
    ("key", "value", "command"),
    [
        ("zuploApiUrl", "http://dev.zuplo.com", "zuploApiUrl https://dev.zuplo.com"),
        ("actionName", " x", "actionName '<name>'"),
        ("portalClientIds", "abc", "--path 'portalClientIds[0]' <client id>"),
        ("metadataKey", "a.b", "metadataKey <key>"),
        (
            "consumerMetadata",
            {"n": 1},
            "--path --type string consumerMetadata.<name> <text>",
        ),
        ("loginTimeoutMs", 20000, "loginTimeoutMs 3000"),
        ("loginProbe", "yes", "loginProbe true"),
    ],
)
def test_settings_invalid_value_names_key_and_command(read, key, value, command):
    (fault,) = faults_of(read, {**CONFIG, key: value})
    assert fault.startswith(f"{key} must ")
    anew = f"pulumi config rm {key} && " if "--path" in command else ""
    assert fault.endswith(f"Set it with: {anew}pulumi config set {command}")


def test_settings_several_faults_are_reported_together(read):
    faults = faults_of(read, {**CONFIG, "zuploBucket": "X", "loginTimeoutMs": 1})
    assert len(faults) == 2
