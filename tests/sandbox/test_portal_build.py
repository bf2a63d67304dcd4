"""Building the developer portal, with a stand-in of npm and of zudoku on PATH."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from sandbox.portal import build
from sandbox.portal.build import Portal, PortalError, find_or_build_portal

FAKE_NPM = """#!/bin/sh
echo npm >> "$BUILD_LOG"
test -f package-lock.json || exit 1
mkdir -p node_modules/.bin node_modules/axe-core
echo axe > node_modules/axe-core/axe.min.js
cat > node_modules/.bin/zudoku <<'END'
#!/bin/sh
echo zudoku >> "$BUILD_LOG"
[ -z "$ZUDOKU_BREAKS" ] || { echo "no such page" >&2; exit 1; }
test -f ../config/policies.json -a -f zudoku.config.tsx || exit 1
mkdir -p dist/.output
echo "$ZUDOKU_PUBLIC_AUTH0_DOMAIN" > dist/index.html
touch dist/index.js.map dist/.output/config.json
END
chmod +x node_modules/.bin/zudoku
"""


@pytest.fixture
def log(tmp_path, monkeypatch):
    """The calls of npm and zudoku, in a file."""
    path = tmp_path / "path"
    path.mkdir()
    (path / "npm").write_text(FAKE_NPM)
    (path / "npm").chmod(0o755)
    log = tmp_path / "build.log"
    log.touch()
    monkeypatch.setenv("BUILD_LOG", str(log))
    monkeypatch.setenv("PATH", f"{path}:/usr/bin:/bin")
    monkeypatch.setattr(build, "user_cache_path", lambda _: tmp_path / "cache")
    return log


def find():
    return find_or_build_portal(lambda _: nullcontext())


def test_portal_is_built_once(log):
    assert find() == find()
    assert log.read_text().split() == ["npm", "zudoku"]


def test_portal_build_holds_site_and_axe_alone(log):
    portal = find()
    files = {path.name for path in portal.site.parent.rglob("*") if path.is_file()}
    assert files == {"index.html", "axe.min.js"}


def test_portal_of_other_settings_is_another_build(log, monkeypatch):
    first = find()
    monkeypatch.setitem(build._SETTINGS, "ZUDOKU_PUBLIC_AUTH0_CLIENT_ID", "other")
    assert find() != first


def test_portal_failed_build_says_why_and_leaves_nothing(tmp_path, log, monkeypatch):
    monkeypatch.setenv("ZUDOKU_BREAKS", "yes")
    with pytest.raises(PortalError) as caught:
        find()
    assert str(caught.value).splitlines() == [
        "zudoku build failed:",
        "no such page",
        "Check that Node is 20 or newer and that npm reaches its registry",
    ]
    assert list((tmp_path / "cache" / "portal").glob("partial-*")) == []


def test_portal_without_npm_names_the_remedy(log, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PortalError) as caught:
        find()
    assert str(caught.value).endswith("Install Node 20 or newer, with npm")


def test_portal_copy_knows_its_sandbox_and_the_build_stays_as_it_is(tmp_path):
    script = (
        '{domain:"portal.invalid",url:"https://portal.invalid/x",'
        'api:"http://gateway.invalid/hello"}'
    )
    site = tmp_path / "site"
    (site / "assets").mkdir(parents=True)
    (site / "assets" / "entry.js").write_text(script)
    (site / "picture.png").write_bytes(b"\xff\x00")
    Portal(site, Path("axe.min.js")).copy_to(
        tmp_path / "copy",
        portal_url="https://127.0.0.1:4321",
        gateway_url="http://127.0.0.1:80",
    )
    assert (tmp_path / "copy" / "assets" / "entry.js").read_text() == (
        '{domain:"127.0.0.1:4321",url:"https://127.0.0.1:4321/x",'
        'api:"http://127.0.0.1:80/hello"}'
    )
    assert (tmp_path / "copy" / "picture.png").read_bytes() == b"\xff\x00"
    assert (site / "assets" / "entry.js").read_text() == script
