"""The parts of one running sandbox, put together: hosting serves them, control
steers them."""

from pathlib import Path

import platformdirs
from starlette.types import ASGIApp

from sandbox.answers import Service
from sandbox.auth0.builds import Builder
from sandbox.auth0.instances import InstancePool, find_node
from sandbox.auth0.logins import Logins
from sandbox.auth0.routes import build_app as build_auth0
from sandbox.auth0.state import State as Auth0State
from sandbox.faults import FaultMiddleware, FaultPlan
from sandbox.gateway.routes import build_app as build_gateway
from sandbox.portal_origin import build_app as build_portal
from sandbox.recorder import RecorderMiddleware, RequestLog
from sandbox.zuplo.routes import build_app as build_zuplo
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
        self.auth0 = Auth0State(Builder(NPM_CACHE))
        self.instances = InstancePool(find_node())
        self.logins = Logins(self.auth0, self.instances)

    def apps(self) -> dict[Service, ASGIApp]:
        """Build the stand-ins' applications, each behind its log and its faults."""
        apps: dict[Service, ASGIApp] = {
            "auth0": build_auth0(self.auth0, self.logins),
            "zuplo": build_zuplo(self.zuplo),
            "gateway": build_gateway(self.zuplo),
            "portal": build_portal(self._site),
        }
        return {
            service: self._surrounded(app, service) for service, app in apps.items()
        }

    def _surrounded(self, app: ASGIApp, service: Service) -> ASGIApp:
        spoilt = FaultMiddleware(app, service, self.faults)
        return RecorderMiddleware(spoilt, service, self.log)
