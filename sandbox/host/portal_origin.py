"""One https origin for the developer portal: login, key API, and its static pages.

In a real set-up these are three: the tenant's domain, Zuplo's, and the portal's own.
"""

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from sandbox.auth0.oidc.provider import Provider
from sandbox.auth0.oidc.replies import EXCEPTION_HANDLERS as LOGIN_HANDLERS
from sandbox.auth0.oidc.routes import ROUTES as LOGIN
from sandbox.auth0.responses import EXCEPTION_HANDLERS
from sandbox.auth0.state import State


class Pages(StaticFiles):
    """Serves PATH, else PATH.html: the portal's build has a file for each page."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        found, state = super().lookup_path(path)
        page, page_state = super().lookup_path(f"{path}.html")
        if page_state is not None and not Path(found).is_file():
            return page, page_state
        return found, state


def build_app(
    tenant: State, provider: Provider, key_api: ASGIApp, site: Path | None
) -> Starlette:
    """Put the parts together.

    Args:
        site: The folder of the portal's pages, which may be filled later.
    """
    pages: list[BaseRoute] = [] if site is None else [Mount("/", Pages(site))]
    origins = {o for each in provider.applications.values() for o in each.origins}
    app = Starlette(
        routes=[*LOGIN, Mount("/v2/client", key_api), *pages],
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=sorted(origins),
                allow_methods=["GET", "POST", "PATCH", "DELETE"],
                allow_headers=["authorization", "content-type"],
            )
        ],
        exception_handlers={**EXCEPTION_HANDLERS, **LOGIN_HANDLERS},
    )
    app.router.redirect_slashes = False
    app.state.service = tenant
    app.state.provider = provider
    return app
