"""What payments need from outside: somebody who moves money."""

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
