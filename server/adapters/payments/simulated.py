"""The gateway of a shop that has none yet: test cards, and books of its own that outlive any crash of ours.

It stands for another company: it is asked over its port only, and keeps what it was told by our payment's id.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from fastshop.contract.base import IdReused, Money
from fastshop.contract.payments import PaymentState
from server.adapters.payments.simulated_cards import Outcome, outcome, outcome_of_saved
from server.adapters.payments.simulated_wallets import SimulatedWallets, is_saved, reference_of
from server.domains.payments.ports import METHOD_GONE, Charge, Refund, RefundState
from server.domains.payments.rules import masked
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.money import to_numeric

_NOW = timedelta()

_INSERT = """
INSERT INTO simulated_charges
    (id, amount, currency, payment_method, status, failure, settles_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING RETURNING *
"""
_SELECT = "SELECT * FROM simulated_charges WHERE id = $1"
# A slow charge is on its way while `settles_at` is later than `created_at`. Whoever sees that its time has come writes
# so before telling: two who looked at the clock at different moments can then never tell different outcomes.
_ARRIVE = """
UPDATE simulated_charges SET settles_at = created_at WHERE id = $1 AND settles_at > created_at AND settles_at <= $2
"""
_DECIDE = "UPDATE simulated_charges SET status = $2, failure = $3 WHERE id = $1 AND status = 'needs_action'"
_CLOSE = """
UPDATE simulated_charges SET status = 'failed', failure = 'closed', settles_at = created_at
WHERE id = $1 AND (status = 'needs_action' OR settles_at > created_at)
"""

_LOCK = "SELECT amount, currency, status, settles_at > $2 AS on_its_way FROM simulated_charges WHERE id = $1 FOR UPDATE"
_RETURNED = """
SELECT coalesce(sum(amount), 0) FROM simulated_refunds WHERE charge_id = $1 AND status = 'succeeded' AND id <> $2
"""
_REFUND = """
INSERT INTO simulated_refunds (id, charge_id, amount, currency, status, failure, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING
"""


class SimulatedGateway:
    """A `server.domains.payments.ports.Gateway` with test cards, which it also saves."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.wallets = SimulatedWallets(database, clock)

    async def charge(
        self, payment_id: UUID, amount: Money, method: str, wallet: UUID | None = None, *, keep: bool = False
    ) -> Charge:
        """See the port. The same id with another amount is refused: `IdReused`."""
        if is_saved(method):
            last4 = await self.wallets.last4(method, wallet)
            goes = outcome_of_saved(last4) if last4 else Outcome(PaymentState.FAILED, METHOD_GONE)
            row = await self._insert(payment_id, amount, f"•••• {last4}", *goes)
        else:
            if keep and wallet is not None:
                await self.wallets.save(reference_of(payment_id), wallet, method)
            row = await self._insert(payment_id, amount, masked(method), *outcome(method))
        return _charge(row) if row else await self._same(payment_id, amount)

    async def intent(self, payment_id: UUID, amount: Money, wallet: UUID | None = None) -> str:  # noqa: ARG002
        """See the port. No browser has elements for this gateway: the secret opens nothing."""
        return f"sim_{payment_id}_secret"

    async def find(self, payment_id: UUID) -> Charge | None:
        """See the port."""
        row = await self._row(payment_id)
        return _charge(row) if row else None

    async def close(self, payment_id: UUID, amount: Money) -> Charge:
        """See the port. The id of a charge with another amount is refused: `IdReused`."""
        await self._insert(payment_id, amount, "none", PaymentState.FAILED, "closed", _NOW)
        await self._same(payment_id, amount)
        await self._database.fetch(_CLOSE, payment_id)
        return await self._same(payment_id, amount)

    async def refund(self, refund_id: UUID, payment_id: UUID, amount: Money) -> Refund:
        """See the port."""
        numeric, now = to_numeric(amount), self._clock.now()
        async with self._database.transaction() as transaction:
            connection = transaction.connection
            # Refunds of one charge take turns, so that together they never give back more than came.
            charge = await connection.fetchrow(_LOCK, payment_id, now)
            returned = await connection.fetchval(_RETURNED, payment_id, refund_id)
            failure = _why_not(charge, returned, amount)
            state = RefundState.FAILED if failure else RefundState.SUCCEEDED
            await connection.execute(_REFUND, refund_id, payment_id, numeric, amount.currency, state, failure, now)
        row = await self._database.fetch_one("SELECT * FROM simulated_refunds WHERE id = $1", refund_id)
        if row is None or (row["charge_id"], row["amount"], row["currency"]) != (payment_id, numeric, amount.currency):
            raise IdReused
        return Refund(refund_id, RefundState(row["status"]), row["failure"])

    async def fingerprint(self, method: str) -> str:
        """See the port."""
        return await self.wallets.fingerprint(method)

    async def decide(self, payment_id: UUID, *, approved: bool) -> Charge | None:
        """What the customer told their bank; None when there is no such charge. Told again, the first counts."""
        state, failure = (PaymentState.SUCCEEDED, "") if approved else (PaymentState.FAILED, "authentication_failed")
        await self._database.fetch(_DECIDE, payment_id, state, failure)
        return await self.find(payment_id)

    async def _insert(
        self, payment_id: UUID, amount: Money, method: str, state: PaymentState, failure: str, delay: timedelta
    ) -> Any:
        """The new row; None where there is one of this id."""
        numeric, now = to_numeric(amount), self._clock.now()
        return await self._database.fetch_one(
            _INSERT, payment_id, numeric, amount.currency, method, state, failure, now + delay, now
        )

    async def _same(self, payment_id: UUID, amount: Money) -> Charge:
        row = await self._row(payment_id)
        if row is None or (row["amount"], row["currency"]) != (to_numeric(amount), amount.currency):
            raise IdReused
        return _charge(row)

    async def _row(self, payment_id: UUID) -> Any:
        row = await self._database.fetch_one(_SELECT, payment_id)
        now = self._clock.now()
        if row is None or not _on_its_way(row) or row["settles_at"] > now:
            return row
        await self._database.fetch(_ARRIVE, payment_id, now)
        return await self._database.fetch_one(_SELECT, payment_id)


def _why_not(charge: Any, returned: Decimal, amount: Money) -> str:
    """Why money cannot go back; empty when it can."""
    if charge is None or charge["status"] != PaymentState.SUCCEEDED or charge["on_its_way"]:
        return "not_charged"
    if charge["currency"] != amount.currency or returned + to_numeric(amount) > charge["amount"]:
        return "more_than_charged"
    return ""


def _on_its_way(row: Any) -> bool:
    return bool(row["settles_at"] > row["created_at"])


def _charge(row: Any) -> Charge:
    if _on_its_way(row):
        return Charge(row["id"], f"sim_{row['id']}", PaymentState.PENDING)
    state = PaymentState(row["status"])
    action_url = f"/simulated-bank/{row['id']}" if state is PaymentState.NEEDS_ACTION else ""
    return Charge(row["id"], f"sim_{row['id']}", state, row["failure"], action_url)
