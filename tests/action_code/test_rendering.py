"""Rendering: the deployed code is JavaScript that says just what was set."""

import json
import subprocess

import pytest

from consumer_on_login.action_code.rendering import (
    action_folder,
    action_settings,
    manifest,
    render,
)
from consumer_on_login.settings.settings import Settings
from tests.toolkit.repository import NODE
from tests.toolkit.settings import ARGUMENTS

BLOCK_END = "\n// --- end of settings ---\n"


def settings(**changes):
    return Settings(**ARGUMENTS, **changes)


def evaluated(code):
    """Let Node read the settings back from the rendered code."""
    block = code[code.index("const settings") : code.index(BLOCK_END)]
    script = f"{block}\nprocess.stdout.write(JSON.stringify(settings))"
    done = subprocess.run(
        [NODE, "-"], input=script, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_render_settings_are_what_node_reads():
    given = settings(
        zuplo_api_url="https://zuplo.test",
        portal_client_ids=["portal"],
        metadata_key="preview_consumer",
        consumer_metadata={"plan": "free"},
        login_timeout_ms=1000.0,
    )
    assert evaluated(render(given)) == {
        it.key: getattr(given, it.name) for it in action_settings()
    }


def test_block_names_no_secret():
    assert not any(it.is_secret for it in action_settings())
    assert settings().zuplo_api_key not in render(settings())


def test_block_of_the_file_has_the_defaults():
    block = evaluated((action_folder() / "code.js").read_text("utf-8"))
    for it in action_settings():
        if not it.is_required:
            assert block[it.key] == it.in_action(it.default), it.key


HOSTILE = [
    '"; process.exit(1); "',
    "'; process.exit(1); '",
    "`${process.exit(1)}`",
    "\\",
    "line\nbreak",
    "\u2028\u2029",
    "</script><script>",
    "*/ process.exit(1) /*",
    "// --- end of settings ---\n",
    "\u202e\u200b\ufeff",
    "Zoë 工 🙂",
    "\x00\x1b[31m",
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_render_hostile_text_stays_text(text):
    code = render(settings(consumer_metadata={text: text}))
    assert evaluated(code)["consumerMetadata"] == {text: text}


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_render_hostile_text_leaves_one_visible_block(text):
    code = render(settings(consumer_metadata={"text": text}))
    assert code.count(BLOCK_END) == 1
    assert len(code.splitlines()) == len(render(settings()).splitlines())
    assert all(line.isprintable() for line in code.splitlines())
    assert "</script" not in code


def test_render_readable_text_stays_readable():
    assert '"Zoë"' in render(settings(consumer_metadata={"name": "Zoë"}))


def test_render_order_of_metadata_changes_nothing():
    one = render(settings(consumer_metadata={"a": "1", "b": "2"}))
    assert one == render(settings(consumer_metadata={"b": "2", "a": "1"}))


def test_render_changes_the_settings_block_alone():
    original = (action_folder() / "code.js").read_text("utf-8")
    head, tail = render(settings()).split(BLOCK_END)
    original_head, original_tail = original.split(BLOCK_END)
    assert tail == original_tail
    assert head.split("const settings")[0] == original_head.split("const settings")[0]


def test_manifest_pins_what_the_node_tests_install():
    package = json.loads((action_folder().parent / "package.json").read_text("utf-8"))
    tools = {"fast-check"}
    installed = package["devDependencies"]
    assert {
        name: version for name, version in installed.items() if name not in tools
    } == manifest().dependencies


def test_manifest_names_the_secret_that_the_code_reads():
    code = (action_folder() / "code.js").read_text("utf-8")
    assert f"secrets.{manifest().secret}" in code
