"""Checkouts as what payments pay for, where the customer's browser completes the payment."""

from uuid import UUID

from fastshop.contract.base import Money
from server.domains.checkout.paying import Paying
from server.kernel.caller import Caller
from server.kernel.database import Transaction


class PayableCheckouts:
    """Things of the kind ``checkout``."""

    def __init__(self, paying: Paying) -> None:
        self._paying = paying

    async def start(self, thing_id: UUID, payment_id: UUID, caller: Caller) -> Money:
        """Fix the price for this payment; what it is. Refused as `checkout.complete` is."""
        kept, _ = await self._paying.start(thing_id, payment_id, caller)
        return kept.checkout.total

    async def settle(self, thing_id: UUID) -> None:
        """Its payment may have an outcome: conclude it."""
        await self._paying.settle(thing_id)

    async def waits_for(self, transaction: Transaction, thing_id: UUID, payment_id: UUID) -> bool:
        """Whether it is being paid with this payment. Nothing changes that until the transaction ends."""
        return await self._paying.waits_for(transaction, thing_id, payment_id)
