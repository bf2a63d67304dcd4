"""The control API: how tests and tools steer the stand-ins. It imitates nothing."""
