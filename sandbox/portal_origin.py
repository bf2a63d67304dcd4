"""One https origin for the developer portal: login, key API, and its static pages."""

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles


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


def build_app(site: Path | None) -> Starlette:
    app = Starlette(routes=[Mount("/", Pages(site))] if site else [])
    app.router.redirect_slashes = False
    return app
