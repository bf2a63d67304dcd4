"""A STAND-IN for an API behind a Zuplo gateway, to try consumers' keys on."""
