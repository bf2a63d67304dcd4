"""The Action as the provider makes it, and how it is delivered."""

from dataclasses import replace

import pytest

from consumer_on_login.auth0.client import Auth0Client
from consumer_on_login.delivery.resource import Auth0DeliveryProvider
from consumer_on_login.delivery.sending import Delivery
from tests.toolkit.our_action import CODE, NAME
from tests.toolkit.tenant_operations import secrets

from .desired import DESIRED, KEY, inputs


@pytest.fixture
def provider(configured):
    return configured(Auth0DeliveryProvider())


@pytest.fixture
def declared(tenant, auth0):
    """The Action as the provider makes it: built, deployed, bound, with the key."""
    id_ = tenant.add_bound_action(NAME, CODE, secrets=secrets(API_KEY=KEY))
    auth0.control.clear_requests()
    return id_


@pytest.fixture
def new(declared):
    """Inputs at the deployment that has created the Action."""
    return inputs(declared, is_new_action=True)


@pytest.fixture
def key_in_use(auth0, declared):
    """Give the key that a login uses."""
    return lambda: auth0.control.deployed_action(declared).secrets["API_KEY"]


@pytest.fixture
def deliver(client, declared):
    """Deliver the Action, or another one, and give it as it is then."""

    def deliver(key=KEY, *, has_key=True, reported=(), id_=declared, **desired):
        delivery = Delivery(client, id_, NAME, replace(DESIRED, **desired))
        return delivery.deliver(key, has_key=lambda _: has_key, reported=reported)

    return deliver


@pytest.fixture
def written(asked):
    """Give method and end of the path of what was written since the last call."""

    def written():
        requests = [item.split() for item in asked()]
        writes = [
            f"{method} /{path.rpartition('/')[2]}"
            for method, path in requests
            if method != "GET"
        ]
        return [item for item in writes if item != "POST /token"]

    return written


@pytest.fixture
def deployed(auth0, declared):
    """Give what runs at a login, with the values of secrets."""
    return lambda: auth0.control.deployed_action(declared)


@pytest.fixture
def meanwhile(monkeypatch):
    """Do something just after the client's first call of a method."""

    def meanwhile(method, operation):
        original, operations = getattr(Auth0Client, method), [operation]

        def call(*args):
            response = original(*args)
            if operations:
                operations.pop()()
            return response

        monkeypatch.setattr(Auth0Client, method, call)

    return meanwhile
