"""Consumers: how they are created, found again, listed and deleted."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

from ..made import TAG, Zuplo, new_name
from ..statements import expect, statement

CODE = "action/create-consumer/code.js"
CLIENT = "zuplo/client.py"
KILOBYTE = 1024


@statement(
    "zuplo-created",
    "The response to a POST of a consumer is 200 with its `id`.",
    where=f"{CODE}: idOf",
    rests_on="document",
    breaks="Each first login ends with `invalid_response` or `refused`.",
)
def test_created(zuplo: Zuplo) -> None:
    _, response = zuplo.create()
    expect("status", 200, response.status)
    expect("type of id", str, type(response.body.get("id")))


@statement(
    "zuplo-name-taken",
    "For a name that exists already, the response is 409.",
    where=f"{CODE}: findOrCreateConsumer",
    rests_on="Zuplo's guide; not in the API document",
    breaks="A user whose first login was repeated gets no consumer, or two.",
)
def test_name_taken(zuplo: Zuplo) -> None:
    name, _ = zuplo.create()
    _, response = zuplo.create(name=name)
    expect("status", 409, response.status)


@statement(
    "zuplo-two-at-once",
    "Of two POSTs at the same time, one creates the consumer, and the other gets 409.",
    where=f"{CODE}: consumerName",
    rests_on="guess",
    breaks="Two first logins of a user at the same time make two consumers.",
)
def test_two_at_once(zuplo: Zuplo) -> None:
    name = new_name()
    with ThreadPoolExecutor(2) as pool:
        both = pool.map(lambda _: zuplo.create(name=name)[1].status, range(2))
    expect("statuses", [200, 409], sorted(both))


@statement(
    "zuplo-name-form",
    "A name of 34 lower-case letters, digits and hyphens is allowed.",
    where=f"{CODE}: consumerName",
    rests_on="document",
    breaks="Each first login ends with `refused`, status 400.",
)
def test_name_form(zuplo: Zuplo) -> None:
    name = new_name().ljust(34, "0")
    _, response = zuplo.create(name=name)
    expect("status", 200, response.status)
    expect("name", name, response.body.get("name"))


@statement(
    "zuplo-metadata-read",
    "A consumer read by name has its `metadata`.",
    where=f"{CODE}: findOrCreateConsumer",
    rests_on="document",
    breaks="A repeated first login ends with `owner_mismatch`.",
)
def test_metadata_read(zuplo: Zuplo) -> None:
    metadata = {"user_id": "auth0|contract", "plan": "free"}
    name, _ = zuplo.create(metadata=metadata)
    expect("metadata", metadata, zuplo.read(name).get("metadata"))


@statement(
    "zuplo-metadata-size",
    "Zuplo counts 1 kB of metadata as JSON in UTF-8.",
    where="settings/rules.py: CONSUMER_METADATA_BYTES",
    rests_on="document; how Zuplo counts: guess",
    breaks="A preview accepts a `consumerMetadata` that fails each first login.",
)
def test_metadata_size(zuplo: Zuplo) -> None:
    frame = len('{"text":""}')
    _, fits = zuplo.create(metadata={"text": "x" * (1000 - frame)})
    expect("status for 1000 bytes", 200, fits.status)
    # As characters it would fit: each "é" has two bytes.
    _, refused = zuplo.create(metadata={"text": "é" * (KILOBYTE // 2)})
    expect("status for 1035 bytes", 400, refused.status)


@statement(
    "zuplo-list-by-tag",
    "Zuplo filters a list of consumers by tag, and a page may hold 1,000.",
    where=f"{CLIENT}: consumers",
    rests_on="document",
    breaks="The login probe leaves the consumers of an interrupted run.",
)
def test_list_by_tag(zuplo: Zuplo) -> None:
    tag = new_name()
    tagged, _ = zuplo.create(tags={"source": TAG, "run": tag})
    zuplo.create()
    page = zuplo.get(f"/consumers?tag.run={tag}&limit=1000&offset=0")
    expect("names", [tagged], [it["name"] for it in page["data"]])


@statement(
    "zuplo-list-by-manager",
    "A list by `manager-email` has the consumers whose manager is an invitation.",
    where="docs/user-lifecycle.md: manager-email",
    rests_on="document; invitations: guess",
    breaks="A command of the page does not find the consumer of a user.",
)
def test_list_by_manager(zuplo: Zuplo) -> None:
    address = f"{new_name()}@example.com"
    name, _ = zuplo.create(managers=[address])
    page = zuplo.get(f"/consumers?manager-email={quote(address)}")
    expect("names", [name], [it["name"] for it in page["data"]])


@statement(
    "zuplo-deleted",
    "The response to the deletion of a consumer is 204, and then 404.",
    where=f"{CLIENT}: delete_consumer",
    rests_on="document",
    breaks="Offboarding reports a failure, although the consumer is gone.",
)
def test_deleted(zuplo: Zuplo) -> None:
    name, _ = zuplo.create()
    expect("status of the first", 204, zuplo.delete(name).status)
    gone = zuplo.ask("GET", f"/consumers/{name}")
    expect("status of a read", 404, gone.status)
    expect("status of the second", 404, zuplo.delete(name).status)
