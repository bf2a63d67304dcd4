"""The process in which the engine runs dynamic providers, spoken to as the engine does.

What a provider raises comes back as the text that the engine would print.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import grpc
from google.protobuf import json_format, struct_pb2  # type: ignore[import-untyped]
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from tests.toolkit.patience import PATIENCE_SECONDS


class PluginError(Exception):
    """What the engine gets instead of a response."""


class DynamicPlugin:
    """`python -m pulumi.dynamic`; it takes a second or two to start.

    Args:
        folder: for its standard error.
        config: of the stack, with namespaces.
        environment: beside the tests' own.
    """

    def __init__(
        self, folder: Path, config: dict[str, str], environment: dict[str, str]
    ) -> None:
        self._errors = folder / "stderr"
        self._config = config
        self._environment = {**os.environ, **environment, "PULUMI_PROJECT": "project"}

    def __enter__(self) -> Self:
        with self._errors.open("w") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-u", "-m", "pulumi.dynamic"],
                stdout=subprocess.PIPE,
                stderr=errors,
                env=self._environment,
                text=True,
            )
        assert self._process.stdout is not None
        port = int(self._process.stdout.readline())
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        request = provider_pb2.ConfigureRequest(args=_struct(self._config))
        self._ask("Configure", request)
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()
        self._process.kill()
        self._process.communicate()

    def of(self, provider: ResourceProvider) -> "PluggedProvider":
        """Give one provider, sent along in each call as the engine does."""
        return PluggedProvider(self._ask, serialize_provider(provider))

    def said(self) -> str:
        """Give what it said on standard error, which the engine shows."""
        return self._errors.read_text()

    def _ask(self, method: str, request: Any) -> Any:
        try:
            return getattr(self._stub, method)(request, timeout=PATIENCE_SECONDS)
        except grpc.RpcError as error:
            raise PluginError(error.details()) from None


class PluggedProvider:
    """The methods of a provider within the plugin."""

    def __init__(self, ask: Any, serialized: str) -> None:
        self._ask = ask
        self._serialized = serialized

    def check(self, olds: Any, news: Any) -> tuple[Any, list[tuple[str, str]]]:
        """Give the inputs and each failure's property and reason."""
        request = provider_pb2.CheckRequest(olds=self._of(olds), news=self._of(news))
        response = self._ask("Check", request)
        failures = [(item.property, item.reason) for item in response.failures]
        return _plain(response.inputs), failures

    def create(self, props: Any) -> tuple[str, Any]:
        """Give id and outputs."""
        request = provider_pb2.CreateRequest(properties=self._of(props))
        response = self._ask("Create", request)
        return response.id, _plain(response.properties)

    def update(self, id_: str, olds: Any, news: Any) -> Any:
        """Give the outputs."""
        request = provider_pb2.UpdateRequest(
            id=id_, olds=self._of(olds), news=self._of(news)
        )
        return _plain(self._ask("Update", request).properties)

    def changes(self, id_: str, olds: Any, news: Any) -> bool:
        """Tell whether a diff finds any change."""
        request = provider_pb2.DiffRequest(
            id=id_, olds=self._of(olds), news=self._of(news)
        )
        response = self._ask("Diff", request)
        return bool(response.changes == provider_pb2.DiffResponse.DIFF_SOME)

    def read(self, id_: str, props: Any) -> tuple[str, Any, Any]:
        """Give id, outputs and inputs."""
        request = provider_pb2.ReadRequest(id=id_, properties=self._of(props))
        response = self._ask("Read", request)
        return response.id, _plain(response.properties), _plain(response.inputs)

    def _of(self, props: Any) -> struct_pb2.Struct:
        return _struct({**props, "__provider": self._serialized})


def _struct(props: dict[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    json_format.ParseDict(props, struct)
    return struct


def _plain(struct: struct_pb2.Struct) -> Any:
    plain = json_format.MessageToDict(struct)
    plain.pop("__provider", None)
    return plain
