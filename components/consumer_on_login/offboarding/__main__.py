"""Offboarding: deletes a user's consumer, or only its keys, from Zuplo.

It is a script, `python -m consumer_on_login.offboarding USER_ID`. It sends requests to
Zuplo only, so it also works for a user that Auth0 no longer has. The key is a variable
of the environment, since every process can see arguments.
"""

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence

from ..consumer_name import consumer_name, consumer_owner
from ..errors import ConsumerOnLoginError, SettingsError
from ..settings.settings import SETTINGS
from ..zuplo.client import ZuploClient
from .errors import NotFoundError, NotTheirsError, OtherConsumersError, TenantError

DONE, FAILED, NO_CONSUMER, INTERRUPTED = 0, 1, 3, 130
"""Exit codes. argparse itself uses 2, for wrong arguments."""


_API_URL: str = SETTINGS["zuplo_api_url"].default
_NEEDED = ("zuplo_account", "zuplo_bucket", "zuplo_api_key", "zuplo_api_url")


def read_environment() -> dict[str, str]:
    """Read account, bucket, key and address; raises SettingsError with all faults."""
    found = {name: os.environ.get(name.upper(), "") for name in _NEEDED}
    found["zuplo_api_url"] = found["zuplo_api_url"] or _API_URL
    if faults := [fault for name in _NEEDED if (fault := _fault(name, found[name]))]:
        raise SettingsError(faults)
    return found


def _fault(name: str, value: str) -> str | None:
    setting, variable = SETTINGS[name], name.upper()
    wrong = setting.wrong(value) if value else "is not set"
    return wrong and (
        f"{variable} {wrong}. "
        f'Set it with: export {variable}="$(pulumi config get {setting.key})"'
    )


def tenant_of(domain: str) -> str:
    """Give the tenant's name, which the Action reads from event.tenant.id.

    A domain of Auth0 begins with the name, see Auth0's documentation "Create Tenants".
    A custom domain may begin with any text.

    Raises:
        TenantError: the domain is not a domain of Auth0.
    """
    own = re.fullmatch(r"([a-z0-9-]+)(\.[a-z0-9-]+)?\.auth0\.com", domain.lower())
    if own is None:
        raise TenantError(domain)
    return own[1]


def require_theirs(
    zuplo: ZuploClient, bucket: str, consumer: str, user_id: str
) -> None:
    """Make sure that the bucket has the consumer, and that it belongs to the user.

    Raises:
        NotFoundError: the bucket has no consumer of the user.
        OtherConsumersError: the user's consumers have other names.
        NotTheirsError: the consumer belongs to another user.
        ZuploError: a request to Zuplo failed.
    """
    # The Action of Zuplo's guide writes a long id without a hash.
    ids = (consumer_owner(user_id), user_id)
    found = zuplo.find_consumer(bucket, consumer)
    if found is None:
        every = zuplo.consumers(bucket, {})
        others = [it.name for it in every if it.metadata.get("user_id") in ids]
        if others:
            raise OtherConsumersError(bucket, consumer, others)
        raise NotFoundError(bucket, consumer)
    if found.metadata.get("user_id") not in ids:
        raise NotTheirsError(bucket, consumer)


def delete(zuplo: ZuploClient, bucket: str, consumer: str, *, dry_run: bool) -> str:
    """Delete the consumer with its keys, and report it."""
    if not dry_run:
        zuplo.delete_consumer(bucket, consumer)
    deletes = _operation(dry_run)
    return f'{deletes} consumer "{consumer}" and its keys from bucket "{bucket}".'


def delete_keys(
    zuplo: ZuploClient, bucket: str, consumer: str, *, dry_run: bool
) -> str:
    """Delete the keys that the consumer has now, and report their number."""
    keys = list(zuplo.keys(bucket, consumer))
    if not dry_run:
        for key in keys:
            zuplo.delete_key(bucket, consumer, key)
    amount = f"{len(keys)} key{'' if len(keys) == 1 else 's'}"
    deletes = _operation(dry_run)
    return f'{deletes} {amount} of consumer "{consumer}" in bucket "{bucket}".'


def _operation(dry_run: bool) -> str:
    return "Would delete" if dry_run else "Deleted"


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m consumer_on_login.offboarding",
        description="Delete a user's API key consumer, with its keys, from Zuplo.",
        epilog="Environment: ZUPLO_ACCOUNT, ZUPLO_BUCKET, ZUPLO_API_KEY, AUTH0_DOMAIN; "
        f"ZUPLO_API_URL ({_API_URL} by default). "
        "Exit code: 0 done, 1 failed, 2 wrong arguments, 3 the bucket has no "
        "consumer of this user.",
    )
    parser.add_argument(
        "user_id",
        metavar="USER_ID",
        type=_like(r"(?s)[^|]+\|.+", "an id of Auth0 in quotes: 'auth0|...'"),
        help="the user's id in Auth0, in quotes: 'auth0|...'",
    )
    parser.add_argument(
        "--keys",
        dest="operation",
        action="store_const",
        const=delete_keys,
        default=delete,
        help="delete the keys only, and keep the consumer",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="say what the script would delete, and delete nothing",
    )
    named = parser.add_mutually_exclusive_group()
    named.add_argument(
        "--tenant",
        metavar="NAME",
        type=_like(r"[a-z0-9-]+", "the name in <name>.eu.auth0.com"),
        help="the tenant's name in Auth0, if AUTH0_DOMAIN is a custom domain",
    )
    named.add_argument(
        "--consumer",
        metavar="NAME",
        type=_like(r"[a-z0-9-]{1,128}", "a name of a-z, 0-9 and -"),
        help="the name of a consumer that another Action or a person has created",
    )
    return parser.parse_args(arguments)


def _like(pattern: str, wanted: str) -> Callable[[str], str]:
    """Make a type of argparse whose error does not quote the argument."""

    def checked(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            msg = f"must be {wanted}"
            raise argparse.ArgumentTypeError(msg)
        return text

    return checked


def main(arguments: Sequence[str] | None = None) -> int:
    """Offboard with these arguments and the environment; give the exit code."""
    chosen = parse_arguments(arguments)
    try:
        print(_offboard(chosen))
    except ConsumerOnLoginError as error:
        print(error, file=sys.stderr)
        return NO_CONSUMER if isinstance(error, NotFoundError) else FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    return DONE


def _offboard(chosen: argparse.Namespace) -> str:
    given = read_environment()
    bucket, user_id = given["zuplo_bucket"], chosen.user_id
    consumer = chosen.consumer or consumer_name(
        chosen.tenant or tenant_of(os.environ.get("AUTH0_DOMAIN", "")), user_id
    )
    with ZuploClient(
        given["zuplo_api_url"],
        given["zuplo_account"],
        given["zuplo_api_key"],
        is_of_environment=True,
    ) as zuplo:
        require_theirs(zuplo, bucket, consumer, user_id)
        done: str = chosen.operation(zuplo, bucket, consumer, dry_run=chosen.dry_run)
    return done


if __name__ == "__main__":
    sys.exit(main())
