"""Who runs the shop looks at its account, and says what came and what was sent back."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from fastshop.contract.base import Page
from fastshop.contract.payments import PaymentState
from fastshop.contract.transfers import (
    BankAccount,
    ListTransfers,
    ListTransfersBack,
    ReceiveTransfer,
    SendTransferBack,
    ShowTransfer,
    Transfer,
    TransferBack,
    TransferDiffers,
    TransferNotFound,
    TransferState,
)
from server.domains.payments.refunds import Refunds
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.money import from_numeric
from server.kernel.page import as_page, decode_cursor

logger = structlog.get_logger()

_TRANSFER = """
SELECT transfer.*, payments.status, payments.user_id, payments.reference AS pays_for, payments.created_at AS begun_at
FROM bank_transfers transfer JOIN payments ON payments.id = payment_id
"""
_ONE = f"{_TRANSFER} WHERE payment_id = $1"
_LOCK = f"{_ONE} FOR UPDATE"
_LIST = f"""
{_TRANSFER}
WHERE state = $1 AND strpos(transfer.reference, upper($2)) > 0
    AND (state <> 'awaited' OR status IN ('pending', 'needs_action'))
    AND ($3::timestamptz IS NULL OR (transfer.created_at, payment_id) > ($3, $4))
ORDER BY transfer.created_at, payment_id LIMIT $5
"""
_CAME = "UPDATE bank_transfers SET state = $2, updated_at = $3 WHERE payment_id = $1"
# What came, but what it pays for may not know it yet: whoever said so has died in between.
_UNTOLD = "SELECT payment_id FROM bank_transfers WHERE state = 'received' AND NOT told ORDER BY random() LIMIT 100"
_TOLD = """
UPDATE bank_transfers SET told = true FROM payments
WHERE payment_id = $1 AND payments.id = $1 AND status NOT IN ('pending', 'needs_action')
"""
_TOO_LATE = """
INSERT INTO bank_transfers_back (id, payment_id, amount, currency, state, created_at, updated_at)
SELECT payment_id, payment_id, amount, currency, 'pending', $2, $2 FROM bank_transfers WHERE payment_id = $1
"""
_BACK = """
SELECT back.*, transfer.reference FROM bank_transfers_back back JOIN bank_transfers transfer USING (payment_id)
"""
_TO_SEND = f"{_BACK} WHERE back.state = 'pending' ORDER BY back.created_at, back.id LIMIT 100"
_ONE_BACK = f"{_BACK} WHERE back.id = $1"
_SENT = """
UPDATE bank_transfers_back SET state = 'succeeded', updated_at = $2 WHERE id = $1 AND state = 'pending' RETURNING id
"""

_UNDER_WAY = (PaymentState.PENDING, PaymentState.NEEDS_ACTION)

_LOOK = 30.0


class Transfers:
    """The books of `ByHand`, for people. A transfer is waited for ``lasts``; ``conclude`` settles what it pays for."""

    def __init__(
        self,
        database: Database,
        account: BankAccount | None,
        lasts: timedelta,
        conclude: Callable[[UUID], Awaitable[None]],
        refunds: Refunds,
        clock: Clock,
    ) -> None:
        self._database = database
        self._account = account
        self._lasts = lasts
        self._conclude = conclude
        self._refunds = refunds
        self._clock = clock

    async def show(self, command: ShowTransfer, caller: Caller) -> Transfer:
        """How a payment is transferred."""
        row = await self._database.fetch_one(_ONE, command.payment_id)
        if row is None or (row["user_id"] is not None and row["user_id"] != caller.user_id):
            raise TransferNotFound
        return self._transfer(row)

    async def get(self, payment_id: UUID) -> Transfer | None:
        """A payment's transfer, where it has one."""
        row = await self._database.fetch_one(_ONE, payment_id)
        return None if row is None else self._transfer(row)

    async def list(self, command: ListTransfers, caller: Caller) -> Page[Transfer]:  # noqa: ARG002 - any who may
        """Transfers in one state."""
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        rows = await self._database.fetch(_LIST, command.state, command.reference, *after, command.limit + 1)
        found = [self._transfer(row) for row in rows]
        return as_page(found, command.limit, lambda transfer: (transfer.created_at, transfer.payment_id))

    async def receive(self, command: ReceiveTransfer, caller: Caller) -> Transfer:
        """Say that the money came."""
        payment_id = command.payment_id
        async with self._database.transaction() as transaction:
            row = await transaction.connection.fetchrow(_LOCK, payment_id)
            if row is None:
                raise TransferNotFound
            expected = from_numeric(row["amount"], row["currency"])
            if command.amount != expected:
                raise TransferDiffers(expected.amount, expected.currency)
            if row["state"] in (TransferState.AWAITED, TransferState.CLOSED):
                await self._came(transaction, row, caller)
        await self._tell(payment_id)
        return self._transfer(await self._database.fetch_one(_ONE, payment_id))

    async def list_back(
        self,
        command: ListTransfersBack,  # noqa: ARG002
        caller: Caller,  # noqa: ARG002
    ) -> tuple[TransferBack, ...]:
        """What is to be sent back."""
        return tuple(_back(row) for row in await self._database.fetch(_TO_SEND))

    async def send_back(self, command: SendTransferBack, caller: Caller) -> TransferBack:
        """Say that money was sent back."""
        refund_id, now = command.refund_id, self._clock.now()
        async with self._database.transaction() as transaction:
            row = await transaction.connection.fetchrow(_ONE_BACK, refund_id)
            if row is None or row["state"] == "failed":
                raise TransferNotFound
            if await transaction.connection.fetchval(_SENT, refund_id, now) is not None:
                await note(transaction, now, caller, command.tag(), f"payment:{row['payment_id']}", back=str(refund_id))
        if await self._refunds.knows(refund_id):
            await self._refunds.move_on(refund_id)
        return _back(row)

    async def round(self) -> float:
        """Conclude what came and was not concluded. Answers how long to rest, in seconds."""
        for row in await self._database.fetch(_UNTOLD):
            try:
                await self._tell(row["payment_id"])
            except Exception:  # the others must not wait for it
                logger.exception("a transfer could not be concluded", payment=str(row["payment_id"]))
        return _LOOK

    async def _came(self, transaction: Transaction, row: Any, caller: Caller) -> None:
        """Write down that the money came. In time is what its payment still waits for."""
        payment_id, now = row["payment_id"], self._clock.now()
        awaited = row["state"] == TransferState.AWAITED and row["status"] in _UNDER_WAY
        state = TransferState.RECEIVED if awaited else TransferState.LATE
        await transaction.connection.execute(_CAME, payment_id, state, now)
        if state is TransferState.LATE:
            await transaction.connection.execute(_TOO_LATE, payment_id, now)
        facts = {"amount": str(row["amount"]), "currency": row["currency"], "state": state}
        await note(transaction, now, caller, ReceiveTransfer.tag(), f"payment:{payment_id}", **facts)

    async def _tell(self, payment_id: UUID) -> None:
        await self._conclude(payment_id)
        await self._database.fetch(_TOLD, payment_id)

    def _transfer(self, row: Any) -> Transfer:
        return Transfer(
            payment_id=row["payment_id"],
            amount=from_numeric(row["amount"], row["currency"]),
            reference=row["reference"],
            state=TransferState(row["state"]),
            pays_for=row["pays_for"],
            account=self._account,
            until=row["begun_at"] + self._lasts,
            created_at=row["created_at"],
        )


def _back(row: Any) -> TransferBack:
    amount = from_numeric(row["amount"], row["currency"])
    return TransferBack(row["id"], row["payment_id"], row["reference"], amount, row["created_at"])
