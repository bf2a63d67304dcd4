"""Try the contract on the accounts that the environment names: `make live`."""

import argparse
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from rich.console import Console

from . import exchanges
from .accounts import Accounts, AccountsError, read_accounts
from .asked import ask_all
from .http import Exchanges, NoResponseError
from .made import PREFIX, Auth0, RefusedError, Zuplo, remove_left
from .plugin import ReportPlugin
from .report import Outcome, Report
from .session import Run, log_in

HELD, DID_NOT_HOLD, REFUSED, INTERRUPTED = 0, 1, 2, 130
"""Exit codes; argparse, too, uses 2."""
FREE_TENANT = 2.0
"""Requests a second that Auth0 allows a free tenant."""
ZUPLO_PER_SECOND = 10.0
"""Far below Zuplo's limit of 100, and enough for two requests at once."""
ACTIONS, CONSUMERS = 20, 17
"""So many a run creates; tests/contract compares them."""
AUTH0_REQUESTS, ZUPLO_REQUESTS = 220, 100
"""So many requests a run sends at most. Waiting for builds takes the most of them."""
PLAN = f"""
It creates {ACTIONS} Actions in the tenant and {CONSUMERS} consumers in the bucket.
All are named {PREFIX}... Five of the Actions are in the login flow for some seconds
each, behind all others. They do nothing.
It removes all of them, also at Ctrl-C. What a killed run left is removed first.
It sends at most {AUTH0_REQUESTS} requests to Auth0 and {ZUPLO_REQUESTS} to Zuplo.
"""


QUIET = (
    *("-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:xdist"),
    # Where a signal ends a run, a connection is left open.
    *("-o", "filterwarnings=ignore"),
)


class UnwantedError(Exception):
    """The run must not begin."""


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m contract",
        description="Try on real accounts what this project assumes of the services.",
    )
    parser.add_argument(
        "--tenant",
        metavar="DOMAIN",
        help="the tenant, which you confirm to be one for development",
    )
    parser.add_argument(
        "--production",
        action="store_true",
        help="run even on a bucket that is tagged PRODUCTION",
    )
    parser.add_argument(
        "--record",
        type=Path,
        metavar="FILE",
        help="write the exchanges, without secrets",
    )
    parser.add_argument(
        "--requests-per-second",
        type=float,
        default=FREE_TENANT,
        metavar="NUMBER",
        help="to Auth0; 2 by default, as a free tenant allows",
    )
    parser.add_argument(
        "--no-questions",
        action="store_true",
        help="leave out the statements that need a person",
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    chosen = parse_arguments(arguments)
    console = Console(soft_wrap=True)
    # Whatever ends a run, it removes what it has made.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        accounts = read_accounts(os.environ)
        require_writable(chosen.record)
        run = Run(accounts, Exchanges(), chosen.requests_per_second, ZUPLO_PER_SECOND)
        prepare(run, chosen, console)
        report = try_and_remove(run, console)
        if not chosen.no_questions and sys.stdin.isatty():
            ask_all(report, console)
    except (AccountsError, UnwantedError, RefusedError, NoResponseError) as error:
        console.print(str(error), markup=False)
        return REFUSED
    except KeyboardInterrupt:
        console.print("Interrupted.")
        return INTERRUPTED
    report.print_end()
    if chosen.record:
        exchanges.write(chosen.record, run.exchanges.kept, accounts)
        console.print(f"The exchanges are in {chosen.record}.")
    return DID_NOT_HOLD if report.of(Outcome.DID_NOT_HOLD) else HELD


def prepare(run: Run, chosen: argparse.Namespace, console: Console) -> None:
    """Show what will happen, look at both accounts, and remove what was left.

    Raises:
        UnwantedError: an account is not for development, or not confirmed to be.
    """
    accounts = run.accounts
    console.print(
        f"Tenant {accounts.auth0_domain}\n"
        f"Bucket {accounts.zuplo_bucket} of {accounts.zuplo_account}\n{PLAN}",
        markup=False,
        highlight=False,
    )
    require_confirmed(accounts, chosen.tenant)
    with ExitStack() as stack:
        auth0, zuplo = clouds(run, stack)
        with explained("Zuplo", "ZUPLO_ACCOUNT, ZUPLO_BUCKET and ZUPLO_API_KEY"):
            tag = (zuplo.get("").get("tags") or {}).get("environmentType")
        if tag == "PRODUCTION" and not chosen.production:
            msg = (
                f"The bucket {accounts.zuplo_bucket} is tagged PRODUCTION. A run "
                "creates and deletes consumers there. Take a bucket of another "
                "environment, or run again with: --production"
            )
            raise UnwantedError(msg)
        with explained("Auth0", "AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET"):
            log_in(auth0.service, accounts)
        if number := remove_left(auth0, zuplo):
            console.print(f"Removed what another run has left: {number}")


@contextmanager
def explained(service: str, variables: str) -> Iterator[None]:
    """Tell in a refusal which variables it may be about."""
    try:
        yield
    except RefusedError as error:
        msg = f"{service} refuses the first request: {error}. Look at {variables}."
        raise UnwantedError(msg) from error


def clouds(run: Run, stack: ExitStack) -> tuple[Auth0, Zuplo]:
    """Open both accounts until the stack closes; Auth0 still without a token."""
    accounts = run.accounts
    zuplo = stack.enter_context(run.zuplo_service())
    return (
        Auth0(stack.enter_context(run.auth0_service())),
        Zuplo(zuplo, accounts.zuplo_account, accounts.zuplo_bucket),
    )


def require_writable(file: Path | None) -> None:
    """Look before the run, which takes minutes, and not after it."""
    try:
        if file:
            file.open("a").close()
    except OSError as error:
        msg = f"The file of --record cannot be written: {error}"
        raise UnwantedError(msg) from error


def require_confirmed(accounts: Accounts, tenant: str | None) -> None:
    """Have a person confirm the tenant: no API tells its environment tag."""
    if tenant is None and sys.stdin.isatty():
        with suppress(EOFError):
            tenant = input("Type the tenant's domain if it is one for development: ")
    if (tenant or "").strip().lower() != accounts.auth0_domain.lower():
        msg = (
            "No API of Auth0 tells whether a tenant is for production. Confirm that "
            f"{accounts.auth0_domain} is one for development, and run again with: "
            f"--tenant {accounts.auth0_domain}"
        )
        raise UnwantedError(msg)


def try_and_remove(run: Run, console: Console) -> Report:
    """Run the tests, and make sure that nothing stays of them.

    Each test removes what it has made. A response that is lost and a second Ctrl-C
    leave something all the same.
    """
    try:
        return try_all(run, console)
    finally:
        try:
            with ExitStack() as stack:
                auth0, zuplo = clouds(run, stack)
                log_in(auth0.service, run.accounts)
                remove_left(auth0, zuplo)
        except (RefusedError, NoResponseError, KeyboardInterrupt) as error:
            why = str(error) or "interrupted"
            console.print(
                f"Something may be left, named {PREFIX}...: {why}. "
                "The next run removes it.",
                markup=False,
            )


def try_all(run: Run, console: Console) -> Report:
    """Run the tests on the accounts.

    Raises:
        KeyboardInterrupt: it was interrupted.
    """
    report = Report(console)
    plugin = ReportPlugin(report, run)
    code = pytest.main(
        [str(Path(__file__).parent), "--assert=plain", *QUIET],
        plugins=[plugin],
    )
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    return report


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
