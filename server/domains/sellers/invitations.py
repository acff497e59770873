"""The tokens of invitations, so that no table holds one."""

from uuid import UUID

from fastshop.contract.staff import InvitationInvalid
from server.kernel.keyed import Keyed


class Tokens:
    """Makes and reads tokens."""

    def __init__(self, keyed: Keyed) -> None:
        self._keyed = keyed

    def token(self, invitation_id: UUID) -> str:
        """The token of an invitation."""
        return self._keyed.named("invitation", invitation_id)

    def invitation_of(self, token: str) -> UUID:
        """The invitation that a token was made for. Refused where the shop has not made it: `InvitationInvalid`."""
        invitation_id = self._keyed.subject_of("invitation", token)
        if invitation_id is None:
            raise InvitationInvalid
        return invitation_id
