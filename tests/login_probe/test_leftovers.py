"""What a probe that was killed leaves, and that nothing else goes with it."""

import pytest

from consumer_on_login.consumer_name import consumer_name
from consumer_on_login.login_probe.leftovers import (
    ProbeLeftoversProvider,
    is_leftover,
    new_user_id,
)
from consumer_on_login.zuplo import client as zuplo_client
from consumer_on_login.zuplo.client import Consumer

from .probes import TENANT, TOKEN, fail

ACTION = "6b4ac9b1-0000-4000-8000-000000000001"
OTHER = "6b4ac9b1-0000-4000-8000-000000000002"
OURS = f"login-probe|{ACTION}"
PROVIDER = ProbeLeftoversProvider()


@pytest.fixture
def place(zuplo, bucket):
    return {
        "api_url": zuplo.zuplo_url,
        "account": zuplo.zuplo_account,
        "bucket": bucket.bucket,
        "api_key": zuplo.zuplo_api_key,
        "tenant": TENANT,
        "action_id": ACTION,
    }


@pytest.fixture
def add(bucket):
    def add(user, name=None, source="auth0-login"):
        name = name or consumer_name(TENANT, user)
        metadata = {"user_id": user}
        bucket.create_consumer(name, metadata=metadata, tags={"source": source})
        return name

    return add


def test_leftovers_of_the_action_go_and_nothing_else(place, add, bucket, monkeypatch):
    monkeypatch.setattr(zuplo_client, "PAGE", 2)
    for number in range(5):
        add(f"{OURS}|{number:032x}")
    add(new_user_id(ACTION))
    ends = "fed"
    third_party = f"{OURS}|{ends[0] * 32}"
    kept = {
        add("auth0|ada"),
        add(new_user_id(OTHER)),
        add(f"auth0|{OURS}|{TOKEN}"),
        add(f"{OURS}|{TOKEN}-ada"),
        add(third_party, consumer_name("other", third_party)),
        add(f"{OURS}|{ends[1] * 32}", "c-by-hand"),
        add(f"{OURS}|{ends[2] * 32}", source="another-person"),
    }
    PROVIDER.delete("id", place)
    assert set(bucket.names()) == kept


@pytest.mark.parametrize(
    "user",
    [
        f"login-probe|{OTHER}|{TOKEN}",
        f"login-probe2|{ACTION}|{TOKEN}",
        f"LOGIN-PROBE|{ACTION}|{TOKEN}",
        f" {OURS}|{TOKEN}",
        f"{OURS}|{TOKEN}\n",
        f"{OURS}|",
        "login-probe|ada",
        f"oauth2|{OURS}|{TOKEN}",
        None,
        7,
    ],
    ids=ascii,
)
def test_leftover_is_never_the_consumer_of_a_look_alike(user):
    name = consumer_name(TENANT, str(user))
    assert not is_leftover(Consumer(name, {"user_id": user}), TENANT, ACTION)


def test_leftover_is_the_consumer_of_the_actions_probe_alone():
    user = new_user_id(ACTION)
    consumer = Consumer(consumer_name(TENANT, user), {"user_id": user})
    assert is_leftover(consumer, TENANT, ACTION)
    assert not is_leftover(consumer, "other", ACTION)
    assert not is_leftover(consumer, TENANT, OTHER)
    assert not is_leftover(Consumer(consumer.name, {}), TENANT, ACTION)


def test_probe_users_are_never_the_same():
    assert len({new_user_id(ACTION) for _ in range(1000)}) == 1000


def test_leftovers_that_zuplo_keeps_end_no_destroy(place, add, zuplo, warnings):
    add(new_user_id(ACTION))
    fail(zuplo, service="zuplo", method="DELETE", status=500)
    PROVIDER.delete("id", place)
    (warning,) = warnings
    assert "HTTP 500" in warning
    assert warning.endswith(f"metadata.user_id begins with {OURS}|")
    assert place["api_key"] not in warning


@pytest.mark.parametrize(
    ("change", "said"),
    [({"api_key": "zpka_revoked"}, 1), ({"bucket": "zprj-gone"}, 0)],
    ids=["key", "bucket"],
)
def test_leftovers_need_neither_key_nor_bucket(place, warnings, change, said):
    PROVIDER.delete("id", {**place, **change})
    assert len(warnings) == said


@pytest.mark.parametrize(
    "part", ["api_url", "account", "bucket", "tenant", "action_id", "api_key"]
)
def test_place_from_before_is_swept_but_not_for_another_key(
    place, add, bucket, warnings, part
):
    add(new_user_id(ACTION))
    news = {**place, part: "other"}
    diff = PROVIDER.diff("id", place, news)
    assert diff.changes
    assert not diff.replaces
    assert PROVIDER.update("id", place, news).outs == news
    assert (bucket.names() == []) is (part != "api_key")
    assert warnings == []
    assert PROVIDER.diff("id", place, place).changes is False


def test_leftovers_outputs_are_what_a_delete_needs(place):
    created = PROVIDER.create({**place, "__provider": "provider"})
    assert created.outs == place
    assert PROVIDER.update("id", place, {**place, "__provider": "x"}).outs == place
