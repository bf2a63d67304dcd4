"""Fifty stacks, one after another: ``python -m sandbox.commands.bench.many_stacks``.

Each has one component. A login flow holds 20 bindings, so up to 20 share a tenant.
"""

import argparse
import resource
import tempfile
from collections import Counter
from contextlib import ExitStack, nullcontext
from pathlib import Path
from statistics import median

from sandbox.commands.bench.lives import Measure, bench_stack, measured
from sandbox.commands.transcript import Transcript
from sandbox.engine.binaries import Engine, find_or_build_engine
from sandbox.engine.workspace import leave_user_settings
from sandbox.host.servers import Sandbox

STACKS = 50
BINDINGS_OF_A_TENANT = 20
RUNS = {
    "first up": ("up", {}),
    "no-op preview": ("preview", {}),
    "preview --refresh": ("preview", {"refresh": True}),
    "destroy": ("destroy", {}),
}


def run(engine: Engine) -> None:
    transcript = Transcript()
    with ExitStack() as everything:
        folder = Path(everything.enter_context(tempfile.TemporaryDirectory()))
        places = []
        with transcript.long_step(f"Make {STACKS} stacks"):
            for number in range(STACKS):
                if number % BINDINGS_OF_A_TENANT == 0:
                    own = folder / f"tenant-{number}"
                    own.mkdir()
                    sandbox = everything.enter_context(Sandbox(own))
                _, place = bench_stack(
                    engine,
                    "component",
                    sandbox,
                    folder / f"stack-{number}",
                    count=1,
                    first=number,
                )
                places.append((sandbox, place))
        measures = {}
        for name, (operation, options) in RUNS.items():
            with transcript.long_step(name):
                measures[name] = [
                    measured(sandbox, place, operation, **options)
                    for sandbox, place in places
                ]
    print_measures(measures)


def print_measures(measures: dict[str, list[Measure]]) -> None:
    print(f"\n{STACKS} stacks, one after another")
    print("   all s  median s  Auth0  tokens  Zuplo")
    for name, runs in measures.items():
        seconds = [it.seconds for it in runs]
        calls: Counter[str] = sum((it.calls for it in runs), Counter())
        print(
            f"  {sum(seconds):6.0f}  {median(seconds):8.2f}  {calls['auth0']:5d}"
            f"  {calls['token']:6d}  {calls['zuplo']:5d}  {name}"
        )
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"Memory of the largest process: {largest:.0f} MiB")


def main() -> None:
    argparse.ArgumentParser(
        prog="python -m sandbox.commands.bench.many_stacks", description=__doc__
    ).parse_args()
    leave_user_settings()
    run(find_or_build_engine(lambda _: nullcontext()))


if __name__ == "__main__":
    main()
