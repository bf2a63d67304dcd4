"""Applications of the STAND-IN whose users log in, and the API they ask tokens for."""

PORTAL_CLIENT_ID = "portal"
PORTAL_AUDIENCE = "https://api.example.com/"
