"""Inline programs share a process, and their engines may get the same port in turn."""

import socket
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS

from tests.toolkit.patience import PATIENCE_SECONDS


class Echo(grpc.GenericRpcHandler):  # type: ignore[misc]
    """STAND-IN for an engine: it gives back what it is sent."""

    def service(self, handler_call_details):
        return grpc.unary_unary_rpc_method_handler(lambda request, _: request)


def ask(port):
    address = f"127.0.0.1:{port}"
    channel = grpc.insecure_channel(address, options=_GRPC_CHANNEL_OPTIONS)
    return channel, channel.unary_unary("/engine/ask")


def test_engine_is_reached_at_the_port_of_one_that_has_ended(engine):
    with socket.socket() as ended:
        # It keeps the port from all but the next engine, and does not listen.
        ended.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        ended.bind(("127.0.0.1", 0))
        port = ended.getsockname()[1]
        # Its channel stays open, as that of an earlier program until it is collected.
        _old, refused = ask(port)
        with pytest.raises(grpc.RpcError):
            refused(b"anybody there", timeout=PATIENCE_SECONDS)
        server = grpc.server(ThreadPoolExecutor(1))
        server.add_generic_rpc_handlers([Echo()])
        assert server.add_insecure_port(f"127.0.0.1:{port}") == port
        server.start()

        _new, heard = ask(port)

        assert heard(b"hello", timeout=PATIENCE_SECONDS) == b"hello"
        server.stop(None)
