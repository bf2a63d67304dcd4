"""Request bodies and queries the STAND-IN accepts; everything else is refused.

Properties: Auth0 OpenAPI. Limits: Auth0 documentation on limits of Actions.
Two properties of that document are not imitated and therefore refused: modules
of an Action, and secrets of a binding.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

CODE_BYTES = 100_000
PER_PAGE = 20
USERS_PER_PAGE = 50


def within_size(code: str) -> str:
    if len(code.encode()) > CODE_BYTES:
        kind = "too_large"
        raise PydanticCustomError(kind, "Code is larger than 100 kB")
    return code


Text = Annotated[str, StringConstraints(min_length=1)]
Code = Annotated[str, AfterValidator(within_size)]
JsonObject = dict[str, Any]


class Strict(BaseModel):
    """A body that refuses unknown properties and converts no types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Query(BaseModel):
    """A query string; its values are text, so types are converted."""

    model_config = ConfigDict(extra="forbid")


class TriggerIn(Strict):
    """Clients send back what they read, so the descriptive fields are allowed."""

    id: str
    version: str | None = None
    status: str | None = None
    runtimes: list[str] | None = None
    default_runtime: str | None = None
    compatible_triggers: list[JsonObject] | None = None
    binding_policy: str | None = None


OneTrigger = Annotated[list[TriggerIn], Field(min_length=1, max_length=1)]


class DependencyIn(Strict):
    name: Text
    version: Text
    registry_url: str | None = None


class SecretIn(Strict):
    """Only a secret that the Action has may come without a value."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    value: Annotated[str, StringConstraints(max_length=4096)] | None = None


class ActionFields(Strict):
    """Of a PATCH only the fields that were sent count: see model_fields_set."""

    code: Code = "module.exports = () => {}"
    dependencies: Annotated[list[DependencyIn], Field(max_length=10)] = []
    runtime: str = ""
    secrets: Annotated[list[SecretIn], Field(max_length=30)] = []


class ActionCreate(ActionFields):
    name: Text
    supported_triggers: OneTrigger


class ActionUpdate(ActionFields):
    name: Text = ""
    supported_triggers: OneTrigger = []


class ActionTest(Strict):
    payload: JsonObject


class BindingRef(Strict):
    """Ids of bindings, which the document has too, are refused."""

    type: Literal["action_id", "action_name"]
    value: str


class BindingIn(Strict):
    ref: BindingRef
    display_name: Text | None = None


class BindingsUpdate(Strict):
    bindings: list[BindingIn]


class UserFields(Strict):
    blocked: bool = False
    email_verified: bool = False
    user_metadata: JsonObject = {}
    app_metadata: JsonObject = {}
    verify_email: bool = False


class UserCreate(UserFields):
    connection: Text
    email: Text
    password: Text
    user_id: Annotated[str, StringConstraints(pattern=r"^\S*$", max_length=255)] = ""
    given_name: Text = ""
    family_name: Text = ""
    name: Text = ""
    nickname: Text = ""
    picture: Text = ""


class UserUpdate(UserFields):
    connection: Text = ""
    client_id: Text = ""
    email: Text = ""
    password: Text = ""
    given_name: Text | None = None
    family_name: Text | None = None
    name: Text | None = None
    nickname: Text | None = None
    picture: Text | None = None


class Page(Query):
    page: Annotated[int, Field(ge=0)] = 0
    per_page: Annotated[int, Field(ge=1, le=100)] = PER_PAGE


class ActionsQuery(Page):
    trigger_id: Annotated[str | None, Field(alias="triggerId")] = None
    action_name: Annotated[str | None, Field(alias="actionName")] = None


class DeleteQuery(Query):
    force: bool = False


class UsersQuery(Page):
    per_page: Annotated[int, Field(ge=1, le=100)] = USERS_PER_PAGE
    include_totals: bool = False
    q: str | None = None
    search_engine: Literal["v3"] = "v3"


class EventSubscription(Strict):
    event_type: Text


class ActionConfiguration(Strict):
    action_id: str


class ActionDestination(Strict):
    type: Literal["action"]
    configuration: ActionConfiguration


class EventStreamUpdate(Strict):
    """The destination of a stream stays: changing it is not imitated."""

    name: Annotated[Text, StringConstraints(max_length=128)] = ""
    subscriptions: Annotated[list[EventSubscription], Field(min_length=1)] = []
    status: Literal["enabled", "disabled"] = "enabled"


class EventStreamCreate(EventStreamUpdate):
    destination: ActionDestination
