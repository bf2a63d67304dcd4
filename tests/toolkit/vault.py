"""STAND-IN for a HashiCorp Vault, which keeps the keys of the tests' stacks.

With a passphrase, each start of the CLI derives the stack's key in a million rounds: a
third of what a run takes. Vault is another secrets provider of the CLI. Source of the
shapes: Vault's documentation of its transit engine.
"""

import base64
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from cryptography.fernet import Fernet
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

VAULT = "hashivault://tests"
"""The secrets provider of a stack."""
_FERNET = Fernet(Fernet.generate_key())
_TRANSIT = "/v1/transit"


async def _encrypt(request: Request) -> JSONResponse:
    plaintext = base64.b64decode((await request.json())["plaintext"])
    ciphertext = f"vault:v1:{_FERNET.encrypt(plaintext).decode()}"
    return JSONResponse({"data": {"ciphertext": ciphertext}})


async def _decrypt(request: Request) -> JSONResponse:
    ciphertext = (await request.json())["ciphertext"].removeprefix("vault:v1:")
    plaintext = base64.b64encode(_FERNET.decrypt(ciphertext)).decode()
    return JSONResponse({"data": {"plaintext": plaintext}})


_APP = Starlette(
    routes=[
        Route(f"{_TRANSIT}/encrypt/tests", _encrypt, methods=["PUT"]),
        Route(f"{_TRANSIT}/decrypt/tests", _decrypt, methods=["PUT"]),
    ]
)


@contextmanager
def open_vault() -> Iterator[None]:
    """Run it, and name it in the environment as Vault's own clients want it."""
    config = uvicorn.Config(_APP, log_config=None, lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        # A user's VAULT_SERVER_URL or VAULT_AGENT_ADDR would win over the address.
        for name in [it for it in os.environ if it.startswith("VAULT_")]:
            del os.environ[name]
        os.environ["VAULT_ADDR"] = f"http://127.0.0.1:{listener.getsockname()[1]}"
        os.environ["VAULT_TOKEN"] = "of the tests"
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()
            del os.environ["VAULT_ADDR"], os.environ["VAULT_TOKEN"]
