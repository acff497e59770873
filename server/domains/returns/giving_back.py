"""Giving money back for lines: begun in the transaction that decides it, carried out by the payments, once.

What a return or a dispute gives back is noted for each line. While the outcome is not known the return or the dispute
is open for it; whoever asked concludes that, and a round does where they could not.
"""

from uuid import UUID

from fastshop.contract.base import Money
from fastshop.contract.payments import NotRefundable, RefundState, RefundTooLarge
from server.domains.returns import dispute_rows, queries
from server.domains.returns.moving import Moving
from server.domains.returns.ports import Refunds
from server.domains.returns.rules import BoughtLine, Due
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.money import LineRefund, to_numeric

_NOTE = "INSERT INTO line_refunds (refund_id, line_id, amount, tax, discount) VALUES ($1, $2, $3, $4, $5)"
_NOTE_SHIPPING = "INSERT INTO shipping_refunds (refund_id, order_id, seller_id) VALUES ($1, $2, $3)"
_FORGET = (
    "WITH sent AS (DELETE FROM shipping_refunds WHERE refund_id = $1) DELETE FROM line_refunds WHERE refund_id = $1"
)
_RETURN_ENDED = """
UPDATE returns SET refund_open = false, updated_at = $3, failure = $2,
    state = CASE WHEN state <> 'refunding' THEN state WHEN $2 = '' THEN 'refunded' ELSE resumes END,
    refunded = CASE WHEN $2 = '' THEN refunded ELSE 0 END
WHERE refund_id = $1 AND refund_open RETURNING id
"""
_DISPUTE_ENDED = """
UPDATE order_disputes SET refund_open = false, updated_at = $3, failure = $2,
    state = CASE WHEN $2 = '' THEN 'resolved' ELSE 'open' END, refund = CASE WHEN $2 = '' THEN refund ELSE 0 END
WHERE refund_id = $1 AND refund_open RETURNING id
"""

# How often refunds are looked for whose outcome nobody noted, in seconds.
_LOOK = 30.0


class GivingBack:
    """Begins refunds for lines and concludes what waits for them."""

    def __init__(self, database: Database, refunds: Refunds, moving: Moving, clock: Clock) -> None:
        self._database = database
        self._refunds = refunds
        self._moving = moving
        self._clock = clock

    async def begin(
        self,
        transaction: Transaction,
        refund_id: UUID,
        amount: Money,
        due: Due,
        reason: str,
        asked_by: UUID,
    ) -> None:
        """Set an amount aside of what is due for lines of one seller of one order; then `settle`.

        Refused: `NotRefundable`, `RefundTooLarge`. A refund with this id violates the database's constraint.
        """
        of, parts = next(iter(due.lines.values())), due.parts(amount.amount)
        if of.payment_id is None:
            raise NotRefundable("unpaid")
        told = (refund_id, of.payment_id, amount.currency, parts, reason, asked_by, of.seller_id)
        granted = await self._refunds.set_aside(transaction, *told)
        if granted != amount:
            raise RefundTooLarge(granted.amount, granted.currency)
        for part in parts:
            await _note(transaction, refund_id, of, part)

    async def settle(self, refund_id: UUID) -> None:
        """Have a refund move on, and conclude what waits for it when it has an outcome."""
        refund = await self._refunds.move_on(refund_id)
        if refund.state is RefundState.PENDING:
            return
        # What is owed went back once, and will again: nothing else is to go back for it.
        failure = (refund.failure or "failed") if refund.state is RefundState.FAILED and not refund.owed else ""
        async with self._database.transaction() as transaction:
            ended = (refund_id, failure, self._clock.now())
            return_id = await transaction.connection.fetchval(_RETURN_ENDED, *ended)
            dispute_id = await transaction.connection.fetchval(_DISPUTE_ENDED, *ended)
            if failure and (return_id or dispute_id):
                await transaction.connection.execute(_FORGET, refund_id)
            if return_id is not None:
                await self._moving.tell(transaction, return_id)
            if dispute_id is not None:
                await dispute_rows.tell(self._database, transaction, dispute_id)

    async def round(self) -> float:
        """Conclude what nobody has. Answers how long to rest, in seconds."""
        for refund_id in await queries.ended(self._database):
            await self.settle(refund_id)
        return _LOOK


async def _note(transaction: Transaction, refund_id: UUID, of: BoughtLine, part: LineRefund) -> None:
    """Note what of a refund is for a line, or for sending."""
    if not part.amount:
        return
    if part.line_id is None:
        await transaction.connection.execute(_NOTE_SHIPPING, refund_id, of.order_id, of.seller_id)
        return
    numbers = (to_numeric(Money(each, of.currency)) for each in (part.amount, part.tax, part.discount))
    await transaction.connection.execute(_NOTE, refund_id, part.line_id, *numbers)
