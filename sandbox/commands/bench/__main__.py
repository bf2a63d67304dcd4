"""What the checks cost a deployment: `make bench` runs it.

Each stack lives beside two others that declare the same Action and binding: one of a
bare program, the lower bound, and one with an empty dynamic provider, too, the lower
bound of whatever checks with one. Lives alternate, since a machine's speed drifts.
"""

import argparse
import subprocess
import sys
from contextlib import nullcontext
from statistics import median

from sandbox.commands.bench.lives import Life, live
from sandbox.commands.transcript import Transcript
from sandbox.engine.binaries import Engine, find_or_build_engine
from sandbox.engine.workspace import leave_user_settings

NEAR, FAR = 5, 3
"""Lives of each program."""
LATENCY_SECONDS = 0.37
"""Of each response of both clouds."""
FREE_REQUESTS_PER_SECOND = 2
"""Auth0's limit for the Management API of a free tenant; its burst is as large."""
TARGETS = {"no-op preview": 1.32, "no-op up": 1.32, "first up": 1.5, "edit": 1.4}
MODULES = ("pulumi", "pulumi_auth0", "consumer_on_login.component")
PROGRAMS = ("bare", "dynamic", "component")

Lives = dict[str, list[Life]]


class Bench:
    """Measures and prints, with a line for each round, which takes a minute or more."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._transcript = Transcript()

    def run(self) -> None:
        title = self._transcript.title
        title("Import of modules in a new process, seconds, median of 9")
        for module in MODULES:
            print(f"  {import_seconds(module):8.2f}  {module}")
        title(f"One component, seconds, medians of {NEAR}")
        print_seconds(near := self._lives(NEAR))
        title(f"The same, {LATENCY_SECONDS} s for each response, medians of {FAR}")
        print_seconds(far := self._lives(FAR, latency=LATENCY_SECONDS))
        for count in (5, 20):
            title(f"{count} components in a stack, seconds, one run")
            print_seconds(self._lives(1, count))
        title(
            "Requests of one component (bare); seconds at Auth0's free limit, at least"
        )
        print_calls(near["component"][0], near["bare"][0])
        title("Targets")
        for where, measured in (("", near), (f", {LATENCY_SECONDS} s away", far)):
            for run, target in TARGETS.items():
                if run in measured["bare"][0]:
                    print_target(f"{run}{where}", ratio(measured, run), target)

    def _lives(self, times: int, count: int = 1, latency: float = 0.0) -> Lives:
        found: Lives = {program: [] for program in PROGRAMS}
        changes = count == 1 and not latency
        for number in range(times):
            with self._transcript.long_step(f"Round {number + 1} of {times}"):
                for program in PROGRAMS:
                    life = live(
                        self._engine,
                        program,
                        count=count,
                        latency=latency,
                        changes=changes,
                    )
                    found[program].append(life)
        return found


def import_seconds(module: str) -> float:
    """Time an import in new processes."""
    code = (
        "from time import perf_counter as now; start = now(); "
        f"import {module}; print(now() - start)"
    )
    command = [sys.executable, "-c", code]
    responses = (
        subprocess.run(command, check=True, capture_output=True, text=True).stdout
        for _ in range(9)
    )
    return median(float(response) for response in responses)


def seconds(lives: list[Life], run: str) -> float:
    return median(life[run].seconds for life in lives)


def ratio(measured: Lives, run: str) -> float:
    """Compare with the bare program of the same round, then take the median."""
    rounds = zip(measured["component"], measured["bare"], strict=True)
    return median(ours[run].seconds / bare[run].seconds for ours, bare in rounds)


def print_seconds(measured: Lives) -> None:
    print("     bare   dynamic  component  component/bare")
    for run in measured["bare"][0]:
        bare, dynamic, ours = (seconds(measured[program], run) for program in PROGRAMS)
        figures = f"{bare:7.2f}   {dynamic:7.2f}    {ours:7.2f}"
        print(f"  {figures}  {ratio(measured, run):14.2f}  {run}")


def print_calls(ours: Life, bare: Life) -> None:
    """Print requests, and how long the free limit alone would stretch a run."""
    print("    Auth0       tokens   Zuplo  seconds")
    for run, measure in ours.items():
        calls, least = measure.calls, bare[run].calls
        waits = max(0, calls["auth0"] - FREE_REQUESTS_PER_SECOND)
        print(
            f"  {calls['auth0']:3d} ({least['auth0']:2d})    "
            f"{calls['token']:2d} ({least['token']})"
            f"{calls['zuplo']:9d}{waits / FREE_REQUESTS_PER_SECOND:9.1f}  {run}"
        )


def print_target(what: str, reached: float, target: float) -> None:
    word = "reached" if reached <= target else "missed "
    print(f"  {word}  {what}: {reached:.2f}, at most {target} times the bare program's")


def main() -> None:
    argparse.ArgumentParser(
        prog="python -m sandbox.commands.bench",
        description="Measure deployments on the stand-ins, beside a bare program.",
    ).parse_args()
    leave_user_settings()
    Bench(find_or_build_engine(lambda _: nullcontext())).run()


if __name__ == "__main__":
    main()
