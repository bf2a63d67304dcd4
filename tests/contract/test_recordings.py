"""The sandbox responds as the services did in the recordings of this folder.

Each file is what `make live ARGS="--record FILE"` wrote on real accounts. There is none
yet; the last two tests show that a difference would be found.
"""

import copy
import json
from pathlib import Path

import pytest

from contract.recordings import differences

RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.json"))


@pytest.mark.parametrize("file", RECORDINGS, ids=lambda it: it.stem)
def test_sandbox_responds_as_recorded(recorded, file: Path):
    real = json.loads(file.read_text("utf-8"))["exchanges"]
    assert differences(real, recorded.exchanges()) == []


def test_run_does_not_differ_from_itself(recorded):
    assert differences(recorded.exchanges(), recorded.exchanges()) == []


def test_another_status_and_other_properties_are_named(recorded):
    real = copy.deepcopy(recorded.exchanges())
    created = [
        it
        for it in real
        if it["request"]["method"] == "POST"
        and it["request"]["path"].endswith("/consumers?with-api-key=true")
    ]
    for it in created:
        if it["response"]["status"] == 409:
            it["response"]["status"] = 400
        elif it["response"]["status"] == 200:
            it["response"]["body"]["plan"] = "free"
            del it["response"]["body"]["tags"]
    path = (
        "POST /v1/accounts/<account>/key-buckets/<bucket>/consumers?with-api-key=true"
    )
    assert differences(real, recorded.exchanges()) == [
        f"{path}: only the sandbox responds with 409",
        f"{path}: 200 has plan, in the sandbox not",
        f"{path}: 200 has tags in the sandbox alone",
        f"{path}: 200 has tags.run in the sandbox alone",
        f"{path}: 200 has tags.source in the sandbox alone",
    ]
