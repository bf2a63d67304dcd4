"""STAND-IN for the interpreter in which the engine runs dynamic providers.

It costs 0.4 s to import Pulumi, a third of what a run takes. Here one process imports
it, and forks for each run. The run's own process has the environment, folder, streams
and process group that the engine gave, imports this project's code anew, and runs the
module that an interpreter would run. It refuses to run another one.
"""

import gc
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

RUN = ["-u", "-m", "pulumi.dynamic"]
"""How the engine's launcher begins the arguments of an interpreter."""
PRELOADED = ("pulumi.dynamic", "dill", "requests")
VARIABLE = "PULUMI_PYTHON_CMD"
"""Names the interpreter to the launcher."""
# It starts in 20 ms, since it imports little, and lives as long as the run's process.
# An interrupt is for the whole process group.
# The shell starts it, since the path of Python may have spaces.
INTERPRETER = """#!/bin/sh
'''exec' '{python}' -ISE "$0" "$@"
'''
import json, os, signal, socket, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
connection = socket.socket(socket.AF_UNIX)
connection.connect({address!r})
socket.send_fds(connection, [b"+"], [0, 1, 2])
run = [sys.argv[1:], dict(os.environ), os.getcwd(), os.getpgrp()]
connection.sendall(json.dumps(run).encode())
connection.shutdown(socket.SHUT_WR)
sys.exit(int(connection.recv(1) != b"0"))
"""


@contextmanager
def open_preloaded_plugin() -> Iterator[None]:
    """Run it, and name its interpreter in the environment."""
    # A socket's path has at most 104 characters, which a TMPDIR may have alone.
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        address, interpreter = str(Path(name, "socket")), Path(name, "python")
        interpreter.write_text(
            INTERPRETER.format(python=sys.executable, address=address)
        )
        interpreter.chmod(0o700)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(address)
            listener.listen()
            process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(listener.fileno())],
                pass_fds=[listener.fileno()],
                stdin=subprocess.PIPE,
            )
        # Closed here: no run waits for a process that has died.
        with process:
            os.environ[VARIABLE] = str(interpreter)
            yield
            # At its end the process loses its standard input, and ends.
            del os.environ[VARIABLE]


def serve(listener: socket.socket) -> None:
    """Fork for each run, until standard input ends."""
    for name in PRELOADED:
        import_module(name)
    # A collection would look at all that is imported, in each process again.
    gc.freeze()
    # The kernel removes a process that has ended; nobody asks how.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # An interrupt of the tests ends standard input, too.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with listener, selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        selector.register(sys.stdin, selectors.EVENT_READ)
        while all(key.fileobj is listener for key, _ in selector.select()):
            connection, _ = listener.accept()
            if os.fork() == 0:
                break
            connection.close()
        else:
            return
    run(connection)


def run(connection: socket.socket) -> None:
    """Become the interpreter that has connected."""
    _, streams, *_ = socket.recv_fds(connection, 1, 3)
    with connection.makefile("rb") as sent:
        arguments, environment, folder, group = json.load(sent)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # The engine ends a plugin so. It kills one that does not hear it, after 5 s.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setpgid(0, group)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    if arguments[: len(RUN)] != RUN:
        msg = f"it runs {RUN} alone, not {arguments}"
        raise NotImplementedError(msg)
    sys.path[0] = folder
    sys.argv[1:] = arguments[len(RUN) :]
    runpy.run_module(RUN[-1], run_name="__main__", alter_sys=True)
    connection.sendall(b"0")


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
