"""A file of a run's exchanges, without secrets and personal data."""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .accounts import Accounts
from .http import Exchange

KEPT_HEADERS = ("content-type", "retry-after", "x-ratelimit-reset")
NEVER_SHOWN = ("access_token", "client_secret", "value", "key")
"""Properties whose value is a secret in a body of either service."""
SHOWN = (
    *("status", "title", "type", "detail", "error", "errorCode", "error_description"),
    *("message", "version", "runtime", "scope", "token_type", "environmentType"),
)
"""Properties of a response whose text is the service's own, not a customer's."""
OPEN = ("tags", "metadata", "app_metadata", "user_metadata")
"""Objects whose keys are a customer's."""
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-]\d\d:\d\d)?")
# Each is replaced by its kind and a number, the same one for the same text.
KINDS = {
    "zuplo-key": r"zpka_\w+",
    "token": r"eyJ[\w-]+\.[\w-]+\.[\w-]*",
    "address": r"[\w.+-]+(?:@|%40)[\w-]+(?:(?:\.|%2e)[\w-]+)+",
    "name": r"contract-[0-9a-f]{16}0*",
    "user": r"\b[a-z][a-z0-9-]*(?:\||%7C)[\w.|%-]+",
    "id": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|\b(?:csmr|key|bckt|eusr|acct|inv)_\w+",
    "ip": r"\b\d{1,3}(?:\.\d{1,3}){3}\b",
}
_ANY = re.compile(
    "|".join(f"(?P<{kind.replace('-', '_')}>{it})" for kind, it in KINDS.items()),
    re.IGNORECASE,
)


class Scrubber:
    """Replaces what concerns one account or person, in texts and in JSON.

    Args:
        sent: texts of the run itself, which responses may repeat.
    """

    def __init__(self, accounts: Accounts, sent: Iterable[str] = ()) -> None:
        self._sent = set(sent)
        # The longest first: an account's name may be in its bucket's.
        names = {
            accounts.auth0_client_secret: "<client secret>",
            accounts.zuplo_api_key: "<zuplo key>",
            accounts.read_only_key: "<read-only key>",
            accounts.auth0_client_id: "<client id>",
            accounts.auth0_domain: "<tenant>",
            accounts.auth0_domain.partition(".")[0]: "<tenant name>",
            accounts.zuplo_bucket: "<bucket>",
            accounts.zuplo_account: "<account>",
        }
        self._names = {
            form.lower(): shown
            for name, shown in names.items()
            if name
            for form in _forms(name)
        }
        known = sorted(self._names, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known)), re.IGNORECASE)
        self._numbers: dict[str, dict[str, int]] = {}

    def json(self, value: Any, name: str = "") -> Any:
        """Give JSON of a response, in which nothing is left, in keys neither.

        A list of the tenant's Actions has the code of others: what a service has from
        its customer is left out, unless this run has sent it.
        """
        if isinstance(value, Mapping):
            return {self._key(key, name): self.json(value[key], key) for key in value}
        if isinstance(value, list):
            return [self.json(it, name) for it in value]
        if not isinstance(value, str):
            return value
        if name in NEVER_SHOWN:
            return "<secret>"
        shown = self.text(value)
        is_kind = re.fullmatch(r"<[\w -]+>", shown) is not None
        is_own = value in self._sent or name in SHOWN or TIME.fullmatch(value)
        return shown if is_kind or is_own or not value else "<text>"

    def _key(self, key: str, parent: str) -> str:
        is_own = parent not in OPEN or key in self._sent or key in SHOWN
        return self.text(key) if is_own else "<name>"

    def text(self, text: str) -> str:
        named = self._known.sub(lambda found: self._names[found[0].lower()], text)
        return _ANY.sub(self._numbered, named)

    def _numbered(self, found: "re.Match[str]") -> str:
        kind = str(found.lastgroup).replace("_", "-")
        numbers = self._numbers.setdefault(kind, {})
        return f"<{kind} {numbers.setdefault(found[0], len(numbers) + 1)}>"


def _forms(name: str) -> Iterator[str]:
    """Give a name as it may stand in a text: plain, in an address, in base64."""
    yield from (name, quote(name, safe=""))
    for before in range(3):
        # Without the characters that depend on what stands before and behind.
        encoded = b64encode(b"x" * before + name.encode()).decode().rstrip("=")
        kept = encoded[(0, 2, 3)[before] : -1]
        if len(kept) > 7:
            yield kept


def _texts(value: Any) -> Iterator[str]:
    """Give all keys and texts of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from value
        for it in value.values():
            yield from _texts(it)
    elif isinstance(value, list):
        for it in value:
            yield from _texts(it)


def scrubbed(exchanges: list[Exchange], accounts: Accounts) -> Iterator[dict[str, Any]]:
    """Give exchanges as they may be shown to anybody."""
    scrub = Scrubber(accounts, [text for it in exchanges for text in _texts(it.sent)])
    for it in exchanges:
        headers = {
            name: scrub.text(it.response.headers[name])
            for name in KEPT_HEADERS
            if name in it.response.headers
        }
        yield {
            "request": {
                "method": it.method,
                "path": scrub.text(it.path),
                "body": scrub.json(it.sent),
            },
            "response": {
                "status": it.response.status,
                "headers": headers,
                "body": scrub.json(it.response.body),
            },
        }


def write(file: Path, exchanges: list[Exchange], accounts: Accounts) -> None:
    """Write a recording."""
    recording = {
        "title": "A run of the contract",
        "kind": "recorded",
        "exchanges": list(scrubbed(exchanges, accounts)),
    }
    file.write_text(json.dumps(recording, indent=2) + "\n", "utf-8")
