"""A typed client of the control API, for tests and tools."""

from http import HTTPStatus
from typing import Any, TypeVar

from pydantic import BaseModel
from requests import Response, Session

from sandbox.auth0.logins import LoginRequest, LoginResult
from sandbox.host.control.schemas import (
    Auth0Client,
    DeployedAction,
    GatewaySettings,
    NewAuth0Client,
    NewZuploKey,
    ZuploKey,
)
from sandbox.host.faults import Fault, ListedFault
from sandbox.host.recorder import LoggedRequest
from sandbox.host.responses import LoggedService
from sandbox.zuplo.manager_rules import ManagerRules

TIMEOUT_SECONDS = 90

Shape = TypeVar("Shape", bound=BaseModel)


class ControlError(Exception):
    """The control API refused a call."""

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        super().__init__(f"the control API responds with {status}: {text}")


class ControlClient:
    """The control API of one sandbox; safe to share between threads."""

    def __init__(self, url: str) -> None:
        self._url = url

    def addresses(self) -> dict[str, str]:
        addresses: dict[str, str] = self._call("GET", "/").json()
        return addresses

    def arm(self, fault: Fault) -> None:
        self._call("POST", "/faults", fault)

    def faults(self) -> list[ListedFault]:
        listed = self._call("GET", "/faults").json()["faults"]
        return [ListedFault.model_validate(fault) for fault in listed]

    def clear_faults(self) -> None:
        """Remove all faults and let what they hold up go on."""
        self._call("DELETE", "/faults")

    def requests(self, service: LoggedService | None = None) -> list[LoggedRequest]:
        path = "/requests" if service is None else f"/requests?service={service}"
        logged = self._call("GET", path).json()["requests"]
        return [LoggedRequest.model_validate(request) for request in logged]

    def clear_requests(self) -> None:
        self._call("DELETE", "/requests")

    def log_in(self, login: LoginRequest) -> LoginResult:
        """Log a user in: run the Actions bound to the post-login trigger."""
        return self._ask(LoginResult, "POST", "/logins", login)

    def stop_instances(self) -> None:
        """Stop all Node instances: the next login of each Action is a cold start."""
        self._call("DELETE", "/instances")

    def add_auth0_client(self, scopes: list[str]) -> Auth0Client:
        wanted = NewAuth0Client(scopes=scopes)
        return self._ask(Auth0Client, "POST", "/auth0/clients", wanted)

    def auth0_tokens(self) -> list[str]:
        """Show every access token that Auth0's stand-in gave."""
        tokens: list[str] = self._call("GET", "/auth0/tokens").json()["tokens"]
        return tokens

    def deployed_action(self, action_id: str) -> DeployedAction:
        """Show an Action's deployed version with its secret values."""
        return self._ask(DeployedAction, "GET", f"/auth0/actions/{action_id}/deployed")

    def add_zuplo_key(self, account: str, **limits: Any) -> str:
        """Issue a key of the Developer API; for its limits see NewZuploKey."""
        wanted = NewZuploKey(account=account, **limits)
        return self._ask(ZuploKey, "POST", "/zuplo/api-keys", wanted).key

    def remove_zuplo_key(self, key: str) -> None:
        self._call("POST", "/zuplo/api-keys/remove", ZuploKey(key=key))

    def set_manager_rules(self, rules: ManagerRules) -> None:
        """Choose what Zuplo makes of managers where this is not published."""
        self._call("PUT", "/zuplo/manager-rules", rules)

    def cache_keys_for(self, seconds: float) -> None:
        """Set how long the gateway remembers a response of the key service."""
        self._call("PUT", "/gateway", GatewaySettings(cache_ttl_seconds=seconds))

    def _ask(
        self,
        shape: type[Shape],
        method: str,
        path: str,
        body: BaseModel | None = None,
    ) -> Shape:
        return shape.model_validate(self._call(method, path, body).json())

    def _call(self, method: str, path: str, body: BaseModel | None = None) -> Response:
        # One short-lived session per call: a shared one keeps sockets open and
        # must not cross threads. No proxy of the environment: this is loopback.
        with Session() as session:
            session.trust_env = False
            response = session.request(
                method,
                self._url + path,
                json=None if body is None else body.model_dump(mode="json"),
                timeout=TIMEOUT_SECONDS,
            )
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            raise ControlError(response.status_code, response.text)
        return response
