"""Applications of the STAND-IN whose users log in, and the API they ask tokens for."""

from collections.abc import Iterable
from dataclasses import dataclass

PORTAL_CLIENT_ID = "portal"
PORTAL_AUDIENCE = "https://api.example.com/"


@dataclass(frozen=True)
class Application:
    """A public client: it has no secret, so that PKCE is what protects its codes."""

    client_id: str
    name: str
    origins: frozenset[str]
    """Whose scripts may read our responses."""
    callback_urls: frozenset[str]
    logout_urls: frozenset[str]


def portal_application(origins: Iterable[str]) -> Application:
    """Register the developer portal; paths: zudoku 0.76.0 as measured."""
    allowed = frozenset(origins)
    return Application(
        client_id=PORTAL_CLIENT_ID,
        name="Portal",
        origins=allowed,
        callback_urls=frozenset(f"{origin}/oauth/callback" for origin in allowed),
        logout_urls=frozenset(f"{origin}/oauth/logout-callback" for origin in allowed),
    )
