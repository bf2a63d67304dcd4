"""The size of a user's profile in the STAND-IN.

Auth0 documentation "Migrate Oversized User Profiles" of August 2026: a serialized
profile may have 10 KB, hidden fields included, and for now an allowance of about ten
times as much. Within it all succeeds. Beyond it, these may fail: to create or change a
user, to write metadata in an Action, and the login itself.

Inferred: that kilobytes are 1,000 bytes, and that hidden fields are none. Not imitated:
the warnings in the tenant log, and tenants whose profiles are not limited yet.
"""

import json

from sandbox.auth0.errors import bad_request
from sandbox.auth0.users import User
from sandbox.auth0.views import user_view

LIMIT_BYTES = 10_000
ALLOWANCE_BYTES = 10 * LIMIT_BYTES


def is_oversized(user: User) -> bool:
    """Tell whether a profile is beyond the allowance."""
    text = json.dumps(user_view(user), ensure_ascii=False, separators=(",", ":"))
    return len(text.encode()) > ALLOWANCE_BYTES


def require_allowed_size(user: User) -> None:
    """Refuse a profile that is too large; status and text of the refusal: inferred."""
    if is_oversized(user):
        message = "The user profile exceeds the maximum size."
        raise bad_request(message)
