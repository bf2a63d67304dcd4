"""What is asked of the Management API, and the end of what is told of its answer."""

API = "/api/v2/actions"
TRIGGER = "post-login"
