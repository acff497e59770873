"""Asking for the password again, for what a thief with somebody's open session would change first."""

from uuid import UUID

from server.domains.accounts.credentials import Credentials
from server.domains.accounts.letter_texts import Purpose
from server.domains.accounts.letters import Letters
from server.kernel.caller import Caller
from server.kernel.database import Transaction


class Confirming:
    """What other areas may ask of accounts."""

    def __init__(self, credentials: Credentials, letters: Letters) -> None:
        self._credentials = credentials
        self._letters = letters

    async def prove(self, caller: Caller, password: str) -> None:
        """Nothing, if this is the caller's password. Refused as `Credentials.prove` does."""
        await self._credentials.prove(caller, password)

    async def warn_of_payouts(self, transaction: Transaction, user_id: UUID) -> None:
        """Write to somebody that what they earn is paid out to another account now."""
        await self._letters.write(transaction, user_id, Purpose.PAYOUT_ACCOUNT_CHANGED)
