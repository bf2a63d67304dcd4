"""The bare program and one empty dynamic provider: the bound of any that checks."""

import runpy
from pathlib import Path
from typing import Any

import pulumi.dynamic


class EmptyProvider(pulumi.dynamic.ResourceProvider):
    """Checks nothing."""

    def create(self, props: dict[str, Any]) -> pulumi.dynamic.CreateResult:
        return pulumi.dynamic.CreateResult("empty", props)


class Empty(pulumi.dynamic.Resource):
    """Holds nothing."""


Empty(EmptyProvider(), "empty", {})
runpy.run_path(str(Path(__file__).parents[1] / "bare" / "__main__.py"))
