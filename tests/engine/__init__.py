"""The real Pulumi engine against the sandbox."""
