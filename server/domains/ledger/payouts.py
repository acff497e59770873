"""Paying sellers out: never more than the shop owes them, once each, and back in the balance when it failed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastshop.contract.accounts import Role
from fastshop.contract.base import IdReused, Page
from fastshop.contract.ledger import (
    Account,
    BalanceTooLow,
    CompletePayout,
    Earnings,
    ListPayouts,
    MovementKind,
    PayOut,
    Payout,
    PayoutNotFound,
    PayoutOver,
    PayoutState,
    PreviewPayouts,
    SellerUnknown,
)
from server.domains.ledger.posting import post
from server.domains.ledger.rules import Posting, Share, negated
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.money import from_numeric, to_numeric
from server.kernel.page import as_page, decode_cursor

# Payouts of one seller take turns; sales go on meanwhile.
_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('payout:' || $1, 0))"
_DUE = """
SELECT coalesce(sum(balance), 0) FROM ledger_balances WHERE account = 'seller' AND party_id = $1 AND currency = $2
"""
_INSERT = """
INSERT INTO payouts (id, seller_id, amount, currency, state, created_at) VALUES ($1, $2, $3, $4, 'pending', $5)
"""
_COMPLETE = """
UPDATE payouts SET state = $2, reference = $3, completed_at = $4 WHERE id = $1 AND state = 'pending' RETURNING *
"""
_LIST = """
SELECT * FROM payouts WHERE ($1::uuid IS NULL OR seller_id = $1)
    AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3))
ORDER BY created_at DESC, id DESC LIMIT $4
"""
_PREVIEW = """
SELECT party_id, array_agg(currency ORDER BY currency) AS currencies, array_agg(due ORDER BY currency) AS dues FROM (
    SELECT party_id, currency, sum(balance) AS due FROM ledger_balances
    WHERE account = 'seller' AND ($1::uuid IS NULL OR party_id > $1)
    GROUP BY party_id, currency HAVING sum(balance) > 0
) owed
GROUP BY party_id ORDER BY party_id LIMIT $2
"""


class Payouts:
    """Payouts. The transfer itself is made by people at the bank; see `complete`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def preview(self, command: PreviewPayouts, caller: Caller) -> Page[Earnings]:  # noqa: ARG002 - any who may
        """Whom the shop owes what."""
        (after,) = decode_cursor(command.cursor, tuple[UUID]) or (None,)
        rows = await self._database.fetch(_PREVIEW, after, command.limit + 1)
        return as_page([_owed(row) for row in rows], command.limit, lambda owed: (owed.seller_id,))

    async def list(self, command: ListPayouts, caller: Caller) -> Page[Payout]:
        """Payouts that the caller may see."""
        whose = None if caller.is_any(Role.ADMIN, Role.MANAGER) else caller.seller_id or UUID(int=0)
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        payouts = [_payout(row) for row in await self._database.fetch(_LIST, whose, *after, command.limit + 1)]
        return as_page(payouts, command.limit, lambda payout: (payout.created_at, payout.id))

    async def pay_out(self, command: PayOut, caller: Caller) -> Payout:
        """Begin a payout."""
        async with self._database.transaction() as transaction:
            await transaction.connection.execute(_TURN, str(command.seller_id))
            known = await self._find(command.payout_id)
            if known is None:
                await self._begin(transaction, command, caller)
        payout = known or await self._get(command.payout_id)
        if (payout.seller_id, payout.amount) != (command.seller_id, command.amount):
            raise IdReused
        return payout

    async def complete(self, command: CompletePayout, caller: Caller) -> Payout:
        """How a payout went."""
        state, now = PayoutState.FAILED if command.failed else PayoutState.PAID, self._clock.now()
        async with self._database.transaction() as transaction:
            details = (command.payout_id, state, command.reference, now)
            row = await transaction.connection.fetchrow(_COMPLETE, *details)
            if row is not None and command.failed:
                await post(transaction, [_posting(_payout(row), MovementKind.PAYOUT_FAILED, now)])
            if row is not None:
                await note(transaction, now, caller, command.tag(), f"payout:{command.payout_id}", state=state)
        payout = await self._get(command.payout_id)
        if (payout.state, payout.reference) != (state, command.reference):
            raise PayoutOver(payout.state)
        return payout

    async def _begin(self, transaction: Transaction, command: PayOut, caller: Caller) -> None:
        connection, amount = transaction.connection, command.amount
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM sellers WHERE id = $1)", command.seller_id):
            raise SellerUnknown
        due = from_numeric(await connection.fetchval(_DUE, command.seller_id, amount.currency), amount.currency)
        if not 0 < amount.amount <= due.amount:
            raise BalanceTooLow(due.amount, amount.currency)
        now = self._clock.now()
        numeric = to_numeric(amount)
        await connection.execute(_INSERT, command.payout_id, command.seller_id, numeric, amount.currency, now)
        payout = Payout(command.payout_id, command.seller_id, amount, PayoutState.PENDING, "", now, None)
        await post(transaction, [_posting(payout, MovementKind.PAYOUT, now)])
        facts = {"seller": str(command.seller_id), "amount": amount.amount, "currency": amount.currency}
        await note(transaction, now, caller, command.tag(), f"payout:{payout.id}", **facts)

    async def _find(self, payout_id: UUID) -> Payout | None:
        row = await self._database.fetch_one("SELECT * FROM payouts WHERE id = $1", payout_id)
        return _payout(row) if row else None

    async def _get(self, payout_id: UUID) -> Payout:
        payout = await self._find(payout_id)
        if payout is None:
            raise PayoutNotFound
        return payout


def _posting(payout: Payout, kind: MovementKind, at: datetime) -> Posting:
    amount, seller = payout.amount, payout.seller_id
    out = {Share(Account.SELLER, seller): -amount.amount, Share(Account.PAYOUTS, seller): amount.amount}
    parts = out if kind is MovementKind.PAYOUT else negated(out)
    return Posting(f"{kind}:{payout.id}", kind, at, amount.currency, parts)


def _owed(row: Any) -> Earnings:
    found = zip(row["dues"], row["currencies"], strict=True)
    return Earnings(row["party_id"], tuple(from_numeric(due, currency) for due, currency in found))


def _payout(row: Any) -> Payout:
    return Payout(
        id=row["id"],
        seller_id=row["seller_id"],
        amount=from_numeric(row["amount"], row["currency"]),
        state=PayoutState(row["state"]),
        reference=row["reference"],
        created_at=row["created_at"],
        completed_at=row["completed_at"],
    )
