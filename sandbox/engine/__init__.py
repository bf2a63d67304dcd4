"""The real Pulumi engine: where it comes from, and a workspace of its own for it."""
