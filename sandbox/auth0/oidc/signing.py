"""The key that signs the STAND-IN's tokens. PyJWT does the signing."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

ALGORITHM = "RS256"
KEY_BITS = 2048

Claims = dict[str, Any]


class SigningKey:
    """An RSA key, made at its first use: that takes a quarter of a second."""

    def __init__(self) -> None:
        self._id = uuid4().hex

    @cached_property
    def _private(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)

    def sign(self, claims: Claims) -> str:
        """Make a JWT in compact form."""
        headers = {"kid": self._id}
        return jwt.encode(claims, self._private, ALGORITHM, headers)

    def audience_of(self, token: str, audiences: Iterable[str]) -> str | None:
        """Tell which of these a JWT of ours is for, expired or not; None if for none.

        RP-Initiated Logout 1.0 wants an expired ID token accepted as a hint.
        """
        try:
            claims = jwt.decode(
                token,
                self._private.public_key(),
                algorithms=[ALGORITHM],
                audience=audiences,
                options={"verify_exp": False},
            )
        except jwt.InvalidTokenError:
            return None
        return str(claims["aud"])

    def public_set(self) -> dict[str, Any]:
        """Build the JWK set (RFC 7517)."""
        key = RSAAlgorithm.to_jwk(self._private.public_key(), as_dict=True)
        named = {"kid": self._id, "use": "sig", "alg": ALGORITHM}
        return {"keys": [{**key, **named}]}
