"""What a probe says, asks and leaves, and how it is disturbed."""

import itertools

from sandbox.host.faults import Fault

NUMBERS = itertools.count()
TENANT = "localhost"
"""As the probe names the tenant of the sandbox's domain."""
TEST_PATH = "/api/v2/actions/actions/.*/test"
TOKEN = "0" * 32
"""The end of a user's id; a probe's is made by chance."""
AGAIN = "To probe a login again, run: pulumi up --refresh"


def made(zuplo):
    """How many consumers were created, and how many deleted."""
    asked = [
        (logged.method, logged.status)
        for logged in zuplo.control.requests("zuplo")
        if "/consumers" in logged.path
    ]
    return asked.count(("POST", 200)), asked.count(("DELETE", 204))


def fail(zuplo, **fault):
    zuplo.control.arm(Fault.model_validate({"kind": "status", **fault}))


def lose_response_of_test(zuplo, times=None):
    zuplo.control.arm(
        Fault(service="auth0", path=TEST_PATH, kind="reset", when="after", times=times)
    )
