"""Paths of the Management API, and how messages about its responses end."""

API = "/api/v2/actions"
TRIGGER = "post-login"
