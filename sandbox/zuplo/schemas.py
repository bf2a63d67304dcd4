"""What the STAND-IN for Zuplo's Developer API accepts: bodies and queries.

Shapes and limits: Zuplo Developer API document, its service limits page for
metadata and tags. Anything not described there is refused; whether the real
service refuses it too, or overlooks it, is not published.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel

from sandbox.zuplo.errors import InvalidRequestError

METADATA_LIMIT_BYTES = 1000
TAGS_LIMIT = 5
PAGE_LIMIT = 1000


def _within_metadata_limit(metadata: dict[str, JsonValue]) -> dict[str, JsonValue]:
    # NaN, which pydantic reads, cannot be written as JSON: refused here.
    text = json.dumps(
        metadata, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    encoded = text.encode()
    if len(encoded) > METADATA_LIMIT_BYTES:
        msg = "metadata is larger than 1 kB as JSON"
        raise ValueError(msg)
    return metadata


def _within_tags_limit(tags: dict[str, str]) -> dict[str, str]:
    if len(tags) > TAGS_LIMIT:
        msg = f"more than {TAGS_LIMIT} tags"
        raise ValueError(msg)
    return tags


BucketName = Annotated[str, Field(pattern=r"^[a-z0-9-]{5,128}$")]
ConsumerName = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,128}$")]
Metadata = Annotated[dict[str, JsonValue], AfterValidator(_within_metadata_limit)]
Tags = Annotated[dict[str, str], AfterValidator(_within_tags_limit)]


class Body(BaseModel):
    """A JSON object; None in a field means that the caller left it out."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)

    @model_validator(mode="after")
    def _refuse_null(self) -> Self:
        # No property of a body is nullable in the document.
        for name in sorted(self.model_fields_set):
            if getattr(self, name) is None:
                msg = f"{to_camel(name)} is null"
                raise ValueError(msg)
        return self


class BucketCreate(Body):
    name: BucketName
    description: str | None = None
    tags: dict[str, str] | None = None


class KeyBody(Body):
    """A key to create; one of the caller's own choice is not imitated."""

    description: str | None = None
    expires_on: AwareDatetime | None = None


class ManagerCreate(Body):
    email: str
    sub: str


class NewManager(ManagerCreate):
    """A manager of a new consumer.

    The document's example has id and date, too. That Zuplo sets its own is inferred.
    """

    id: str | None = None
    created_on: AwareDatetime | None = None

    def is_whole(self) -> bool:
        """Tell whether it has all that the document requires of a manager."""
        return None not in (self.id, self.created_on)


class ConsumerUpdate(Body):
    description: str | None = None
    tags: Tags | None = None
    metadata: Metadata | None = None


class ConsumerCreate(ConsumerUpdate):
    """A consumer to create; keys of the caller's own choice are not imitated."""

    name: ConsumerName
    managers: list[str] | list[NewManager] = []
    """Plain addresses invite; address with sub adds a manager directly."""


def _flag(given: object) -> object:
    return {"true": True, "false": False}.get(str(given), given)


Flag = Annotated[bool, Field(strict=True), BeforeValidator(_flag)]
KeyFormat = Literal["none", "visible", "masked"]


class Query(BaseModel):
    """A query string without parameters, and the base of the others."""

    model_config = ConfigDict(
        extra="forbid", alias_generator=lambda name: name.replace("_", "-")
    )


class Page(Query):
    limit: int = Field(PAGE_LIMIT, ge=1)
    offset: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _cut_limit(self) -> Self:
        self.limit = min(self.limit, PAGE_LIMIT)
        return self


class KeyView(Query):
    key_format: KeyFormat = "masked"
    """The default is inferred: the document's own example shows masked keys."""


class KeyList(KeyView, Page):
    pass


class ConsumerRead(KeyView):
    include_api_keys: Flag = False
    include_managers: Flag = False
    include_manager_invites: Flag = False


class ConsumerList(ConsumerRead, Page):
    """Takes any number of `tag.KEY=VALUE`, all of which must match."""

    manager_email: str | None = None
    tag: dict[str, str] = {}

    @model_validator(mode="before")
    @classmethod
    def _gather_tags(cls, given: Mapping[str, str]) -> dict[str, object]:
        tags = {n: v for n, v in given.items() if n.startswith("tag.")}
        others = {n: v for n, v in given.items() if n not in tags}
        return {"tag": {n.removeprefix("tag."): v for n, v in tags.items()}, **others}


class ConsumerCreateQuery(Query):
    with_api_key: Flag = False


Model = TypeVar("Model", bound=BaseModel)


def parse_body(model: type[Model], content: bytes) -> Model:
    """Read a JSON body, or raise InvalidRequestError."""
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        raise InvalidRequestError(_describe(error)) from error


def parse_query(model: type[Model], given: list[tuple[str, str]]) -> Model:
    """Read a query string, or raise InvalidRequestError."""
    values = dict(given)
    if len(values) < len(given):
        msg = "a query parameter is given twice"
        raise InvalidRequestError(msg)
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise InvalidRequestError(_describe(error)) from error


def _describe(error: ValidationError) -> str:
    """Name each faulty place; never quote values, they may be secret."""
    return "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}"
        for fault in error.errors(include_input=False)
    )
