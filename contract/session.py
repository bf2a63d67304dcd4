"""A run of the contract: its accounts, its pace, and what it has asked."""

from dataclasses import dataclass
from functools import cached_property

from requests_ratelimiter import LimiterAdapter

from .accounts import Accounts
from .http import Exchanges, Response, Service, paced
from .made import refuse


@dataclass(frozen=True)
class Run:
    """What all tests of a run share."""

    accounts: Accounts
    exchanges: Exchanges
    auth0_per_second: float
    """Requests to Auth0; a free tenant allows two."""
    zuplo_per_second: float

    def zuplo_service(self) -> Service:
        """Open Zuplo's Developer API, with the key."""
        service = self._service(self.accounts.zuplo_url, self._zuplo_pace)
        service.authorize(self.accounts.zuplo_api_key)
        return service

    def auth0_service(self) -> Service:
        """Open Auth0, still without a token."""
        url = f"https://{self.accounts.auth0_domain}"
        return self._service(url, self._auth0_pace)

    def gateway(self) -> Service:
        """Open a route behind the gateway, without a key."""
        return self._service(
            self.accounts.gateway_url, self._zuplo_pace, json_only=False
        )

    @cached_property
    def _auth0_pace(self) -> LimiterAdapter:
        return paced(self.auth0_per_second)

    @cached_property
    def _zuplo_pace(self) -> LimiterAdapter:
        return paced(self.zuplo_per_second)

    def _service(
        self, url: str, pace: LimiterAdapter, *, json_only: bool = True
    ) -> Service:
        bundle = self.accounts.ca_bundle
        return Service(url, self.exchanges, pace, bundle, json_only=json_only)


def token_response(service: Service, accounts: Accounts, **changed: str) -> Response:
    """Ask Auth0 for a token of the Management API.

    Args:
        changed: other values of the request.
    """
    return service.ask(
        "POST",
        "/oauth/token",
        {
            "grant_type": "client_credentials",
            "client_id": accounts.auth0_client_id,
            "client_secret": accounts.auth0_client_secret,
            "audience": f"https://{accounts.auth0_domain}/api/v2/",
            **changed,
        },
    )


def log_in(service: Service, accounts: Accounts) -> None:
    """Use a new token from now on.

    Raises:
        RefusedError: Auth0 gives none.
    """
    response = token_response(service, accounts)
    if response.status != 200 or "access_token" not in response.body:
        refuse("POST", "/oauth/token", response)
    service.authorize(response.body["access_token"])
