"""Secrets at rest: AES-256-GCM under keys that come from the shop's secret.

What is sealed says which key it needs, so that the secret can change: seal with the newest, open with any that is still
known. It is bound to its place: copied into another row, it does not open.
"""

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.kernel.keyed import Keyed

_ID, _NONCE = 4, 12


class SealBroken(Exception):
    """It was changed, moved from its place, or its key is not known (any more)."""


class Sealed:
    """Seals and opens. The first secret is the present one, the others are earlier ones."""

    def __init__(self, secrets: Sequence[str]) -> None:
        keys = [Keyed(secret) for secret in secrets]
        self._keys = {key.key("sealed: key id")[:_ID]: AESGCM(key.key("sealed")) for key in keys}
        self._present = next(iter(self._keys))

    def seal(self, content: bytes, place: str) -> bytes:
        """Seal something for a place, e.g. the table and the row's id."""
        nonce = os.urandom(_NONCE)
        return self._present + nonce + self._keys[self._present].encrypt(nonce, content, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed for this place. Raises `SealBroken`."""
        key = self._keys.get(sealed[:_ID])
        if key is None:
            raise SealBroken("its key is not known: was FASTSHOP_SECRET changed without FASTSHOP_OLD_SECRETS?")
        try:
            return key.decrypt(sealed[_ID : _ID + _NONCE], sealed[_ID + _NONCE :], place.encode())
        except InvalidTag:
            raise SealBroken("it was changed, or moved from its place") from None

    def outdated(self, sealed: bytes) -> bool:
        """Whether an earlier secret sealed it, so that it should be sealed anew."""
        return sealed[:_ID] != self._present
