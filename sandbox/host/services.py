"""The parts of one running sandbox, put together: hosting serves them, control
steers them."""

from http import HTTPStatus
from pathlib import Path

import platformdirs
from starlette.types import ASGIApp

from sandbox.auth0.builds import Builder
from sandbox.auth0.instances import InstancePool, find_node
from sandbox.auth0.logins import Logins
from sandbox.auth0.oidc.applications import PORTAL_AUDIENCE, portal_application
from sandbox.auth0.oidc.provider import Provider
from sandbox.auth0.routes import build_app as build_auth0
from sandbox.auth0.state import State as Auth0State
from sandbox.gateway.api_key_policy import ApiKeyPolicy
from sandbox.gateway.routes import build_app as build_gateway
from sandbox.host.faults import FaultMiddleware, FaultPlan
from sandbox.host.portal_origin import build_app as build_portal
from sandbox.host.recorder import LoggedRequest, RecorderMiddleware, RequestLog
from sandbox.host.responses import Service
from sandbox.zuplo.portal.access import IdentityProvider
from sandbox.zuplo.portal.routes import build_app as build_key_api
from sandbox.zuplo.records import Consumer
from sandbox.zuplo.routes import build_app as build_zuplo
from sandbox.zuplo.state import DEPLOYMENT
from sandbox.zuplo.state import State as ZuploState

NPM_CACHE = platformdirs.user_cache_path("zuplo-consumer-on-login") / "npm"


class Services:
    """The stand-ins' states with all that surrounds them."""

    def __init__(self, addresses: dict[str, str], site: Path | None = None) -> None:
        self.addresses = addresses
        self._site = site
        self.faults = FaultPlan()
        self.log = RequestLog()
        self.zuplo = ZuploState()
        self.gateway = ApiKeyPolicy(self._ask_key_service)
        self.auth0 = Auth0State(Builder(NPM_CACHE), addresses["auth0_domain"])
        self.instances = InstancePool(find_node())
        self.logins = Logins(self.auth0, self.instances)
        self.provider = self._new_provider(addresses["portal_url"])

    def apps(self) -> dict[Service, ASGIApp]:
        """Build the stand-ins' applications, each behind its log and its faults."""
        apps: dict[Service, ASGIApp] = {
            "auth0": build_auth0(self.auth0, self.logins, self.provider),
            "zuplo": build_zuplo(self.zuplo),
            "gateway": build_gateway(self.gateway),
            "portal": self._portal(),
        }
        return {
            service: self._surrounded(app, service) for service, app in apps.items()
        }

    def _ask_key_service(self, key: str) -> Consumer | None:
        """Find for the gateway whose key it is, in the bucket of its environment.

        What a real gateway sends is not public: here, a call and a line of the log.
        """
        bucket = self.zuplo.bucket_of_deployment(DEPLOYMENT)
        consumer = bucket.consumer_by_key(key)
        question = LoggedRequest(
            service="key_service",
            method="GET",
            path=f"/{bucket.name}",
            query="",
            status=HTTPStatus.OK if consumer else HTTPStatus.NOT_FOUND,
            connection="",
            user_agent="",
        )
        self.log.add(question)
        return consumer

    def _new_provider(self, portal_url: str) -> Provider:
        """Let the portal be opened under the certificate's other name, too."""
        origins = [portal_url, portal_url.replace("127.0.0.1", "localhost")]
        application = portal_application(origins)
        return Provider(f"{portal_url}/", self.auth0.users, self.logins, [application])

    def _portal(self) -> ASGIApp:
        provider = self.provider
        trusted = IdentityProvider(
            issuer=provider.issuer,
            audience=PORTAL_AUDIENCE,
            key_set=provider.key.public_set,
            userinfo=provider.userinfo,
        )
        key_api = build_key_api(self.zuplo, trusted)
        return build_portal(self.auth0, provider, key_api, self._site)

    def _surrounded(self, app: ASGIApp, service: Service) -> ASGIApp:
        spoilt = FaultMiddleware(app, service, self.faults)
        return RecorderMiddleware(spoilt, service, self.log)
