"""Refunds as the gateway tells of them: what had gone back and did not arrive, and what went back without us.

Each time all that went back of a payment is looked at as it stands now, so messages may come twice, late, in any order.
Whoever gives money back on the gateway's own pages is booked as one of our refunds, once, by an id that stands for it.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastshop.contract.payments import GatewayUnavailable, PaymentState, RefundState
from server.domains.payments.owing import Owing
from server.domains.payments.ports import Returned
from server.domains.payments.refunds import FIND, LOCK, Refunds
from server.domains.payments.service import Payments
from server.kernel.database import Database
from server.kernel.money import from_numeric

ELSEWHERE = "Given back at the payment provider."

_UNDER_WAY = (PaymentState.PENDING, PaymentState.NEEDS_ACTION)


class Following:
    """Follows refunds."""

    def __init__(self, database: Database, refunds: Refunds, payments: Payments, owing: Owing) -> None:
        self._database = database
        self._refunds = refunds
        self._payments = payments
        self._owing = owing

    async def follow(self, payment_id: UUID, told: Sequence[Returned]) -> None:
        """All that went back of a payment stands like this now. Refused while its money has not come to our books."""
        # What failed first: another one may have been made for it.
        for each in sorted(told, key=lambda each: each.state is not RefundState.FAILED):
            if await self._note(payment_id, each):
                await self._refunds.move_on(each.id)
            elif each.state is RefundState.SUCCEEDED:
                await self._payments.conclude_refund(payment_id, each.id)

    async def _note(self, payment_id: UUID, told: Returned) -> bool:
        """Note what is new of a refund; whether it is one of those that `Refunds` moves on with."""
        async with self._database.transaction() as transaction:
            payment = await transaction.connection.fetchrow(LOCK, payment_id)
            row = await transaction.connection.fetchrow(FIND, told.id)
            if payment is None or payment["status"] == PaymentState.FAILED:
                return False
            if payment["status"] in _UNDER_WAY:
                raise GatewayUnavailable  # they tell it again
            failed = told.state is RefundState.FAILED
            if failed and _had_gone_back(payment, row, told.id):
                amount = told.amount if row is None else from_numeric(row["amount"], row["currency"])
                await self._owing.owe(transaction, payment_id, told.id, amount, told.failure)
            elif row is None and not failed and payment["refund_id"] != told.id:
                await self._refunds.note(transaction, told.id, payment_id, told.amount, ELSEWHERE, None)
                return True
            return row is not None


def _had_gone_back(payment: Any, row: Any, refund_id: UUID) -> bool:
    """Whether a refund is in the books as one that went back. What has failed once is not, whatever became of it."""
    if row is None:
        return bool(payment["refund_id"] == refund_id and payment["status"] == PaymentState.REFUNDED)
    return row["state"] == RefundState.SUCCEEDED and not row["failure"]
