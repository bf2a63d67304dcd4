"""What all errors of this package have in common: their last lines are the remedies.

One a line, each with its case: "<case>, run: <command> && <command>".

They are beside what raises them: zuplo_errors, auth0_errors, delivery_errors,
probe_errors. Messages never contain a key: the engine prints them and CI keeps them.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pulumi


class ConsumerOnLoginError(pulumi.RunError):
    """Base of all; as a RunError it is printed without a traceback."""


class SettingsError(ConsumerOnLoginError):
    """Say all that is wrong with the settings at once."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        """One sentence per fault, in the order of the settings."""
        super().__init__("\n".join(faults))


class ActionError(ConsumerOnLoginError):
    """The Action is beyond a limit."""

    def __init__(self, fault: str, file: str) -> None:
        super().__init__(
            f"The Action cannot be deployed: {fault}.\n"
            f"Fix it in action/create-consumer/{file}"
        )


class NoResponseError(Exception):
    """A server gave no usable answer; the text is the reason, fit to be shown.

    For the clients to catch, which make a message with a remedy of it.
    """


@contextmanager
def remedy_alone() -> Iterator[None]:
    """Keep the traceback from an error of this package in a dynamic provider.

    The plugin sends every exception's traceback to the engine, and only Python's own
    limit shortens it: for the rest of the process, which ends with the failed run.
    """
    try:
        yield
    except ConsumerOnLoginError:
        sys.tracebacklimit = 0
        raise
