"""Money that was to go back and did not arrive: it is owed to the customer until somebody has sent it otherwise.

It stays set aside of its payment, so nobody else gets it. Another try with the same card would most likely fail again
(https://docs.stripe.com/refunds#failed-refunds), so a person decides: they say here that it was sent, or give it back
on the gateway's own pages (`server.domains.payments.following`).
"""

from typing import Any
from uuid import UUID

import structlog

from fastshop.contract.base import Money
from fastshop.contract.payments import (
    NotRefundable,
    PaymentNotFound,
    PaymentPartRefunded,
    PaymentRefund,
    PaymentRefundFailed,
    RefundState,
    SendRefundByHand,
)
from fastshop.ids import new_id
from server.domains.payments.ports import Ledger
from server.domains.payments.refunds import FIND, LOCK, RETURNED, refund_of, set_aside
from server.domains.payments.rules import TRIES
from server.domains.payments.service import payer, payment_of
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.money import from_numeric, to_numeric

logger = structlog.get_logger()

# Noted before or not; what it was given back for and out of stays.
_OWE = """
INSERT INTO payment_refunds (id, payment_id, amount, currency, reason, state, failure, owed, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, 'failed', $6::varchar(200), true, $7, $7)
ON CONFLICT (id) DO UPDATE SET state = 'failed', failure = excluded.failure, owed = true,
    updated_at = excluded.updated_at
RETURNING *
"""
_GOING_BACK = "UPDATE payments SET status = 'refunding' WHERE id = $1 AND status = 'refunded'"
_SENT = """
UPDATE payment_refunds SET state = 'succeeded', owed = false, updated_at = $2 WHERE id = $1 AND owed RETURNING *
"""
_HOPELESS = """
SELECT id FROM payments WHERE status = 'refunding' AND refund_tries >= $1 AND returned < amount LIMIT 100
"""

FOR_NOTHING = "Nothing was ordered for it."

# In seconds.
_LOOK = 60.0


class Owing:
    """Keeps what is owed to customers."""

    def __init__(self, database: Database, clock: Clock, ledger: Ledger) -> None:
        self._database = database
        self._clock = clock
        self._ledger = ledger

    async def owe(
        self, transaction: Transaction, payment_id: UUID, refund_id: UUID, amount: Money, failure: str
    ) -> None:
        """Note that a refund, which is in the books, did not arrive. The payment's row is locked by the caller."""
        now, connection = self._clock.now(), transaction.connection
        values = (refund_id, payment_id, to_numeric(amount), amount.currency, FOR_NOTHING, failure or "failed", now)
        refund = refund_of(await connection.fetchrow(_OWE, *values))
        await connection.execute(_GOING_BACK, payment_id)
        await set_aside(transaction, payment_id, now)
        await self._ledger.came_back(transaction, refund_id, payment_id, amount, now)
        payment = payment_of(await connection.fetchrow(LOCK, payment_id))
        transaction.emit(PaymentRefundFailed(time=now, payment=payment, refund=refund), *payer(payment.user_id))
        logger.error("a refund did not arrive", refund=str(refund_id), failure=failure)

    async def send_by_hand(self, command: SendRefundByHand, caller: Caller) -> PaymentRefund:
        """Say that what was owed was sent in another way."""
        async with self._database.transaction() as transaction:
            payment = await transaction.connection.fetchrow(LOCK, command.payment_id)
            row = await transaction.connection.fetchrow(FIND, command.refund_id)
            if payment is None or row is None or row["payment_id"] != command.payment_id:
                raise PaymentNotFound
            if row["owed"]:
                row = await self._send(transaction, payment, command, caller)
            elif row["state"] != RefundState.SUCCEEDED or not row["failure"]:
                raise NotRefundable(row["state"])
        return refund_of(row)

    async def round(self) -> float:
        """Leave to people what the gateway could not give back time and again. Answers how long to rest."""
        for row in await self._database.fetch(_HOPELESS, TRIES):
            try:
                await self._give_up(row["id"])
            except Exception:  # the others must not wait for it
                logger.exception("a payment could not be noted as owed", payment=str(row["id"]))
        return _LOOK

    async def _send(self, transaction: Transaction, payment: Any, command: SendRefundByHand, caller: Caller) -> Any:
        now = self._clock.now()
        if payment["returned"] + payment["disputed"] > payment["amount"]:
            raise NotRefundable("disputed")  # the bank has given the customer some of it meanwhile
        row = await transaction.connection.fetchrow(_SENT, command.refund_id, now)
        refund = refund_of(row)
        await self._ledger.sent(transaction, refund.id, refund.payment_id, refund.amount, now)
        told = payment_of(await transaction.connection.fetchrow(RETURNED, refund.payment_id, now))
        transaction.emit(PaymentPartRefunded(time=now, payment=told, refund=refund), *payer(told.user_id))
        facts = {"refund": str(refund.id), "reference": command.reference}
        await note(transaction, now, caller, command.tag(), f"payment:{refund.payment_id}", **facts)
        return row

    async def _give_up(self, payment_id: UUID) -> None:
        async with self._database.transaction() as transaction:
            payment: Any = await transaction.connection.fetchrow(LOCK, payment_id)
            left = payment["amount"] - payment["returned"]
            if payment["status"] != "refunding" or payment["refund_tries"] < TRIES or left <= 0:
                return
            refund_id, amount = new_id(), from_numeric(left, payment["currency"])
            await self._ledger.refunded(transaction, refund_id, payment_id, amount, self._clock.now())
            await self.owe(transaction, payment_id, refund_id, amount, "tried_too_often")
