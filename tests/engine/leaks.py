"""Looks for secrets in all that a run of the engine leaves and shows."""

import base64
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psutil

SAMPLING_SECONDS = 0.01
LOOKS = 20
"""So often a process is looked at: its arguments change when it becomes another program
at its beginning. To look at all processes each time would take a core."""


def writings(secret: str) -> set[bytes]:
    """Give all forms in which a text may hold a secret: plain, URL-encoded, base64.

    Within a longer text, base64 has three forms, by the secret's place in it. The
    characters at its edges depend on its neighbours and are left out.
    """
    forms = {secret, quote(secret, safe="")}
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + secret.encode()).decode()
        begin, end = -(-before * 8 // 6), (before + len(secret.encode())) * 8 // 6
        inner = encoded[begin:end]
        forms |= {inner, inner.replace("+", "-").replace("/", "_")}
    return {form.encode() for form in forms}


def leaks(
    secrets: Mapping[str, str], places: Iterable[tuple[str, bytes]]
) -> list[tuple[str, str]]:
    """Find secrets by name, and the places that hold them in any writing."""
    forms = {name: writings(secret) for name, secret in secrets.items()}
    return [
        (name, place)
        for place, text in places
        for name, wanted in forms.items()
        if any(form in text for form in wanted)
    ]


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Read all that the engine wrote: state, backups, history, configuration, plans."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and ".venv" not in path.parts:
            yield str(path), path.read_bytes()


@contextmanager
def watched_arguments() -> Iterator[set[str]]:
    """Collect the arguments of all processes of the machine meanwhile.

    It looks every 10 ms: what lives for a shorter time may be missed.
    """
    seen: set[str] = set()
    looks: Counter[int] = Counter()
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(SAMPLING_SECONDS):
            for pid in psutil.pids():
                looks[pid] += 1
                if looks[pid] <= LOOKS:
                    with suppress(psutil.Error):
                        seen.add("\0".join(psutil.Process(pid).cmdline()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        is_over.set()
        watcher.join()
