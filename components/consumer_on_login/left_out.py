"""What a run with `--target` left out: it ends green all the same."""

from typing import Any

import pulumi


def warn_of_left_out(
    resource: pulumi.Resource,
    *,
    desired: pulumi.Input[Any],
    deployed: pulumi.Input[Any],
    meaning: str,
) -> None:
    """Warn if a resource is not part of this run, although it would change.

    The engine gives the state's outputs then.

    Args:
        desired: what the resource would have after the run.
        deployed: the same as an output of the resource.
        meaning: what the run does without it.
    """

    def warn(both: list[Any]) -> None:
        if both[0] != both[1]:
            pulumi.log.warn(
                f"This run targets other resources: {meaning}.\n"
                "To deploy the rest, run: pulumi up",
                resource,
            )

    pulumi.Output.all(desired, deployed).apply(warn)
