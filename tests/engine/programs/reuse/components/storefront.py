"""A component that has nothing to do with Zuplo."""

import pulumi


class Storefront(pulumi.ComponentResource):
    """Stands for whatever else the program declares."""

    def __init__(self, name: str) -> None:
        """Declare nothing else."""
        super().__init__("shop:index:Storefront", name)
        self.register_outputs({})
