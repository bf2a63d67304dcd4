"""Responses of the STAND-IN for Zuplo's Developer API.

Shapes: the examples of the Zuplo Developer API document. A property that was
never set is left out, except `expiresOn`, which published replies show as null.
"""

from datetime import UTC, datetime

from pydantic import JsonValue

from sandbox.zuplo.records import ApiKey, Bucket, Consumer, Manager, Record
from sandbox.zuplo.schemas import ConsumerRead, KeyFormat, Page

Reply = dict[str, JsonValue]

VISIBLE_SUFFIX = 8
"""Length of the part of a masked key that the document's example shows."""


def bucket_reply(bucket: Bucket) -> Reply:
    return {
        **_head(bucket.id, bucket),
        "name": bucket.name,
        **_described(bucket.description),
        "isRetrievable": True,
        "tags": {**bucket.tags},
    }


def consumer_reply(consumer: Consumer, view: ConsumerRead) -> Reply:
    """Build a consumer.

    `managerInvites` is inferred: the document has the parameter, but no shape
    for what it adds.
    """
    reply: Reply = {
        **_head(consumer.id, consumer),
        "name": consumer.name,
        **_described(consumer.description),
        "tags": {**consumer.tags},
        "metadata": consumer.metadata,
    }
    if view.include_managers:
        reply["managers"] = [manager_reply(m) for m in consumer.managers.values()]
    if view.include_manager_invites:
        reply["managerInvites"] = [manager_reply(m) for m in consumer.invites.values()]
    if view.include_api_keys:
        keys = consumer.keys.values()
        reply["apiKeys"] = [key_reply(key, view.key_format) for key in keys]
    return reply


def created_consumer_reply(consumer: Consumer) -> Reply:
    """Build a new consumer: with its keys in full, if it has any."""
    view = ConsumerRead.model_validate(
        {"include-api-keys": bool(consumer.keys), "key-format": "visible"}
    )
    return consumer_reply(consumer, view)


def key_reply(key: ApiKey, key_format: KeyFormat) -> Reply:
    reply: Reply = {
        **_head(key.id, key),
        **_described(key.description),
        "expiresOn": None if key.expires_on is None else timestamp(key.expires_on),
    }
    if key_format == "visible":
        reply["key"] = key.key
    if key_format == "masked":
        reply["key"] = f"****{key.key[-VISIBLE_SUFFIX:]}"
    return reply


def manager_reply(manager: Manager) -> Reply:
    reply: Reply = {
        "id": manager.id,
        "createdOn": timestamp(manager.created_on),
        "email": manager.email,
    }
    return reply if manager.sub is None else {**reply, "sub": manager.sub}


def list_reply(data: list[Reply]) -> Reply:
    return {"data": [*data]}


def page_reply(data: list[Reply], page: Page) -> Reply:
    """Cut a list to a page; no `total`, as in the published examples."""
    shown = data[page.offset : page.offset + page.limit]
    return {**list_reply(shown), "offset": page.offset, "limit": page.limit}


def timestamp(moment: datetime) -> str:
    """Write a date as Zuplo does: UTC, milliseconds, `Z`."""
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="milliseconds") + "Z"


def _head(record_id: str, record: Record) -> Reply:
    return {
        "id": record_id,
        "createdOn": timestamp(record.created_on),
        "updatedOn": timestamp(record.updated_on),
    }


def _described(description: str | None) -> Reply:
    return {} if description is None else {"description": description}
