"""Who runs the shop looks at its account, and says what came and what was sent back."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from fastshop.contract.accounts import Role
from fastshop.contract.base import Page
from fastshop.contract.payments import PaymentState
from fastshop.contract.transfers import (
    BankAccount,
    CancelTransfer,
    ListTransfers,
    ListTransfersBack,
    ReceiveTransfer,
    SendTransferBack,
    ShowTransfer,
    Transfer,
    TransferBack,
    TransferCancelled,
    TransferDiffers,
    TransferNotFound,
    TransferReceived,
    TransferState,
)
from server.domains.payments.channels import moved
from server.domains.payments.refunds import Refunds
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.money import from_numeric
from server.kernel.page import as_page, decode_cursor

logger = structlog.get_logger()

_TRANSFER = """
SELECT transfer.*, payments.status, payments.user_id, payments.reference AS pays_for,
    coalesce(payments.awaited_until, payments.created_at + $1::interval) AS until
FROM bank_transfers transfer JOIN payments ON payments.id = payment_id
"""
_ONE = f"{_TRANSFER} WHERE payment_id = $2"
_LOCK = f"{_ONE} FOR UPDATE"
_LIST = f"""
{_TRANSFER}
WHERE state = $2 AND strpos(transfer.reference, upper($3)) > 0
    AND (state <> 'awaited' OR status IN ('pending', 'needs_action'))
    AND ($4::timestamptz IS NULL OR (transfer.created_at, payment_id) > ($4, $5))
ORDER BY transfer.created_at, payment_id LIMIT $6
"""
_CAME = "UPDATE bank_transfers SET state = $2, updated_at = $3 WHERE payment_id = $1"
_CANCEL = "UPDATE bank_transfers SET state = 'closed', cancelled_at = $2, updated_at = $2 WHERE payment_id = $1"
# What came or was cancelled, but what it pays for may not know it yet: whoever said so has died in between.
_UNTOLD = """
SELECT payment_id FROM bank_transfers WHERE NOT told AND (state = 'received' OR cancelled_at IS NOT NULL)
ORDER BY random() LIMIT 100
"""
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

# Who says what came to the shop's account and went from it.
RUNNING = (Role.MANAGER, Role.ADMIN)

_UNDER_WAY = (PaymentState.PENDING, PaymentState.NEEDS_ACTION)

_LOOK = 30.0


class Transfers:
    """The books of `ByHand`, for people. ``conclude`` settles what a transfer pays for.

    One that a node of a previous release has begun says not how long it is waited for: it is ``lasts``.
    """

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
        row = await self._row(command.payment_id)
        if row is None or not _is_of(row, caller):
            raise TransferNotFound
        return self._transfer(row)

    async def get(self, payment_id: UUID) -> Transfer | None:
        """A payment's transfer, where it has one."""
        row = await self._row(payment_id)
        return None if row is None else self._transfer(row)

    async def list(self, command: ListTransfers, caller: Caller) -> Page[Transfer]:  # noqa: ARG002 - any who may
        """Transfers in one state."""
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        asked = (command.state, command.reference, *after, command.limit + 1)
        rows = await self._database.fetch(_LIST, self._lasts, *asked)
        found = [self._transfer(row) for row in rows]
        return as_page(found, command.limit, lambda transfer: (transfer.created_at, transfer.payment_id))

    async def receive(self, command: ReceiveTransfer, caller: Caller) -> Transfer:
        """Say that the money came."""
        payment_id = command.payment_id
        async with self._database.transaction() as transaction:
            row = await transaction.connection.fetchrow(_LOCK, self._lasts, payment_id)
            if row is None:
                raise TransferNotFound
            expected = from_numeric(row["amount"], row["currency"])
            if command.amount != expected:
                raise TransferDiffers(expected.amount, expected.currency)
            if row["state"] in (TransferState.AWAITED, TransferState.CLOSED):
                await self._came(transaction, row, caller)
        await self._tell(payment_id)
        return self._transfer(await self._row(payment_id))

    async def cancel(self, command: CancelTransfer, caller: Caller) -> Transfer:
        """Wait for it no longer."""
        payment_id = command.payment_id
        async with self._database.transaction() as transaction:
            row = await transaction.connection.fetchrow(_LOCK, self._lasts, payment_id)
            if row is None or not (_is_of(row, caller) or caller.is_any(*RUNNING)):
                raise TransferNotFound
            if row["state"] == TransferState.RECEIVED:
                raise TransferReceived
            if row["state"] == TransferState.AWAITED:
                await self._cancel(transaction, row, caller)
        await self._tell(payment_id)
        return self._transfer(await self._row(payment_id))

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
                moved(transaction, now)
        if await self._refunds.knows(refund_id):
            await self._refunds.move_on(refund_id)
        return _back(row)

    async def round(self) -> float:
        """Conclude what came or was cancelled, and was not concluded. Answers how long to rest, in seconds."""
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
        moved(transaction, now)

    async def _cancel(self, transaction: Transaction, row: Any, caller: Caller) -> None:
        payment_id, now = row["payment_id"], self._clock.now()
        await transaction.connection.execute(_CANCEL, payment_id, now)
        if caller.is_any(*RUNNING):
            await note(transaction, now, caller, CancelTransfer.tag(), f"payment:{payment_id}")
        transaction.emit(TransferCancelled(time=now, payment_id=payment_id, user_id=row["user_id"]))
        moved(transaction, now)

    async def _tell(self, payment_id: UUID) -> None:
        await self._conclude(payment_id)
        await self._database.fetch(_TOLD, payment_id)

    async def _row(self, payment_id: UUID) -> Any:
        return await self._database.fetch_one(_ONE, self._lasts, payment_id)

    def _transfer(self, row: Any) -> Transfer:
        return Transfer(
            payment_id=row["payment_id"],
            amount=from_numeric(row["amount"], row["currency"]),
            reference=row["reference"],
            state=TransferState(row["state"]),
            pays_for=row["pays_for"],
            account=self._account,
            until=row["until"],
            created_at=row["created_at"],
            cancelled_at=row["cancelled_at"],
        )


def _is_of(row: Any, caller: Caller) -> bool:
    """Whether a transfer is the caller's; a guest's is whose its payment's id is known to."""
    return row["user_id"] is None or bool(row["user_id"] == caller.user_id)


def _back(row: Any) -> TransferBack:
    amount = from_numeric(row["amount"], row["currency"])
    return TransferBack(row["id"], row["payment_id"], row["reference"], amount, row["created_at"])
