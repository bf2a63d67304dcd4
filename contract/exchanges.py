"""A file of a run's exchanges, without secrets and personal data."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .accounts import Accounts
from .http import Exchange

KEPT_HEADERS = ("content-type", "retry-after", "x-ratelimit-reset")
NEVER_SHOWN = ("access_token", "client_secret", "value", "key")
"""Properties whose value is a secret in a body of either service."""
# Each is replaced by its kind and a number, the same one for the same text.
KINDS = {
    "zuplo-key": r"zpka_\w+",
    "token": r"eyJ[\w-]+\.[\w-]+\.[\w-]*",
    "address": r"[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+",
    "name": r"contract-[0-9a-f]{16}0*",
    "user": r"(?:auth0|google-oauth2|waad|samlp|oauth2|email|sms)(?:\||%7C)[\w.|-]+",
    "id": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|\b(?:csmr|key|bckt|eusr|acct|inv)_\w+",
    "ip": r"\b\d{1,3}(?:\.\d{1,3}){3}\b",
}
_ANY = re.compile(
    "|".join(f"(?P<{kind.replace('-', '_')}>{it})" for kind, it in KINDS.items())
)


class Scrubber:
    """Replaces what concerns one account or person, in texts and in JSON."""

    def __init__(self, accounts: Accounts) -> None:
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
        known = sorted(filter(None, names), key=len, reverse=True)
        self._names = names
        self._known = re.compile("|".join(map(re.escape, known)))
        self._numbers: dict[str, dict[str, int]] = {}

    def json(self, value: Any, name: str = "") -> Any:
        """Give a value of JSON in which nothing is left, in keys neither."""
        if isinstance(value, Mapping):
            return {self.text(key): self.json(it, key) for key, it in value.items()}
        if isinstance(value, list):
            return [self.json(it) for it in value]
        if not isinstance(value, str):
            return value
        return "<secret>" if name in NEVER_SHOWN else self.text(value)

    def text(self, text: str) -> str:
        named = self._known.sub(lambda found: self._names[found[0]], text)
        return _ANY.sub(self._numbered, named)

    def _numbered(self, found: "re.Match[str]") -> str:
        kind = str(found.lastgroup).replace("_", "-")
        numbers = self._numbers.setdefault(kind, {})
        return f"<{kind} {numbers.setdefault(found[0], len(numbers) + 1)}>"


def scrubbed(exchanges: list[Exchange], accounts: Accounts) -> Iterator[dict[str, Any]]:
    """Give exchanges as they may be shown to anybody."""
    scrub = Scrubber(accounts)
    for it in exchanges:
        headers = {
            name: it.response.headers[name]
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
