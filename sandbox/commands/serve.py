"""Run a sandbox in the foreground and tell how to use it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from tempfile import NamedTemporaryFile, TemporaryDirectory

from sandbox.host.servers import Sandbox


def serve(env_file: Path | None) -> int:
    """Run until SIGINT, SIGTERM or SIGHUP, then leave nothing behind."""
    # A queue, for its put is safe inside a signal handler; an Event's set is not.
    signals: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: signals.put(received))
    with (
        TemporaryDirectory(prefix="zuplo-consumer-on-login-") as folder,
        Sandbox(Path(folder)) as sandbox,
        written_settings(sandbox, env_file),
    ):
        print(guide(sandbox), flush=True)
        signals.get()
    return 0


@contextmanager
def written_settings(sandbox: Sandbox, file: Path | None) -> Iterator[None]:
    """Keep a file of KEY=value lines, whole at any time and readable by us only."""
    if file is None:
        yield
        return
    lines = [f"{name}={value}\n" for name, value in settings(sandbox).items()]
    # Made with mode 0600, as all of the module's files.
    with NamedTemporaryFile("w", dir=file.parent, delete=False) as draft:
        draft.writelines(lines)
    Path(draft.name).replace(file)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def settings(sandbox: Sandbox) -> dict[str, str]:
    """List what scripts need: the clients' environment and the other addresses."""
    return {
        **sandbox.environment(),
        "ZUPLO_ACCOUNT": sandbox.zuplo_account,
        "ZUPLO_BUCKET": sandbox.zuplo_bucket,
        "ZUPLO_API_URL": sandbox.zuplo_url,
        "SANDBOX_GATEWAY_URL": sandbox.gateway_url,
        "SANDBOX_CONTROL_URL": sandbox.control_url,
    }


def guide(sandbox: Sandbox) -> str:
    """Write the text that `serve` prints: ready to paste into a shell."""
    exports = [
        f"export {name}={quoted(value)}" for name, value in settings(sandbox).items()
    ]
    return "\n".join(
        [
            f"Gateway:  {sandbox.gateway_url}/hello",
            f"Control:  {sandbox.control_url}",
            "",
            "Point Pulumi at the sandbox, in the shell you run it in:",
            "",
            *exports,
            "",
            # A stack of its own: config set writes into whichever is selected.
            "pulumi stack select --create sandbox",
            f"pulumi config set zuploAccount {sandbox.zuplo_account}",
            f"pulumi config set zuploBucket {sandbox.zuplo_bucket}",
            f"pulumi config set zuploApiUrl {sandbox.zuplo_url}",
            'printf %s "$ZUPLO_API_KEY" | pulumi config set --secret zuploApiKey',
            f"pulumi config set auth0:domain {sandbox.auth0_domain}",
            "pulumi config set --path 'portalClientIds[0]' portal",
            "",
            "Close that shell afterwards: its certificate file will be gone, and its",
            "credentials are the sandbox's.",
            "Ctrl-C stops it.",
        ]
    )


def quoted(value: str) -> str:
    """Quote for a shell, always: the lines look alike whatever they hold."""
    return "'" + value.replace("'", r"'\''") + "'"
