"""Who may ask what: keys, accounts and buckets."""

import pytest

from ..accounts import Accounts
from ..made import Zuplo, new_name
from ..statements import expect, statement

CLIENT = "zuplo/client.py: find_bucket"


def expect_problem(status: int, response: object) -> None:
    """Expect a refusal in the shape of Zuplo's problems."""
    body = getattr(response, "body", None)
    seen = body if isinstance(body, dict) else {}
    expect("status", status, getattr(response, "status", None))
    texts = [type(seen.get(name)) for name in ("type", "title")]
    expect("types of type and title", [str, str], texts)


@statement(
    "zuplo-wrong-key",
    "The response to a wrong key is 401.",
    where=CLIENT,
    rests_on="document",
    breaks="A preview with a wrong key names another reason.",
)
def test_wrong_key(zuplo: Zuplo) -> None:
    response = zuplo.service.ask("GET", zuplo.path(""), key="contract")
    expect("status", 401, response.status)


@statement(
    "zuplo-missing-bucket",
    "The response to a missing bucket is 404 with `type` and `title`.",
    where=CLIENT,
    rests_on="document",
    breaks="A preview with a misspelt bucket names another reason.",
)
def test_missing_bucket(zuplo: Zuplo) -> None:
    missing = zuplo.path("", bucket=new_name())
    expect_problem(404, zuplo.service.ask("GET", missing))


@statement(
    "zuplo-other-account",
    "The response to a bucket of an unknown account is 404 with `type` and `title`.",
    where=CLIENT,
    rests_on="document",
    breaks="A preview with a misspelt account names another reason.",
)
def test_other_account(zuplo: Zuplo) -> None:
    other = zuplo.path("", account=new_name())
    expect_problem(404, zuplo.service.ask("GET", other))


@statement(
    "zuplo-who-am-i",
    "who-am-i names the key's account.",
    where="zuplo/client.py: _require_own_account",
    rests_on="document",
    breaks="A preview with a misspelt account cannot name the right one.",
)
def test_who_am_i(zuplo: Zuplo, accounts: Accounts) -> None:
    response = zuplo.service.ask("GET", "/v1/who-am-i")
    expect("status", 200, response.status)
    expect("account", accounts.zuplo_account, response.body.get("account"))


@statement(
    "zuplo-environment-tag",
    "A bucket's tag `environmentType` is `PRODUCTION`, `PREVIEW` or `WORKING_COPY`.",
    where="settings/rules.py: ENVIRONMENT_TAGS",
    rests_on="document",
    breaks="The check of the setting `zuploEnvironment` refuses the right bucket.",
)
def test_environment_tag(zuplo: Zuplo) -> None:
    tag = zuplo.get("").get("tags", {}).get("environmentType")
    if tag is None:
        pytest.skip("this bucket has no such tag")
    known = ("PRODUCTION", "PREVIEW", "WORKING_COPY")
    expect("whether it is one of them", True, tag in known)


@statement(
    "zuplo-read-only-key",
    "The response to a write with a key that only reads is 403 with `type`, `title`.",
    where="zuplo/errors.py: ZuploForbiddenError",
    rests_on="not documented; gateways built with Zuplo send 403",
    breaks="The login probe names another reason.",
)
def test_read_only_key(zuplo: Zuplo, accounts: Accounts) -> None:
    if not accounts.read_only_key:
        pytest.skip("CONTRACT_READ_ONLY_KEY is not set")
    path, key = zuplo.path("/consumers"), accounts.read_only_key
    expect_problem(403, zuplo.service.ask("POST", path, {"name": new_name()}, key=key))


@statement(
    "zuplo-limits-hidden",
    "No response shows the permissions or the expiration of the calling key.",
    where="docs/key-rotation.md: expiration",
    rests_on="document: no property of who-am-i and bucket",
    breaks="Nothing: a preview could warn of a key that expires soon.",
)
def test_limits_hidden(zuplo: Zuplo) -> None:
    known = {"sub", "account", "email"}
    whose = zuplo.service.ask("GET", "/v1/who-am-i").body
    expect("unknown properties of who-am-i", [], sorted({*whose} - known))
    known = {"id", "name", "createdOn", "updatedOn", "description", "tags"}
    unknown = sorted({*zuplo.get("")} - known - {"isRetrievable"})
    expect("unknown properties of a bucket", [], unknown)
