"""Payments that a bank questions: the money is gone until it has decided, and the books say so."""

from datetime import datetime
from typing import Any

from fastshop.contract.base import Page
from fastshop.contract.payments import Dispute, DisputeState, ListDisputes, PaymentDisputeLost
from server.domains.payments.ports import Ledger, Questioned
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.money import from_numeric, to_numeric
from server.kernel.page import as_page, decode_cursor

_OPEN = """
INSERT INTO payment_disputes (id, payment_id, amount, currency, state, reason, created_at, updated_at)
VALUES ($1, $2, $3, $4, 'open', $5, $6, $6) ON CONFLICT (id) DO NOTHING
"""
# What a bank has decided stays so, whatever arrives later.
_DECIDE = "UPDATE payment_disputes SET state = $2, updated_at = $3 WHERE id = $1 AND state = 'open' RETURNING *"
_LIST = """
SELECT * FROM payment_disputes WHERE $1::timestamptz IS NULL OR (created_at, id) < ($1, $2)
ORDER BY created_at DESC, id DESC LIMIT $3
"""


class Disputes:
    """Follows disputes."""

    def __init__(self, database: Database, clock: Clock, ledger: Ledger) -> None:
        self._database = database
        self._clock = clock
        self._ledger = ledger

    async def follow(self, now_is: Questioned) -> None:
        """A dispute stands like this now. Told again, or late, it changes nothing."""
        now, payment_id = self._clock.now(), now_is.payment_id
        async with self._database.transaction() as transaction:
            asked = (payment_id, to_numeric(now_is.amount), now_is.amount.currency, now_is.reason, now)
            await transaction.connection.execute(_OPEN, now_is.id, *asked)
            if now_is.withdrawn:
                await self._ledger.disputed(transaction, now_is.id, payment_id, now_is.amount, now)
            if now_is.state is DisputeState.OPEN:
                return
            decided = await transaction.connection.fetchrow(_DECIDE, now_is.id, now_is.state, now)
            if decided is not None:
                won = now_is.state is DisputeState.WON
                await self._ledger.decided(transaction, now_is.id, payment_id, now, won=won)
                if not won:
                    transaction.emit(PaymentDisputeLost(time=now, dispute=_dispute(decided)))

    async def list(self, command: ListDisputes, caller: Caller) -> Page[Dispute]:  # noqa: ARG002 - any who may
        """All disputes."""
        after = decode_cursor(command.cursor, tuple[datetime, str]) or (None, None)
        disputes = [_dispute(row) for row in await self._database.fetch(_LIST, *after, command.limit + 1)]
        return as_page(disputes, command.limit, lambda dispute: (dispute.created_at, dispute.id))


def _dispute(row: Any) -> Dispute:
    return Dispute(
        id=row["id"],
        payment_id=row["payment_id"],
        amount=from_numeric(row["amount"], row["currency"]),
        state=DisputeState(row["state"]),
        reason=row["reason"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
