"""Hashes that only the shop can make: equal texts have equal ones, and nobody else can try texts out."""

import hmac
from base64 import urlsafe_b64encode
from uuid import UUID


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

    def token(self, purpose: str, subject: UUID) -> str:
        """A token that only the shop can make, of 256 bits: made again when it is needed, so that none need be kept."""
        return urlsafe_b64encode(hmac.digest(self.key(purpose), subject.bytes, "sha256")).rstrip(b"=").decode()

    def named(self, purpose: str, subject: UUID) -> str:
        """A token that says whose it is: the id and what only the shop can make of it."""
        return f"{subject.hex}.{self.token(purpose, subject)}"

    def subject_of(self, purpose: str, token: str) -> UUID | None:
        """The id that a token was `named` for; None where the shop has not made it."""
        try:
            subject = UUID(hex=token.partition(".")[0])
        except ValueError:
            return None
        return subject if hmac.compare_digest(self.named(purpose, subject).encode(), token.encode()) else None
