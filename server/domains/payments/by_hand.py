"""A gateway for who transfers the money themselves, before another one for everybody else.

Nobody but people sees what comes to the shop's account, so the books are here: what is awaited, what somebody said has
come, what is to be sent back. An outcome is written once; whoever is later finds it.
"""

from base64 import b32encode
from typing import Any
from uuid import UUID

from fastshop.contract.base import IdReused, Money
from fastshop.contract.payments import PaymentState
from server.domains.payments.channels import moved
from server.domains.payments.ports import BANK_TRANSFER, Charge, Gateway, Refund, RefundState
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.money import from_numeric, to_numeric

_AWAIT = """
INSERT INTO bank_transfers (payment_id, amount, currency, reference, state, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (payment_id) DO NOTHING RETURNING payment_id
"""
_FIND = "SELECT * FROM bank_transfers WHERE payment_id = $1"
_CLOSE = """
UPDATE bank_transfers SET state = 'closed', updated_at = $2 WHERE payment_id = $1 AND state = 'awaited'
RETURNING payment_id
"""
_LOCK = "SELECT * FROM bank_transfers WHERE payment_id = $1 FOR UPDATE"
_BACK = """
SELECT coalesce(sum(amount), 0) FROM bank_transfers_back WHERE payment_id = $1 AND id <> $2 AND state <> 'failed'
"""
_SEND_BACK = """
INSERT INTO bank_transfers_back (id, payment_id, amount, currency, state, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (id) DO NOTHING RETURNING id
"""
_FIND_BACK = "SELECT * FROM bank_transfers_back WHERE id = $1"

_STATES = {
    "awaited": PaymentState.NEEDS_ACTION,
    "received": PaymentState.SUCCEEDED,
    "closed": PaymentState.FAILED,
    "late": PaymentState.FAILED,
}


class ByHand:
    """A `server.domains.payments.ports.Gateway`. Where it is not ``offered`` it only ends what was begun before."""

    def __init__(self, database: Database, behind: Gateway, clock: Clock, *, offered: bool) -> None:
        self._database = database
        self._behind = behind
        self._clock = clock
        self._offered = offered

    async def charge(
        self, payment_id: UUID, amount: Money, method: str, wallet: UUID | None = None, *, keep: bool = False
    ) -> Charge:
        """See the port. A transfer is awaited from now on."""
        if method != BANK_TRANSFER or not self._offered:
            return await self._behind.charge(payment_id, amount, method, wallet, keep=keep)
        now = self._clock.now()
        values = (payment_id, to_numeric(amount), amount.currency, purpose(payment_id), "awaited", now)
        async with self._database.transaction() as transaction:
            if await transaction.connection.fetchval(_AWAIT, *values) is not None:
                moved(transaction, now)
        return _charge(await self._same(payment_id, amount))

    async def find(self, payment_id: UUID) -> Charge | None:
        """See the port."""
        row = await self._row(payment_id)
        return _charge(row) if row is not None else await self._behind.find(payment_id)

    async def close(self, payment_id: UUID, amount: Money) -> Charge:
        """See the port."""
        if await self._row(payment_id) is None:
            return await self._behind.close(payment_id, amount)
        await self._same(payment_id, amount)
        now = self._clock.now()
        async with self._database.transaction() as transaction:
            if await transaction.connection.fetchval(_CLOSE, payment_id, now) is not None:
                moved(transaction, now)
        return _charge(await self._row(payment_id))

    async def refund(self, refund_id: UUID, payment_id: UUID, amount: Money) -> Refund:
        """See the port. It is on its way until somebody says that it was sent."""
        if await self._row(payment_id) is None:
            return await self._behind.refund(refund_id, payment_id, amount)
        asked, now = (payment_id, to_numeric(amount), amount.currency), self._clock.now()
        async with self._database.transaction() as transaction:
            connection = transaction.connection
            came: Any = await connection.fetchrow(_LOCK, payment_id)
            gone = await connection.fetchval(_BACK, payment_id, refund_id)
            fits = amount.currency == came["currency"] and gone + asked[1] <= came["amount"]
            state = RefundState.PENDING if came["state"] == "received" and fits else RefundState.FAILED
            if await connection.fetchval(_SEND_BACK, refund_id, *asked, state, now) is not None:
                moved(transaction, now)
            row: Any = await connection.fetchrow(_FIND_BACK, refund_id)
        if (row["payment_id"], row["amount"], row["currency"]) != asked:
            raise IdReused
        state = RefundState(row["state"])
        return Refund(refund_id, state, "not_received" if state is RefundState.FAILED else "")

    async def fingerprint(self, method: str) -> str:
        """See the port."""
        return await self._behind.fingerprint(method)

    async def _same(self, payment_id: UUID, amount: Money) -> Any:
        row = await self._row(payment_id)
        if from_numeric(row["amount"], row["currency"]) != amount:
            raise IdReused
        return row

    async def _row(self, payment_id: UUID) -> Any:
        return await self._database.fetch_one(_FIND, payment_id)


def purpose(payment_id: UUID) -> str:
    """What the customer writes as the transfer's purpose: the id's random end, in letters that nobody mixes up."""
    text = b32encode(payment_id.bytes[-10:]).decode().replace("O", "8").replace("I", "9")
    return f"FS-{text[:4]}-{text[4:8]}-{text[8:12]}"


def _charge(row: Any) -> Charge:
    state = _STATES[row["state"]]
    failure = "closed" if state is PaymentState.FAILED else ""
    url = f"/transfers/{row['payment_id']}" if state is PaymentState.NEEDS_ACTION else ""
    return Charge(row["payment_id"], f"transfer_{row['reference']}", state, failure, url)
