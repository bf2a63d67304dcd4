"""The portal for a person to click through, on a tenant set up by the real engine."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.commands.transcript import Transcript, require
from sandbox.commands.try_ import deployment_on, run_steps
from sandbox.engine.binaries import find_or_build_engine
from sandbox.host.servers import Sandbox
from sandbox.portal.build import Portal, find_or_build_portal


def show(folder: Path) -> int:
    """Run in an empty folder until SIGINT; an exit code if it does not get there."""
    return run_steps(lambda transcript: _show(folder, transcript))


def prepare_portal() -> int:
    """Find or build the portal, as `show` does, and give the exit code."""

    def prepared(transcript: Transcript) -> None:
        with transcript.step("Find the developer portal"):
            find_or_build_portal(transcript.long_step)

    return run_steps(prepared)


def _show(folder: Path, transcript: Transcript) -> None:
    transcript.title("The developer portal on the stand-ins of both clouds")
    with transcript.step("Find the Pulumi engine"):
        engine = find_or_build_engine(transcript.long_step)
    with transcript.step("Find the developer portal"):
        portal = find_or_build_portal(transcript.long_step)
    with sandbox_with(portal, folder) as sandbox:
        with transcript.step("pulumi up") as step:
            up = deployment_on(sandbox, engine, folder / "stack").up()
            require(up.succeeded, "\n".join(up.output))
            step.say(f"{up.changes.get('create')} created")
        transcript.title("The portal is ready")
        transcript.console.print(guide(sandbox), markup=False, soft_wrap=True)
        signal.pause()


@contextmanager
def sandbox_with(portal: Portal, folder: Path) -> Iterator[Sandbox]:
    """Run a sandbox that serves the portal, in an existing folder."""
    site = folder / "site"
    with Sandbox(folder, site) as sandbox:
        portal.copy_to(
            site, portal_url=sandbox.portal_url, gateway_url=sandbox.gateway_url
        )
        yield sandbox


def guide(sandbox: Sandbox) -> str:
    """Write what a person needs who opens the portal."""
    return "\n".join(
        [
            f"  Portal:   {sandbox.portal_url}",
            f"  Gateway:  {sandbox.gateway_url}/hello",
            f"  CA file:  {sandbox.ca_certificate}",
            "",
            "The browser warns of the certificate, which is this run's own: go on, or",
            "let it trust the CA file. The portal's first page says what to try.",
            "Ctrl-C stops everything and removes it.",
        ]
    )
