"""The login probe: a test user logs in, and the probe looks for their consumer.

It is a script, `python -m consumer_on_login.login_probe`. The component's Command runs
it after each change. Its settings are environment variables, see ProbeTask, since every
process can see arguments. The probe deletes the consumers of its own users, and no
others.
"""

import argparse
import secrets
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..auth0.client import Auth0Client
from ..auth0.credentials import handed_on
from ..consumer_name import consumer_name
from ..errors import ConsumerOnLoginError
from ..zuplo.client import ZuploClient
from .errors import (
    ActionRaisedError,
    LeftConsumerError,
    NoConsumerError,
    OtherConsumerError,
    ProbeError,
    ProbeStepError,
)
from .leftovers import new_user_id, remove_leftovers
from .task import ProbeTask


class LoginProbe:
    """One probe of one stack."""

    def __init__(self, task: ProbeTask, auth0: Auth0Client, zuplo: ZuploClient) -> None:
        self._task = task
        self._auth0 = auth0
        self._zuplo = zuplo
        self._user = new_user_id(task.login_probe_action_id)
        self._consumer = consumer_name(task.login_probe_tenant, self._user)

    def run(self) -> str:
        """Probe a login, and give one line that says what happened.

        Raises:
            ProbeError: the login failed. The probe has removed its consumer, or the
                error names the consumer.
        """
        self._require_right_to_write()
        removed = self._remove_leftovers()
        failure = left = None
        try:
            self._log_in()
            self._require_consumer()
        except ProbeError as error:
            failure = error
        finally:
            left = self._remove_consumer()
        if failure or left:
            raise ProbeError("\n".join(str(it) for it in (failure, left) if it))
        also = f" It also removed {removed} of earlier probes." if removed else ""
        return (
            "A test user logged in and got a consumer in bucket "
            f'"{self._task.zuplo_bucket}". The probe removed the consumer again.{also}'
        )

    def _require_right_to_write(self) -> None:
        """Delete the consumer, which does not exist yet. A read-only key cannot.

        The Action has the same key, and no response shows a key's permissions.
        """
        with _step("The probe could not write to Zuplo before the login"):
            self._zuplo.delete_consumer(self._task.zuplo_bucket, self._consumer)

    def _remove_leftovers(self) -> int:
        """Remove the consumers of probes that were killed."""
        task = self._task
        with _step("The probe could not read from Zuplo before the login"):
            return remove_leftovers(
                self._zuplo,
                task.zuplo_bucket,
                task.login_probe_tenant,
                task.login_probe_action_id,
            )

    def _log_in(self) -> None:
        """Run the Action once. Auth0 documents the response only for errors."""
        task = self._task
        event = login_event(
            task.login_probe_tenant, task.login_probe_client_id, self._user
        )
        with _step("Auth0 did not run the Action"):
            response = self._auth0.test_action(task.login_probe_action_id, event)
        payload = response.get("payload")
        if isinstance(payload, dict) and payload.get("error"):
            raise ActionRaisedError(task.login_probe_action_name)

    def _require_consumer(self) -> None:
        action, bucket = self._task.login_probe_action_name, self._task.zuplo_bucket
        with _step("The probe could not read the consumer from Zuplo"):
            consumer = self._zuplo.find_consumer(bucket, self._consumer)
        if consumer is None:
            raise NoConsumerError(action, bucket)
        if consumer.metadata.get("user_id") != self._user:
            raise OtherConsumerError(action, bucket, self._consumer)

    def _remove_consumer(self) -> LeftConsumerError | None:
        """Remove the consumer even if it is not there: the Action may be late."""
        bucket = self._task.zuplo_bucket
        try:
            self._zuplo.delete_consumer(bucket, self._consumer)
        except ConsumerOnLoginError as error:
            return LeftConsumerError(bucket, self._consumer, error)
        return None


def login_event(tenant: str, client_id: str, user_id: str) -> dict[str, Any]:
    """Give the event of a first login, with all fields that Auth0's schema requires.

    The address has no owner: mail to example.com does not arrive (RFC 2606).
    """
    now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    return {
        "client": {"client_id": client_id, "name": "Login probe", "metadata": {}},
        "connection": {
            "id": "con_loginprobe",
            "name": "login-probe",
            "strategy": "auth0",
        },
        "request": {
            "body": {},
            "geoip": {},
            "ip": "192.0.2.1",
            "method": "GET",
            "query": {},
        },
        "stats": {"logins_count": 1},
        "tenant": {"id": tenant},
        "transaction": {"metadata": {}, "protocol": "oidc-basic-profile"},
        "user": {
            "app_metadata": {},
            "created_at": now,
            "email": f"login-probe-{secrets.token_hex(8)}@example.com",
            "email_verified": True,
            "identities": [],
            "name": "Login probe",
            "updated_at": now,
            "user_id": user_id,
            "user_metadata": {},
        },
    }


def main() -> int:
    """Probe with the settings of the environment; give the exit code."""
    try:
        task = ProbeTask.from_environment()
        auth0 = Auth0Client(handed_on())
        with ZuploClient(
            task.zuplo_api_url, task.zuplo_account, task.zuplo_api_key
        ) as zuplo:
            seen = LoginProbe(task, auth0, zuplo).run()
    except ConsumerOnLoginError as error:
        print(error, file=sys.stderr)
        return 1
    print(seen)
    return 0


@contextmanager
def _step(name: str) -> Iterator[None]:
    try:
        yield
    except ConsumerOnLoginError as error:
        raise ProbeStepError(name, error) from None


def _end(number: int, _frame: object) -> None:
    """End with an exception, so that the probe still removes the consumer."""
    sys.exit(128 + number)


if __name__ == "__main__":
    argparse.ArgumentParser(
        prog="python -m consumer_on_login.login_probe",
        description="Log a test user in, and check that the user gets a consumer. "
        "All settings are environment variables: see the module login_probe.task.",
    ).parse_args()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, _end)
    sys.exit(main())
