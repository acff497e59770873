"""Cards that the simulated gateway saves: of each what it does and its last four digits, never its number."""

from typing import Any
from uuid import UUID

from fastshop.contract.payments import PaymentState
from server.adapters.payments.simulated_cards import fingerprint, outcome
from server.domains.payments.ports import Card, Setup
from server.kernel.clock import Clock
from server.kernel.database import Database

_PREFIX = "simcard_"
_YEARS = 4

_SAVE = """
INSERT INTO simulated_methods (reference, wallet, last4, fingerprint, state, failure, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (reference) DO NOTHING
"""
_FIND = "SELECT * FROM simulated_methods WHERE reference = $1"
_FORGET = "UPDATE simulated_methods SET state = 'forgotten' WHERE reference = $1"


class SimulatedWallets:
    """A `server.domains.payments.ports.Wallets` for the test cards."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def set_up(self, method_id: UUID, wallet: UUID, method: str | None) -> Setup:
        """See the port. No browser has fields for this gateway: without a card it stays as it is."""
        reference = f"{_PREFIX}{method_id}"
        if method is not None:
            await self.save(reference, wallet, method)
        row = await self._database.fetch_one(_FIND, reference)
        if row is None:
            return Setup(client_secret=f"sim_{method_id}_secret")
        return Setup(failure=row["failure"]) if row["failure"] else Setup(_card(row))

    async def kept(self, payment_id: UUID) -> Card | None:
        """See the port."""
        return await self.card(reference_of(payment_id))

    async def card(self, reference: str) -> Card | None:
        """See the port."""
        row = await self._database.fetch_one(_FIND, reference)
        return _card(row) if row is not None and row["state"] == "saved" else None

    async def forget(self, reference: str) -> None:
        """See the port."""
        await self._database.fetch(_FORGET, reference)

    async def save(self, reference: str, wallet: UUID, method: str) -> None:
        """Save a card, unless its bank says no to it. Once: another card under the same reference changes nothing."""
        failure = outcome(method).failure
        state = PaymentState.FAILED if failure else "saved"
        digits = "".join(character for character in method if character.isdigit())[-4:]
        facts = (reference, wallet, digits, fingerprint(method), state, failure, self._clock.now())
        await self._database.fetch(_SAVE, *facts)

    async def last4(self, reference: str, wallet: UUID | None) -> str:
        """The digits of a card that is saved for this person; empty when it is not."""
        row = await self._database.fetch_one(_FIND, reference)
        return str(row["last4"]) if row is not None and (row["wallet"], row["state"]) == (wallet, "saved") else ""

    async def fingerprint(self, method: str) -> str:
        """Of a card, saved or not."""
        if not method.startswith(_PREFIX):
            return fingerprint(method)
        row = await self._database.fetch_one(_FIND, method)
        return str(row["fingerprint"]) if row is not None else ""


def is_saved(method: str) -> bool:
    """Whether a payment method is a saved one."""
    return method.startswith(_PREFIX)


def reference_of(payment_id: UUID) -> str:
    """What the card is called that a payment has kept."""
    return f"{_PREFIX}{payment_id}"


def _card(row: Any) -> Card:
    return Card(row["reference"], "visa", row["last4"], 12, row["created_at"].year + _YEARS, row["fingerprint"])
