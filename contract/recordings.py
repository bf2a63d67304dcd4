"""Compares recordings of runs: a recording of real accounts with one of the sandbox."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

Recorded = Mapping[str, Any]
"""An exchange, as contract/exchanges.py writes it."""
Shapes = dict[tuple[str, int], set[str]]
"""By request and status: the properties of the responses, nested ones with a dot."""


def differences(real: Iterable[Recorded], sandbox: Iterable[Recorded]) -> list[str]:
    """Name what a real service does and the sandbox does not, and the reverse.

    Values are left out, and so is how often a run had to look: only statuses and the
    names of properties count.
    """
    there, here = _shapes(real), _shapes(sandbox)
    found = []
    for request, status in sorted(there.keys() ^ here.keys()):
        where = "the service" if (request, status) in there else "the sandbox"
        found.append(f"{request}: only {where} responds with {status}")
    for response in sorted(there.keys() & here.keys()):
        request, status = response
        for name in sorted(there[response] - here[response]):
            found.append(f"{request}: {status} has {name}, in the sandbox not")
        for name in sorted(here[response] - there[response]):
            found.append(f"{request}: {status} has {name} in the sandbox alone")
    return found


def _shapes(exchanges: Iterable[Recorded]) -> Shapes:
    shapes: Shapes = defaultdict(set)
    for it in exchanges:
        request, response = it["request"], it["response"]
        # The same request of each run, whatever it is about.
        path = re.sub(r"<([\w -]+?) \d+>", r"<\1>", request["path"])
        shapes[f"{request['method']} {path}", response["status"]].update(
            _properties(response["body"])
        )
    return dict(shapes)


def _properties(body: Any, prefix: str = "") -> Iterable[str]:
    if isinstance(body, list):
        for item in body:
            yield from _properties(item, f"{prefix}[].")
    elif isinstance(body, Mapping):
        for name, value in body.items():
            yield f"{prefix}{name}"
            yield from _properties(value, f"{prefix}{name}.")
