"""The login page and OpenID Connect of the STAND-IN."""
