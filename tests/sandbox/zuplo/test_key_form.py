"""The form of a key, which tells a typo without asking anybody."""

import pytest

from sandbox.zuplo.key_form import has_key_form, new_key


def test_new_key_has_the_form():
    assert has_key_form(new_key())


def test_key_with_any_one_character_changed_has_not():
    key = new_key()
    changed = [
        key[:place] + ("0" if old != "0" else "1") + key[place + 1 :]
        for place, old in enumerate(key)
    ]
    assert not any(map(has_key_form, changed))


@pytest.mark.parametrize(
    "change",
    [
        lambda key: "",
        lambda key: key[:-1],
        lambda key: key + "0",
        lambda key: key + "\n",
        lambda key: key.upper(),
        lambda key: key.removeprefix("zpka_"),
        lambda key: key.rpartition("_")[0],
    ],
    ids=["empty", "cut", "longer", "line end", "capitals", "no prefix", "no checksum"],
)
def test_text_of_another_structure_has_not(change):
    assert not has_key_form(change(new_key()))
