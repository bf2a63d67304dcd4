"""What all errors of this package have in common.

A message has three parts: what happened, what it means for the stack, and the remedies.
The remedies are the last lines, one a line: "<case>, run: <command> && <command>".

Each error is in the folder that raises it. A message never contains a key, since the
engine prints it and CI keeps it.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pulumi


class ConsumerOnLoginError(pulumi.RunError):
    """Base of all errors. The engine prints a RunError without a traceback."""


class SettingsError(ConsumerOnLoginError):
    """Some settings are invalid. The message names all of them."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        """One sentence for each fault, in the order of the settings."""
        super().__init__("\n".join(faults))


class ActionError(ConsumerOnLoginError):
    """The Action exceeds a limit of Auth0."""

    def __init__(self, fault: str, file: str) -> None:
        super().__init__(
            f"The Action cannot be deployed: {fault}.\n"
            f"To fix this, edit action/create-consumer/{file}"
        )


class NoResponseError(Exception):
    """A server gave no usable response. The text is the reason, safe to show.

    The clients catch this error, and raise one whose message has a remedy.
    """


@contextmanager
def remedy_alone() -> Iterator[None]:
    """Remove the traceback from an error of this package in a dynamic provider.

    The plugin sends every exception's traceback to the engine, and only Python's own
    limit shortens it. The limit stays until the process ends with the failed run.
    """
    try:
        yield
    except ConsumerOnLoginError:
        sys.tracebacklimit = 0
        raise
