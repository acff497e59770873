"""What payments need from outside: somebody who moves money."""

from enum import StrEnum
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from fastshop.contract.base import Money
from fastshop.contract.payments import PaymentState


class Charge(Struct, frozen=True):
    """A charge as the gateway knows it. ``id`` is ours, ``gateway_id`` theirs; ``failure`` is their code."""

    id: UUID
    gateway_id: str
    state: PaymentState
    failure: str = ""
    action_url: str = ""


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
