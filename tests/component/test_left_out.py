"""What the program says of a run that targets other resources, with Pulumi's mocks."""

import pytest

from consumer_on_login import ConsumerOnLogin
from consumer_on_login.delivery.drift import sha256
from tests.toolkit.programs import ACTION, DELIVERY, PROBE, Mocks, args, declare


def component():
    return ConsumerOnLogin("portal", args(login_probe=True))


def keep(monkeypatch, typ, **outputs):
    """Give what the state has of a resource that is no part of the run."""
    monkeypatch.setitem(Mocks.OUTPUTS, typ, {**Mocks.OUTPUTS[typ], **outputs})


def test_run_of_everything_leaves_nothing_out(mocks, warnings):
    declare(component)
    assert warnings == []


UNBOUND = [{"kind": "bindings", "place": "login flow", "name": "", "number": 0}]


@pytest.mark.parametrize(
    "outputs",
    [{"code_sha256": "other"}, {"api_key": "other"}, {"drift": UNBOUND}],
    ids=["code", "key", "drift"],
)
def test_delivery_that_is_left_out_is_named(mocks, warnings, monkeypatch, outputs):
    keep(monkeypatch, DELIVERY, **outputs)
    declare(component)
    (warning,) = warnings
    assert 'not all of "portal" is deployed and proven.' in warning
    assert "zpka" not in warning


def test_action_that_is_left_out_is_delivered_as_it_is(mocks, warnings, monkeypatch):
    keep(monkeypatch, ACTION, code="the code from before")
    declare(component)
    (warning,) = warnings
    assert 'not all of "portal" is deployed and proven.' in warning
    assert mocks.inputs(DELIVERY)["code_sha256"] == sha256("the code from before")


def test_probe_that_is_left_out_is_named(mocks, warnings, monkeypatch):
    keep(monkeypatch, PROBE, environment={})
    declare(component)
    (warning,) = warnings
    assert "the login probe does not run." in warning


def test_program_runs_under_mocks_that_give_no_outputs(mocks, monkeypatch):
    def new_resource(given):
        mocks.registered.append(given)
        return f"{given.name}-id", {}

    monkeypatch.setattr(mocks, "new_resource", new_resource)
    declare(component)
    assert mocks.inputs(DELIVERY)["code_sha256"]
