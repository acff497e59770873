"""Giving money back: in part or all that is left, once for each refund's id, with its reason.

What is to go back is set aside first, so that refunds together never exceed the payment; then the gateway is asked,
outside of any transaction, again and again until it has an outcome.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import structlog

from fastshop.contract.accounts import Role
from fastshop.contract.base import IdReused, Money, Page
from fastshop.contract.payments import (
    ListRefunds,
    NotRefundable,
    PaymentNotFound,
    PaymentPartRefunded,
    PaymentRefund,
    PaymentState,
    Receipt,
    RefundPayment,
    RefundState,
    RefundTooLarge,
    ShowReceipt,
)
from fastshop.ids import new_id
from server.domains.payments.ports import Gateway, Ledger
from server.domains.payments.service import payer, payment_of
from server.domains.payments.throttle import Throttle
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.money import LineRefund, fitted, from_numeric, to_numeric
from server.kernel.page import as_page, decode_cursor

logger = structlog.get_logger()

# What a bank took back is gone: it does not go back a second time. An inquiry took nothing, so the books say of which.
LOCK = """
SELECT payments.*, (
    SELECT coalesce(sum(disputed.amount), 0) FROM payment_disputes disputed
    WHERE disputed.payment_id = payments.id AND disputed.state <> 'won'
        AND EXISTS (SELECT FROM ledger_transactions WHERE source = 'dispute:' || disputed.id)
) AS disputed
FROM payments WHERE id = $1 FOR NO KEY UPDATE OF payments
"""
# Counted each time: who gives back on the gateway's own pages does not ask what is set aside here. A refund of all that
# is left is then one of another amount, so another one.
_SET_ASIDE = """
UPDATE payments SET updated_at = $2, returned = least(payments.amount, (
    SELECT coalesce(sum(refund.amount), 0) FROM payment_refunds refund
    WHERE refund.payment_id = $1 AND (refund.state <> 'failed' OR refund.owed)
)), refund_id = CASE status WHEN 'refunding' THEN $3 ELSE refund_id END
WHERE id = $1
"""
_INSERT = """
INSERT INTO payment_refunds
    (id, payment_id, amount, currency, reason, asked_by, state, created_at, updated_at, seller_id, tax, lines)
VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $7, $8, $9, $10)
"""
FIND = "SELECT * FROM payment_refunds WHERE id = $1"
_OF_PAYMENT = "SELECT * FROM payment_refunds WHERE payment_id = $1 ORDER BY created_at, id"
_ENDED = """
UPDATE payment_refunds SET state = $2, failure = $3::varchar(200), updated_at = $4
WHERE id = $1 AND state = 'pending' RETURNING *
"""
RETURNED = """
UPDATE payments SET updated_at = $2, status = CASE WHEN status IN ('succeeded', 'refunding') AND amount = (
    SELECT sum(amount) FROM payment_refunds WHERE payment_id = $1 AND state = 'succeeded'
) THEN 'refunded' ELSE status END WHERE id = $1 RETURNING *
"""
# What somebody gave back on the gateway's own pages is what was owed, where it is as much.
_INSTEAD = """
UPDATE payment_refunds SET owed = false, updated_at = $3 WHERE id = (
    SELECT id FROM payment_refunds WHERE payment_id = $1 AND owed AND amount = $2 ORDER BY created_at, id LIMIT 1
) RETURNING id
"""
_LIST = """
SELECT * FROM payment_refunds WHERE state = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3))
ORDER BY created_at DESC, id DESC LIMIT $4
"""
# Each try moves the refund to the end of those that are tried again.
_DUE = """
UPDATE payment_refunds SET updated_at = $2 WHERE id IN (
    SELECT id FROM payment_refunds WHERE state = 'pending' AND updated_at <= $1 ORDER BY updated_at LIMIT 100
) RETURNING *
"""

# How often refunds without an outcome are looked for, in seconds; and how long one is left to who began it.
_LOOK = 30.0
_LEFT_ALONE = timedelta(seconds=30)


class Refunds:
    """Refunds that people ask for. ``patience`` is how long an answer waits for the gateway, in seconds."""

    def __init__(
        self,
        database: Database,
        gateway: Gateway,
        clock: Clock,
        ledger: Ledger,
        throttle: Throttle,
        patience: float = 3.0,
    ) -> None:
        self._database = database
        self._gateway = gateway
        self._clock = clock
        self._ledger = ledger
        self._throttle = throttle
        self._patience = patience

    async def refund(self, command: RefundPayment, caller: Caller) -> PaymentRefund:
        """Give money back."""
        await self._throttle.spend(caller)
        try:
            row = await self._known(command, caller)
        except asyncpg.UniqueViolationError:  # a refund of another payment has had this id since it was looked for
            raise IdReused from None
        refund = refund_of(row)
        same = (refund.payment_id, refund.reason) == (command.payment_id, command.reason)
        if not same or (command.amount or refund.amount) != refund.amount:
            raise IdReused
        return await self.move_on(refund.id)

    async def set_aside(
        self,
        transaction: Transaction,
        refund_id: UUID,
        payment_id: UUID,
        currency: str,
        lines: Sequence[LineRefund],
        reason: str,
        asked_by: UUID | None,
        seller_id: UUID,
    ) -> Money:
        """Note that money goes back for lines of one seller, out of their share of the sale.

        What is noted is at most what is left of the payment, perhaps nothing; so much is answered. Who calls it has
        `move_on` done after the commit; the round does it otherwise. Where the shop had paid for all of it nothing is
        noted, but it has its discount back.
        """
        payment = await transaction.connection.fetchrow(LOCK, payment_id)
        if payment is None:
            raise PaymentNotFound
        if payment["status"] != PaymentState.SUCCEEDED:
            return Money(0, currency)
        granted = min(Money(sum(line.amount for line in lines), currency), _left(payment))
        due = fitted(lines, granted.amount)
        if granted.amount:
            await self.note(transaction, refund_id, payment_id, granted, reason, asked_by, seller_id, due)
        else:
            args = (transaction, refund_id, payment_id, granted, self._clock.now(), seller_id, 0, due)
            await self._ledger.refunded(*args)
        return granted

    async def list(self, command: ListRefunds, caller: Caller) -> Page[PaymentRefund]:  # noqa: ARG002 - any who may
        """Refunds in one state."""
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        rows = await self._database.fetch(_LIST, command.state, *after, command.limit + 1)
        return as_page([refund_of(row) for row in rows], command.limit, lambda refund: (refund.created_at, refund.id))

    async def receipt(self, command: ShowReceipt, caller: Caller) -> Receipt:
        """A payment with all that went back of it."""
        row = await self._database.fetch_one("SELECT * FROM payments WHERE id = $1", command.payment_id)
        if row is None or (row["user_id"] != caller.person and not caller.is_any(Role.ADMIN, Role.MANAGER)):
            raise PaymentNotFound
        refunds = await self._database.fetch(_OF_PAYMENT, command.payment_id)
        return Receipt(payment_of(row), row["reference"], tuple(refund_of(each) for each in refunds))

    async def move_on(self, refund_id: UUID) -> PaymentRefund:
        """Have the gateway do what is not done yet; as it stands then."""
        row = await self._row(refund_id)
        if row["state"] != RefundState.PENDING:
            return refund_of(row)
        try:
            async with asyncio.timeout(self._patience):
                amount = from_numeric(row["amount"], row["currency"])
                outcome = await self._gateway.refund(refund_id, row["payment_id"], amount)
        except Exception as error:
            logger.warning("a refund has no outcome", refund=str(refund_id), error=type(error).__name__)
            return refund_of(row)
        if outcome.state is not RefundState.PENDING:
            await self._end(row["payment_id"], refund_id, outcome.state, outcome.failure)
        return refund_of(await self._row(refund_id))

    async def round(self) -> float:
        """Move on with what has no outcome yet. Answers how long to rest, in seconds."""
        now = self._clock.now()
        for row in await self._database.fetch(_DUE, now - _LEFT_ALONE, now):
            try:
                await self.move_on(row["id"])
            except Exception:  # the others must not wait for it
                logger.exception("a refund could not be moved on", refund=str(row["id"]))
        return _LOOK

    async def knows(self, refund_id: UUID) -> bool:
        """Whether a refund is one of these."""
        return await self._database.fetch_one(FIND, refund_id) is not None

    async def _known(self, command: RefundPayment, caller: Caller) -> Any:
        """The refund, which is noted if it is not known yet."""
        async with self._database.transaction() as transaction:
            payment = await transaction.connection.fetchrow(LOCK, command.payment_id)
            if payment is None:
                raise PaymentNotFound
            row = await transaction.connection.fetchrow(FIND, command.refund_id)
            if row is None:
                await self._set_aside(transaction, payment, command, caller)
                row = await transaction.connection.fetchrow(FIND, command.refund_id)
        return row

    async def _set_aside(self, transaction: Transaction, payment: Any, command: RefundPayment, caller: Caller) -> None:
        left = _left(payment)
        amount = command.amount or left
        if payment["status"] != PaymentState.SUCCEEDED or not left.amount:
            paid = payment["status"] == PaymentState.SUCCEEDED
            raise NotRefundable("disputed" if paid and payment["disputed"] else payment["status"])
        if amount.currency != left.currency or not 0 < amount.amount <= left.amount:
            raise RefundTooLarge(left.amount, left.currency)
        await self.note(transaction, command.refund_id, command.payment_id, amount, command.reason, caller.person)
        facts = {"refund": str(command.refund_id), "amount": amount.amount, "currency": amount.currency}
        await note(transaction, self._clock.now(), caller, command.tag(), f"payment:{command.payment_id}", **facts)

    async def note(
        self,
        transaction: Transaction,
        refund_id: UUID,
        payment_id: UUID,
        amount: Money,
        reason: str,
        asked_by: UUID | None,
        seller_id: UUID | None = None,
        lines: Sequence[LineRefund] = (),
    ) -> None:
        """Note a refund that is to be made, or is being made. The payment's row is locked by the caller."""
        now, numeric = self._clock.now(), to_numeric(amount)
        tax = to_numeric(Money(sum(line.tax for line in lines), amount.currency))
        told = msgspec.json.encode(lines).decode()
        asked = (refund_id, payment_id, numeric, amount.currency, reason, asked_by, now, seller_id, tax, told)
        await transaction.connection.execute(_INSERT, *asked)
        await set_aside(transaction, payment_id, now)
        logger.info("a refund", payment=str(payment_id), reason=reason, by=str(asked_by))

    async def _end(self, payment_id: UUID, refund_id: UUID, state: RefundState, failure: str) -> None:
        now = self._clock.now()
        async with self._database.transaction() as transaction:
            await transaction.connection.execute(LOCK, payment_id)
            row = await transaction.connection.fetchrow(_ENDED, refund_id, state, failure, now)
            if row is None:
                return
            if state is RefundState.FAILED:
                logger.error("a refund failed", refund=str(refund_id), failure=failure)
                await set_aside(transaction, payment_id, now)
                return
            await self._book(transaction, row, now)
            refund = refund_of(row)
            payment = payment_of(await transaction.connection.fetchrow(RETURNED, payment_id, now))
            told = PaymentPartRefunded(time=now, payment=payment, refund=refund)
            transaction.emit(told, *payer(payment.user_id))

    async def _book(self, transaction: Transaction, row: Any, now: datetime) -> None:
        refund, by_us = refund_of(row), row["asked_by"] or row["seller_id"]
        moved = (transaction, refund.id, refund.payment_id, refund.amount, now)
        instead = (refund.payment_id, row["amount"], now)
        if not by_us and await transaction.connection.fetchval(_INSTEAD, *instead) is not None:
            await set_aside(transaction, refund.payment_id, now)
            await self._ledger.sent(*moved)
            return
        tax = from_numeric(row["tax"], row["currency"]).amount
        lines = msgspec.json.decode(row["lines"], type=tuple[LineRefund, ...])
        await self._ledger.refunded(*moved, refund.seller_id, tax, lines)

    async def _row(self, refund_id: UUID) -> Any:
        return await self._database.fetch_one(FIND, refund_id)


async def set_aside(transaction: Transaction, payment_id: UUID, now: datetime) -> None:
    """Set aside what goes back of a payment, or is owed of it. Its row is locked by the caller."""
    await transaction.connection.execute(_SET_ASIDE, payment_id, now, new_id())


def refund_of(row: Any) -> PaymentRefund:
    """The refund in a row."""
    return PaymentRefund(
        id=row["id"],
        payment_id=row["payment_id"],
        amount=from_numeric(row["amount"], row["currency"]),
        reason=row["reason"],
        state=RefundState(row["state"]),
        failure=row["failure"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        seller_id=row["seller_id"],
        owed=row["owed"],
    )


def _left(payment: Any) -> Money:
    left = payment["amount"] - payment["returned"] - payment["disputed"]
    return from_numeric(max(left, Decimal()), payment["currency"])
