"""What payments need from outside: somebody who moves money, and somebody who keeps the books."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from fastshop.contract.base import Money
from fastshop.contract.payments import PaymentState
from server.kernel.database import Transaction

# The payment method of who transfers the money themselves.
BANK_TRANSFER = "bank_transfer"


class Charge(Struct, frozen=True):
    """A charge as the gateway knows it. ``id`` is ours, ``gateway_id`` theirs; ``failure`` is their code.

    ``fee`` is what the gateway keeps of it, in minor units, as far as it is known.
    """

    id: UUID
    gateway_id: str
    state: PaymentState
    failure: str = ""
    action_url: str = ""
    fee: int = 0


class RefundState(StrEnum):
    """Where a refund stands. Succeeded and failed are final."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Refund(Struct, frozen=True):
    """A refund as the gateway knows it. ``id`` is ours, ``failure`` is their code."""

    id: UUID
    state: RefundState
    failure: str = ""


class Gateway(Protocol):
    """Moves money. Everything is by our payment's id, so that asking twice moves it once (promise P8)."""

    async def charge(self, payment_id: UUID, amount: Money, method: str) -> Charge:
        """Charge, or answer how the charge with this id went. A method it does not know fails the charge."""
        ...

    async def find(self, payment_id: UUID) -> Charge | None:
        """How the charge stands now; None when the gateway never heard of it."""
        ...

    async def close(self, payment_id: UUID, amount: Money) -> Charge:
        """End a charge that has no outcome, heard of or not: it fails, unless it has succeeded by then."""
        ...

    async def refund(self, refund_id: UUID, payment_id: UUID, amount: Money) -> Refund:
        """Give money of a charge back, or answer how the refund with this id went. ``IdReused`` for another refund.

        Never more goes back than came: what is too much, or of a charge that did not succeed, fails.
        """
        ...

    async def fingerprint(self, method: str) -> str:
        """What is the same for every payment method that stands for the same card; empty when it stands for none."""
        ...


class Ledger(Protocol):
    """Who keeps the books. Each is posted in the transaction that makes it due; twice changes nothing."""

    async def paid(self, transaction: Transaction, payment_id: UUID, amount: Money, at: datetime, fee: int = 0) -> None:
        """A buyer paid; of it the gateway keeps a fee, in minor units."""
        ...

    async def refunded(
        self, transaction: Transaction, refund_id: UUID, payment_id: UUID, amount: Money, at: datetime
    ) -> None:
        """Money of a payment went back to the buyer."""
        ...
