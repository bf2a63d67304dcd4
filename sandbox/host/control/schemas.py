"""What the control API takes and gives, apart from faults, requests and logins."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from sandbox.host.responses import LoggedService
from sandbox.zuplo.credentials import Credential, Level, RefusalStatus


class StrictModel(BaseModel):
    """A request that refuses properties it does not know."""

    model_config = ConfigDict(extra="forbid")


class RequestFilter(StrictModel):
    """The query of GET /requests."""

    service: LoggedService | None = None


class NewAuth0Client(StrictModel):
    scopes: list[str]


class Auth0Client(BaseModel):
    client_id: str
    client_secret: str


class NewZuploKey(StrictModel):
    """The fields are those of the stand-in's Credential."""

    account: str
    buckets: Level = "read_and_write"
    project: str | None = None
    environment: str | None = None
    expires_on: AwareDatetime | None = None
    refusal: RefusalStatus = 403

    def credential(self) -> Credential:
        return Credential(**self.model_dump())


class ZuploKey(StrictModel):
    key: str


class GatewaySettings(StrictModel):
    cache_ttl_seconds: float = Field(ge=0, allow_inf_nan=False)


class DeployedDependency(BaseModel):
    name: str
    version: str


class DeployedAction(BaseModel):
    """What runs at a login, with the secret values that Auth0 never shows."""

    code: str
    runtime: str
    dependencies: list[DeployedDependency]
    secrets: dict[str, str]
