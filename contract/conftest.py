"""The services that the contract is tried on: real accounts, or the sandbox."""

from collections.abc import Iterator

import pytest

from .accounts import Accounts
from .http import Exchanges, Service
from .made import Auth0, Zuplo
from .session import Run, log_in

RUN = pytest.StashKey[Run]()
"""What `make live` hands over."""
SCOPES = [f"{verb}:actions" for verb in ("create", "read", "update", "delete")]
"""All that a run needs."""
AT_ONCE = 1000.0
"""Requests a second to the sandbox, which has no limit."""


@pytest.fixture(scope="session")
def run(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Run]:
    if given := pytestconfig.stash.get(RUN, None):
        yield given
        return
    # Real accounts need no sandbox.
    from sandbox.host.servers import Sandbox

    with Sandbox(tmp_path_factory.mktemp("contract")) as sandbox:
        # A gateway that remembers keys for a minute would hold the tests up.
        sandbox.control.cache_keys_for(0)
        client = sandbox.control.add_auth0_client(SCOPES)
        reader = sandbox.control.add_zuplo_key(sandbox.zuplo_account, buckets="read")
        accounts = Accounts(
            auth0_domain=sandbox.auth0_domain,
            auth0_client_id=client.client_id,
            auth0_client_secret=client.client_secret,
            zuplo_account=sandbox.zuplo_account,
            zuplo_bucket=sandbox.zuplo_bucket,
            zuplo_api_key=sandbox.zuplo_api_key,
            zuplo_url=sandbox.zuplo_url,
            read_only_key=reader,
            gateway_url=f"{sandbox.gateway_url}/hello",
            ca_bundle=str(sandbox.ca_certificate),
        )
        yield Run(accounts, Exchanges(), AT_ONCE, AT_ONCE)


@pytest.fixture(scope="session")
def accounts(run: Run) -> Accounts:
    return run.accounts


@pytest.fixture(scope="session")
def zuplo_service(run: Run) -> Iterator[Service]:
    with run.zuplo_service() as service:
        yield service


@pytest.fixture
def zuplo(zuplo_service: Service, accounts: Accounts) -> Iterator[Zuplo]:
    bucket = accounts.zuplo_account, accounts.zuplo_bucket
    with Zuplo(zuplo_service, *bucket) as zuplo:
        yield zuplo


@pytest.fixture(scope="session")
def auth0_service(run: Run) -> Iterator[Service]:
    with run.auth0_service() as service:
        log_in(service, run.accounts)
        yield service


# A test's Actions go with it: a trigger holds 20, and the tenant's own are among them.
@pytest.fixture
def auth0(auth0_service: Service) -> Iterator[Auth0]:
    with Auth0(auth0_service) as auth0:
        yield auth0
