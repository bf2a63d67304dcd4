"""Builds the developer portal: npm's zudoku, in the mode in which Zuplo builds it.

A build is static and knows its identity provider by name, but the sandbox's port is a
new one at each start. So it is built once, for names that lead nowhere, and each copy
of it is given the addresses of its sandbox.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from sandbox.auth0.oidc.applications import PORTAL_AUDIENCE, PORTAL_CLIENT_ID
from sandbox.cached_build import Step, build_once
from sandbox.zuplo.state import DEPLOYMENT

_HERE = Path(__file__).parent
_PORTAL_HOST = "portal.invalid"
_GATEWAY_URL = "http://gateway.invalid"
# zudoku's schema wants every one of them.
_ENTITLEMENTS = {
    "devPortalZuploBranding": False,
    "numberOfProjects": 1,
    "numberOfUsers": 1,
    "egressGbPerMonth": 1,
    "requestsPerMonth": 1,
    "numberOfApiKeys": 1,
    "customDomains": 1,
    "advancedAnalyticsEnabled": False,
    "devPortalAnalyticsEnabled": False,
    "premiumSupport": False,
    "emergencyPhoneSupport": False,
    "rbacEnabled": False,
    "onPremEnabled": False,
    "largeBuildRunners": False,
}
_SETTINGS = {
    "ZUDOKU_PUBLIC_AUTH0_DOMAIN": _PORTAL_HOST,
    "ZUDOKU_PUBLIC_AUTH0_CLIENT_ID": PORTAL_CLIENT_ID,
    "ZUDOKU_PUBLIC_AUTH0_AUDIENCE": PORTAL_AUDIENCE,
    # Without a host: the key API is asked at the origin of the page.
    "ZUPLO_GATEWAY_SERVICE_URL": "/",
    "ZUPLO_BUILD_CONFIG": json.dumps(
        {"deploymentName": DEPLOYMENT, "entitlements": _ENTITLEMENTS}
    ),
    "ZUDOKU_DISABLE_UPDATE_CHECK": "1",
}


class PortalError(Exception):
    """The portal cannot be built; the last line says what to do."""


@dataclass(frozen=True)
class Portal:
    """A built portal, for any sandbox."""

    site: Path
    """Static files; PATH.html is the page at /PATH."""
    axe: Path
    """The script of axe-core, which finds faults of accessibility in a page."""

    def copy_to(self, folder: Path, *, portal_url: str, gateway_url: str) -> None:
        """Write the site into a new folder, with these addresses in it."""
        shutil.copytree(self.site, folder, dirs_exist_ok=True)
        for file in folder.rglob("*"):
            if file.suffix in (".html", ".js"):
                text = file.read_text()
                text = text.replace(f"https://{_PORTAL_HOST}", portal_url)
                text = text.replace(_PORTAL_HOST, portal_url.removeprefix("https://"))
                file.write_text(text.replace(_GATEWAY_URL, gateway_url))


def find_or_build_portal(step: Step) -> Portal:
    """Use the cached build, or install zudoku and build with it.

    Raises:
        PortalError: npm is missing, or it or zudoku failed.
    """
    cache = user_cache_path("zuplo-consumer-on-login") / "portal"
    built = build_once(cache, _build_key(), lambda folder: _build(folder, step))
    return Portal(site=built / "site", axe=built / "axe.min.js")


def _sources() -> Iterator[Path]:
    """Give all that a build is made of, relative to this folder."""
    yield from map(Path, (".npmrc", "package.json", "package-lock.json"))
    for folder in ("config", "site"):
        files = (path for path in (_HERE / folder).rglob("*") if path.is_file())
        yield from sorted(path.relative_to(_HERE) for path in files)


def _build_key() -> str:
    digest = hashlib.sha256(json.dumps(_SETTINGS).encode())
    for source in (*_sources(), Path(Path(__file__).name)):
        digest.update(str(source).encode())
        digest.update((_HERE / source).read_bytes())
    return digest.hexdigest()[:16]


def _build(folder: Path, step: Step) -> None:
    if not shutil.which("npm"):
        msg = "npm is not on PATH.\nInstall Node 20 or newer, with npm"
        raise PortalError(msg)
    project = folder / "project"
    for source in _sources():
        target = project / source
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_HERE / source, target)
    with step("Install the developer portal's packages (a minute, once)"):
        _run("npm", "ci", "--ignore-scripts", folder=project)
    with step("Build the developer portal (seconds, once)"):
        _run("../node_modules/.bin/zudoku", "build", "--zuplo", folder=project / "site")
    shutil.copytree(
        project / "site" / "dist",
        folder / "site",
        ignore=shutil.ignore_patterns("*.map", ".output"),
    )
    axe = project / "node_modules" / "axe-core" / "axe.min.js"
    shutil.copyfile(axe, folder / axe.name)
    # 400 MB, of which the portal needs nothing any more.
    shutil.rmtree(project)


def _run(program: str, *arguments: str, folder: Path) -> None:
    """Run one of npm's programs.

    Raises:
        PortalError: with the end of its own words.
    """
    done = subprocess.run(
        [program, *arguments],
        cwd=folder,
        env={**os.environ, **_SETTINGS},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        said = "\n".join(done.stdout.splitlines()[-5:])
        msg = (
            f"{Path(program).name} {arguments[0]} failed:\n{said}\n"
            "Check that Node is 20 or newer and that npm reaches its registry"
        )
        raise PortalError(msg)
