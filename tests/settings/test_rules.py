import pytest

from consumer_on_login.settings import rules
from consumer_on_login.settings.settings import SETTINGS

ACCEPTED = [
    pytest.param(rules.account, "acme-corp", id="account"),
    pytest.param(rules.bucket, "zprj-1-preview", id="bucket"),
    pytest.param(rules.bucket, "a" * 128, id="longest bucket"),
    pytest.param(rules.environment, "production", id="production"),
    pytest.param(rules.environment, "preview", id="preview"),
    pytest.param(rules.environment, "development", id="development"),
    pytest.param(rules.environment, None, id="any environment"),
    pytest.param(rules.adopt_action_id, None, id="no Action to adopt"),
    pytest.param(
        rules.adopt_action_id, "4e9e9b0c-b7d5-4f4e-8a7b-0d9b2f6c1a11", id="Action's id"
    ),
    pytest.param(rules.api_key, "zpka_abc", id="key"),
    pytest.param(rules.api_url, "https://dev.zuplo.com", id="https address"),
    pytest.param(rules.api_url, "https://proxy.example/zuplo", id="address with path"),
    pytest.param(rules.api_url, "http://127.0.0.1:8080", id="http on loopback"),
    pytest.param(rules.api_url, "http://[::1]:8080", id="http on IPv6 loopback"),
    pytest.param(rules.api_url, "http://localhost", id="http on localhost"),
    pytest.param(rules.action_name, "Créer un consommateur", id="name in French"),
    pytest.param(rules.portal_client_ids, ["abc", "def"], id="two applications"),
    pytest.param(rules.portal_client_ids, ["*"], id="every application"),
    pytest.param(rules.metadata_key, "api_consumer", id="key of Zuplo's guide"),
    pytest.param(rules.consumer_metadata, {"plan": "free"}, id="metadata"),
    pytest.param(rules.consumer_metadata, {"k": "v" * 692}, id="largest metadata"),
    pytest.param(rules.login_probe, False, id="no probe"),
    pytest.param(rules.login_timeout_ms, 500, id="shortest time-out"),
    pytest.param(rules.login_timeout_ms, 5000, id="longest time-out"),
    pytest.param(rules.login_timeout_ms, 3000.0, id="integer as Pulumi hands it over"),
]

REFUSED = [
    pytest.param(rules.account, "", "account's name", id="no account"),
    pytest.param(rules.account, "a/b", "account's name", id="account with a slash"),
    pytest.param(rules.bucket, "abcd", "5 to 128", id="short bucket"),
    pytest.param(rules.bucket, "Preview-1", "a-z", id="bucket in capitals"),
    pytest.param(rules.bucket, None, "null", id="no bucket"),
    pytest.param(rules.environment, "", "or unset", id="empty environment"),
    pytest.param(rules.environment, "PRODUCTION", "or unset", id="tag's own name"),
    pytest.param(
        rules.environment, "WORKING_COPY", "development", id="tag of development"
    ),
    pytest.param(rules.environment, ["preview"], "or unset", id="environments"),
    pytest.param(rules.environment, {}, "or unset", id="environment as an object"),
    pytest.param(rules.adopt_action_id, "", "Action's id", id="empty id"),
    pytest.param(rules.adopt_action_id, "a\n", "Action's id", id="id with a line end"),
    pytest.param(rules.adopt_action_id, "a/b", "Action's id", id="id with a slash"),
    pytest.param(rules.adopt_action_id, "a" * 65, "Action's id", id="long id"),
    pytest.param(rules.adopt_action_id, ["a"], "Action's id", id="ids"),
    pytest.param(
        rules.adopt_action_id,
        "https://manage.auth0.com/dashboard/eu/t/actions/library/details/a",
        "Action's id",
        id="Action's address",
    ),
    pytest.param(rules.api_key, "zpka_a\n", "one line", id="key with its line end"),
    pytest.param(rules.api_key, "", "one line", id="empty key"),
    pytest.param(rules.api_key, "zpka_é", "ASCII", id="key beyond ASCII"),
    pytest.param(rules.api_url, "http://dev.zuplo.com", "https://", id="plain http"),
    pytest.param(
        rules.api_url, "http://127.0.0.1.evil.io", "https://", id="look-alike"
    ),
    pytest.param(rules.api_url, "dev.zuplo.com", "address", id="no scheme"),
    pytest.param(rules.api_url, "https://x:99999", "address", id="impossible port"),
    pytest.param(rules.api_url, "https://x/?a=b", "address", id="address with query"),
    pytest.param(rules.api_url, "https://x/", "address", id="slash at the end"),
    pytest.param(rules.api_url, "https://x?", "address", id="empty query"),
    pytest.param(rules.api_url, "https://x#", "address", id="empty fragment"),
    pytest.param(rules.api_url, "https://u:p@x", "user or password", id="credentials"),
    pytest.param(rules.account, "..", "account's name", id="parent folder"),
    pytest.param(rules.consumer_metadata, {"k": "\ud800" * 300}, "bytes", id="halves"),
    pytest.param(rules.action_name, " padded ", "blanks", id="padded name"),
    pytest.param(rules.action_name, "a\u202eb", "printable", id="reversed name"),
    pytest.param(rules.portal_client_ids, "abc", "list", id="one id, no list"),
    pytest.param(rules.portal_client_ids, ["*", "abc"], "not both", id="all and one"),
    pytest.param(rules.portal_client_ids, [1], "list", id="number among ids"),
    pytest.param(rules.metadata_key, "a.b", "letters", id="metadata key with a dot"),
    pytest.param(rules.metadata_key, "user_id", "reserved", id="Auth0's own key"),
    pytest.param(rules.metadata_key, "__proto__", "reserved", id="prototype"),
    pytest.param(rules.consumer_metadata, ["x"], "object", id="metadata as a list"),
    pytest.param(rules.consumer_metadata, {"n": 1}, "quote it", id="number"),
    pytest.param(
        rules.consumer_metadata, {"user_id": "x"}, "must not set", id="user_id"
    ),
    pytest.param(
        rules.consumer_metadata, {"__proto__": "x"}, "must not set", id="proto"
    ),
    pytest.param(
        rules.consumer_metadata, {"k": "v" * 693}, "701", id="one byte too much"
    ),
    pytest.param(
        rules.consumer_metadata, {"k": "é" * 350}, "bytes", id="bytes, not chars"
    ),
    pytest.param(rules.login_probe, "yes", "true or false", id="probe as a word"),
    pytest.param(rules.login_probe, 1, "true or false", id="probe as a number"),
    pytest.param(rules.login_timeout_ms, 499, "500 to 5000", id="too short"),
    pytest.param(rules.login_timeout_ms, 5001, "500 to 5000", id="too long"),
    pytest.param(rules.login_timeout_ms, True, "whole number", id="boolean"),
    pytest.param(rules.login_timeout_ms, "3000", "whole number", id="text"),
    pytest.param(rules.login_timeout_ms, 3000.5, "whole number", id="fraction"),
]


@pytest.mark.parametrize(("rule", "value"), ACCEPTED)
def test_rule_valid_value_finds_no_fault(rule, value):
    assert rule(value) is None


@pytest.mark.parametrize(("rule", "value", "words"), REFUSED)
def test_rule_invalid_value_says_what_is_wrong(rule, value, words):
    assert words in (rule(value) or "")


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=lambda s: s.key)
def test_setting_with_a_pasted_key_is_refused_without_showing_it(setting):
    values = ["zpka_part-tail", ["zpka_part-tail"], {"k": "zpka_part-tail"}]
    if setting.key == "zuploApiKey":
        values = [" zpka_part-tail"]
    for value in values:
        wrong = setting.wrong(value)
        assert wrong
        assert "part" not in wrong
        assert "tail" not in wrong


@pytest.mark.parametrize("value", ["https://u:sesame@x/?a", "ftp://u:sesame@x"])
def test_api_url_rule_never_shows_credentials(value):
    assert "sesame" not in (rules.api_url(value) or "sesame")


def test_api_key_rule_never_shows_the_value():
    assert "sesame" not in (rules.api_key("open sesame") or "sesame")


def test_rule_refusing_a_value_masks_a_key_inside_it():
    assert "part" not in (rules.bucket("zpka_part-tail /") or "part")
