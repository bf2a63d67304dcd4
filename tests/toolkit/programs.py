"""Programs that declare components, and mocks that write down what they register."""

from typing import Any, ClassVar

import pulumi
from pulumi.runtime.mocks import MockMonitor

from tests.toolkit.settings import ARGUMENTS

ACTION = "auth0:index/action:Action"
BINDING = "auth0:index/triggerAction:TriggerAction"
BUCKET = "pulumi-python:dynamic/zuplo:Bucket"
TENANT = "pulumi-python:dynamic/auth0:Tenant"
DELIVERY = "pulumi-python:dynamic/auth0:Delivery"
LEFTOVERS = "pulumi-python:dynamic/zuplo:ProbeLeftovers"
PROBE = "command:local:Command"
COMPONENT = "zuplo-auth0:index:ConsumerOnLogin"
PARENT = "test:index:Parent"
ARGS: Any = {**ARGUMENTS, "portal_client_ids": ["portal"]}


def args(**changes: Any) -> Any:
    return {**ARGS, **changes}


class Mocks(pulumi.runtime.Mocks):
    """Records every registration and refuses types it does not know."""

    OUTPUTS: ClassVar[dict[str, dict[str, Any]]] = {
        ACTION: {},
        BINDING: {},
        TENANT: {"domain": "acme.eu.auth0.com", "client_id": "client"},
        DELIVERY: {},
        LEFTOVERS: {},
        PROBE: {"stdout": "", "stderr": ""},
        BUCKET: {"bucket_id": "bckt_1", "tags": {"environmentType": "PREVIEW"}},
        COMPONENT: {},
        PARENT: {},
        "pulumi:providers:auth0": {},
    }

    monitor: Any

    def __init__(self):
        self.registered = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> Any:
        self.registered.append(args)
        return f"{args.name}-id", {**args.inputs, **self.OUTPUTS[args.typ]}

    def call(self, args):
        raise AssertionError(args.token)

    def inputs(self, typ):
        (found,) = [args for args in self.registered if args.typ == typ]
        return found.inputs

    def names(self, typ):
        return [args.name for args in self.registered if args.typ == typ]


class Monitor(MockMonitor):
    """Writes down what each resource waits for, which mocks do not learn."""

    def __init__(self, mocks):
        super().__init__(mocks)
        self.waits_for = {}
        self.secret_outputs = {}

    def RegisterResource(self, request):
        names = {urn.rpartition("::")[2] for urn in request.dependencies}
        self.waits_for[request.name] = names
        self.secret_outputs[request.name] = set(request.additionalSecretOutputs)
        return super().RegisterResource(request)


def declare(build):
    """Run a program to its end, as the engine does."""
    pulumi.runtime.test(lambda: build() and None)()


def unknown():
    return pulumi.Output.from_input(pulumi.output.Unknown())
