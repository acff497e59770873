"""The tokens of invitations: the id and what only the shop can make of it, so that no table holds one."""

from hmac import compare_digest
from uuid import UUID

from fastshop.contract.staff import InvitationInvalid
from server.kernel.keyed import Keyed


class Tokens:
    """Makes and reads tokens."""

    def __init__(self, keyed: Keyed) -> None:
        self._keyed = keyed

    def token(self, invitation_id: UUID) -> str:
        """The token of an invitation."""
        return f"{invitation_id.hex}.{self._keyed.token('invitation', invitation_id)}"

    def invitation_of(self, token: str) -> UUID:
        """The invitation that a token was made for. Refused where the shop has not made it: `InvitationInvalid`."""
        try:
            invitation_id = UUID(hex=token.partition(".")[0])
        except ValueError:
            raise InvitationInvalid from None
        if not compare_digest(self.token(invitation_id).encode(), token.encode()):
            raise InvitationInvalid
        return invitation_id
