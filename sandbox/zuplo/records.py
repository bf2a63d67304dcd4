"""Records of the STAND-IN for Zuplo's Developer API, and the rules they keep.

Accounts hold buckets, buckets hold consumers, consumers hold keys and managers.
No HTTP in here. Not imitated: leak detection, invitations being accepted.
"""

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from pydantic import JsonValue

from sandbox.zuplo.errors import ConflictError, NotFoundError
from sandbox.zuplo.key_form import new_key
from sandbox.zuplo.schemas import Body, BucketCreate, ConsumerCreate, ManagerCreate

Found = TypeVar("Found")


def now() -> datetime:
    return datetime.now(UTC)


def new_id(prefix: str) -> str:
    """Make an id in the form of the document's examples."""
    letters = string.ascii_letters + string.digits
    return f"{prefix}_{''.join(secrets.choice(letters) for _ in range(24))}"


@dataclass(kw_only=True)
class Record:
    """Something with dates, which a PATCH can change."""

    created_on: datetime = field(default_factory=now)
    updated_on: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.updated_on = self.created_on

    def change(self, changes: Body) -> None:
        """Replace each given property as a whole (inferred: no deep merge)."""
        for name in changes.model_fields_set:
            setattr(self, name, getattr(changes, name))
        self.updated_on = now()


@dataclass(kw_only=True)
class ApiKey(Record):
    id: str = field(default_factory=partial(new_id, "key"))
    key: str = field(default_factory=new_key)
    description: str | None = None
    expires_on: datetime | None = None

    def has_expired(self) -> bool:
        return self.expires_on is not None and self.expires_on <= now()


@dataclass(kw_only=True)
class Manager:
    """A manager; without `sub` still an invitation."""

    id: str = field(default_factory=partial(new_id, "eusr"))
    created_on: datetime = field(default_factory=now)
    email: str
    sub: str | None = None


@dataclass(kw_only=True)
class Consumer(Record):
    id: str = field(default_factory=partial(new_id, "csmr"))
    name: str
    description: str | None = None
    label: str | None = None
    """What its manager calls it in the developer portal."""
    tags: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, JsonValue] = field(default_factory=dict)
    keys: dict[str, ApiKey] = field(default_factory=dict)
    managers: dict[str, Manager] = field(default_factory=dict)
    invites: dict[str, Manager] = field(default_factory=dict)

    def has_manager(self, email: str) -> bool:
        """Tell whether someone of this address manages it, or is invited to."""
        people = [*self.managers.values(), *self.invites.values()]
        return any(person.email == email for person in people)

    def key(self, key_id: str) -> ApiKey:
        return found(self.keys, key_id, "key")

    def create_key(
        self, description: str | None = None, expires_on: datetime | None = None
    ) -> ApiKey:
        key = ApiKey(description=description, expires_on=expires_on)
        self.keys[key.id] = key
        return key

    def delete_key(self, key_id: str) -> None:
        del self.keys[self.key(key_id).id]

    def roll_keys(self, expires_on: datetime) -> None:
        """Let keys without expiry end, and create a new one."""
        for key in self.keys.values():
            if key.expires_on is None:
                key.expires_on, key.updated_on = expires_on, now()
        self.create_key()

    def add_manager(self, body: ManagerCreate) -> Manager:
        """Add a manager directly; the same subject twice is a conflict (inferred)."""
        if any(manager.sub == body.sub for manager in self.managers.values()):
            msg = f"consumer {self.name!r} has a manager of this sub already"
            raise ConflictError(msg)
        manager = Manager(email=body.email, sub=body.sub)
        self.managers[manager.id] = manager
        return manager

    def remove_manager(self, manager_id: str) -> None:
        del self.managers[found(self.managers, manager_id, "manager").id]


@dataclass(kw_only=True)
class Bucket(Record):
    id: str = field(default_factory=partial(new_id, "bckt"))
    name: str
    description: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    consumers: dict[str, Consumer] = field(default_factory=dict)

    def consumer(self, name: str) -> Consumer:
        return found(self.consumers, name, "consumer")

    def consumer_by_key(self, key: str) -> Consumer | None:
        """Find whom a key stands for; None if it is unknown or has expired."""
        for consumer in self.consumers.values():
            for candidate in consumer.keys.values():
                if candidate.key == key and not candidate.has_expired():
                    return consumer
        return None

    def select(self, tags: Mapping[str, str], email: str | None) -> list[Consumer]:
        """List consumers, oldest first, with these tags and this manager's address."""
        return [
            consumer
            for consumer in self.consumers.values()
            if tags.items() <= consumer.tags.items()
            and (email is None or consumer.has_manager(email))
        ]

    def create_consumer(self, body: ConsumerCreate, *, with_api_key: bool) -> Consumer:
        """Create a consumer with all its managers, or nothing at all."""
        if body.name in self.consumers:
            msg = f"bucket {self.name!r} has a consumer {body.name!r} already"
            raise ConflictError(msg)
        consumer = Consumer(
            name=body.name,
            description=body.description,
            tags=body.tags or {},
            metadata=body.metadata or {},
        )
        for entry in body.managers:
            if isinstance(entry, ManagerCreate):
                consumer.add_manager(entry)
            else:
                invite = Manager(email=entry)
                consumer.invites[invite.id] = invite
        if with_api_key:
            consumer.create_key()
        self.consumers[consumer.name] = consumer
        return consumer

    def delete_consumer(self, consumer: Consumer) -> None:
        del self.consumers[consumer.name]


@dataclass
class Account:
    name: str
    buckets: dict[str, Bucket] = field(default_factory=dict)

    def bucket(self, name: str) -> Bucket:
        return found(self.buckets, name, "bucket")

    def create_bucket(self, body: BucketCreate) -> Bucket:
        """Create a bucket; 409 for a taken name is inferred from consumers."""
        if body.name in self.buckets:
            msg = f"account {self.name!r} has a bucket {body.name!r} already"
            raise ConflictError(msg)
        bucket = Bucket(
            name=body.name, description=body.description, tags=body.tags or {}
        )
        self.buckets[bucket.name] = bucket
        return bucket


def found(things: Mapping[str, Found], key: str, kind: str) -> Found:
    """Look a thing up, or raise NotFoundError with its kind and key."""
    if key not in things:
        msg = f"no {kind} {key!r}"
        raise NotFoundError(msg)
    return things[key]
