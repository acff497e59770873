"""Hashes that only the shop can make: equal texts have equal ones, and nobody else can try texts out."""

import hmac


class Keyed:
    """HMAC-SHA-256 under keys that all come from one secret, one key a purpose: a hash for one is none for another."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def key(self, purpose: str) -> bytes:
        """The key of a purpose."""
        return hmac.digest(self._secret, purpose.encode(), "sha256")

    def of(self, purpose: str, text: str) -> str:
        """The hash of a text for a purpose: 32 hex digits, enough that no two texts have the same."""
        return hmac.digest(self.key(purpose), text.encode(), "sha256")[:16].hex()
