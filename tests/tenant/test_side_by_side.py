"""The bucket's check beside the tenant's, against the stand-ins of both clouds."""

from concurrent.futures import ThreadPoolExecutor

import dill
import pytest
from pulumi.runtime._serialization import _serialize

from consumer_on_login.auth0.session import Auth0Session
from consumer_on_login.tenant.check import Auth0TenantProvider
from consumer_on_login.tenant.side_by_side import BucketBesideTenantProvider
from sandbox.host.faults import Fault
from tests.toolkit.patience import until
from tests.toolkit.zuplo_api import check_inputs

TOKEN = "POST /oauth/token"


@pytest.fixture
def bucket(configured):
    return configured(BucketBesideTenantProvider())


@pytest.fixture
def tenant_check(configured):
    tenant = configured(Auth0TenantProvider())
    return lambda: tenant.check({}, {"action_name": "Portal", "owner": "urn"}).failures


@pytest.fixture
def inputs(auth0):
    return check_inputs(auth0)


def test_token_is_asked_for_while_zuplo_takes_its_time(
    bucket, tenant_check, inputs, auth0, asked
):
    auth0.control.arm(Fault(service="zuplo", kind="hang"))
    with ThreadPoolExecutor(1) as pool:
        check = pool.submit(bucket.check, {}, inputs)
        until(lambda: any(it.status == 200 for it in auth0.control.requests("auth0")))
        assert not check.done()
        auth0.control.clear_faults()
        assert check.result().failures == []
    assert tenant_check() == []
    assert asked().count(TOKEN) == 1


def test_refused_login_is_reported_once_and_by_the_tenant_check(
    bucket, tenant_check, auth0_config, inputs, asked
):
    auth0_config["auth0:clientSecret"] = "wrong"
    assert bucket.check({}, inputs).failures == []
    (failure,) = tenant_check()
    assert "Auth0 refused the login" in failure.reason
    assert asked() == [TOKEN]


def test_unforeseen_error_of_the_login_reaches_who_waits_for_it(
    bucket, tenant_check, inputs, monkeypatch
):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(Auth0Session, "_token", fail)
    assert bucket.check({}, inputs).failures == []
    with pytest.raises(ZeroDivisionError):
        tenant_check()


def test_login_that_failed_is_tried_again_by_who_asks_later(
    bucket, tenant_check, inputs, auth0, asked
):
    auth0.control.arm(Fault(service="auth0", kind="status", status=503))
    bucket.check({}, inputs)
    assert len(tenant_check()) == 1
    auth0.control.clear_faults()
    assert tenant_check() == []


def test_missing_credentials_are_for_the_tenant_check_to_tell(
    bucket, auth0_config, inputs, asked
):
    auth0_config.clear()
    assert bucket.check({}, inputs).failures == []
    assert asked() == []


def test_another_bucket_check_asks_for_no_other_token(
    bucket, tenant_check, inputs, asked
):
    bucket.check({}, inputs)
    bucket.check({}, inputs)
    tenant_check()
    bucket.check({}, inputs)
    assert asked().count(TOKEN) == 1


def test_provider_is_stored_by_reference_and_without_configuration(bucket):
    stored, holds_secrets = _serialize(True, dill.dumps, bucket)
    assert not holds_secrets
    assert len(stored) < 200
    assert b"consumer_on_login.tenant.side_by_side" in stored
