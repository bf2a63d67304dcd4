"""Warns of what a run with `--target` leaves out, since such a run succeeds."""

from typing import Any

import pulumi


def warn_of_left_out(
    resource: pulumi.Resource,
    *,
    desired: pulumi.Input[Any],
    deployed: pulumi.Input[Any],
    meaning: str,
) -> None:
    """Warn if a run leaves out a resource that would change.

    In such a run, the resource's outputs are those of the state.

    Args:
        desired: what the resource would have after a full run.
        deployed: the same value, as an output of the resource.
        meaning: what the run does without the resource.
    """

    def warn(both: list[Any]) -> None:
        if both[0] != both[1]:
            pulumi.log.warn(
                f"This run targets other resources: {meaning}.\n"
                "To deploy the rest, run: pulumi up",
                resource,
            )

    pulumi.Output.all(desired, deployed).apply(warn)
