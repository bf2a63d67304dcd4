"""How long the gateway's policy remembers what the key service said of a key."""

from dataclasses import dataclass, field

import pytest

from sandbox.gateway.api_key_policy import ApiKeyPolicy, User
from sandbox.zuplo.key_form import new_key
from sandbox.zuplo.records import ApiKey, Bucket, Consumer

BEFORE_THE_END, AT_THE_END = 59, 60


@dataclass
class KeyService:
    """A bucket behind a policy, a clock for it, and the keys it asked about."""

    bucket: Bucket = field(default_factory=lambda: Bucket(name="bucket"))
    seconds: float = 1000
    asked: list[str] = field(default_factory=list)

    def policy(self) -> ApiKeyPolicy:
        return ApiKeyPolicy(self.whose, lambda: self.seconds)

    def whose(self, key: str) -> Consumer | None:
        self.asked.append(key)
        return self.bucket.consumer_by_key(key)

    def add(self, key: str) -> Consumer:
        consumer = Consumer(name="jane", metadata={"plan": "gold"})
        consumer.keys["key_1"] = ApiKey(id="key_1", key=key)
        self.bucket.consumers["jane"] = consumer
        return consumer


@pytest.fixture
def service():
    return KeyService()


@pytest.fixture
def policy(service):
    return service.policy()


@pytest.fixture
def key():
    return new_key()


def test_key_deleted_is_good_until_the_time_is_over(service, policy, key):
    service.add(key)
    assert policy.user_of(key) == User("jane", {"plan": "gold"})
    service.bucket.consumers.clear()

    service.seconds += BEFORE_THE_END
    assert policy.user_of(key) == User("jane", {"plan": "gold"})
    assert service.asked == [key]

    service.seconds += AT_THE_END - BEFORE_THE_END
    assert policy.user_of(key) is None
    assert service.asked == [key, key]


def test_key_created_after_its_refusal_is_refused_until_the_time_is_over(
    service, policy, key
):
    assert policy.user_of(key) is None
    service.add(key)

    service.seconds += BEFORE_THE_END
    assert policy.user_of(key) is None
    assert service.asked == [key]

    service.seconds += AT_THE_END - BEFORE_THE_END
    assert policy.user_of(key) == User("jane", {"plan": "gold"})


def test_time_counts_from_the_question_and_not_from_the_last_use(service, policy, key):
    service.add(key)
    for _ in range(3):
        policy.user_of(key)
        service.seconds += AT_THE_END / 2
    assert service.asked == [key, key]


def test_key_of_a_bad_form_is_refused_without_a_question(service, policy, key):
    bad = key[:-1]
    service.add(bad)
    assert policy.user_of(bad) is None
    assert service.asked == []


def test_keys_are_remembered_apart(service, policy, key):
    service.add(key)
    assert policy.user_of(new_key()) is None
    assert policy.user_of(key) is not None


def test_other_time_to_remember_counts_for_what_is_remembered(service, policy, key):
    policy.user_of(key)
    service.seconds += 5
    policy.cache_ttl_seconds = 6
    policy.user_of(key)
    assert service.asked == [key]
    policy.cache_ttl_seconds = 5
    policy.user_of(key)
    assert service.asked == [key, key]
