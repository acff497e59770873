"""Telling people of a sale's start, or that it was called off: each once, by a row that outlives any crash."""

from datetime import datetime, timedelta
from uuid import UUID

from fastshop.contract.base import Event
from fastshop.contract.flash_sales import (
    USER,
    DoNotRemind,
    FlashSale,
    NothingToRemindOf,
    Phase,
    ReminderAsked,
    ReminderDropped,
    RemindMe,
    SaleCancelled,
    SaleNotFound,
    SaleReminder,
    SaleStartsSoon,
)
from server.domains.flash_sales import rows
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database

_BEFORE = timedelta(minutes=5)
# So many are told in one transaction; whoever else looks takes the next.
_AT_ONCE = 200
_LOOK = 5.0
# Longer than a sale lasts: of one that began before, everybody was told, however long the shop was away.
_LOOK_BACK = timedelta(days=31)

_ASK = """
INSERT INTO flash_sale_reminders (sale_id, customer_id, asked_at) VALUES ($1, $2, $3)
ON CONFLICT (sale_id, customer_id) DO UPDATE SET asked_at = excluded.asked_at, reminded_for = NULL
    WHERE flash_sale_reminders.reminded_for IS NOT NULL AND flash_sale_reminders.reminded_for <> $4
RETURNING customer_id
"""
_DROP = "DELETE FROM flash_sale_reminders WHERE sale_id = $1 AND customer_id = $2 RETURNING reminded_for"
_WANTED = """
SELECT sale_id FROM flash_sale_reminders WHERE customer_id = $1 AND reminded_for IS NULL ORDER BY asked_at, sale_id
"""
# One sale at a time: one that starts soon, has started while nobody could tell, or was called off. When its start moves
# after people were told, they may ask again. A subquery and no EXISTS, so that nobody reads all reminders at once.
_DUE = f"""
SELECT {rows.SALE_COLUMNS} FROM flash_sales sale
WHERE start_time > $1 AND (start_time <= $2 OR cancelled_at IS NOT NULL) AND (
    SELECT true FROM flash_sale_reminders WHERE sale_id = sale.id AND reminded_for IS NULL LIMIT 1
) ORDER BY start_time, id LIMIT 1
"""  # noqa: S608 - constants
_TAKE = """
UPDATE flash_sale_reminders SET reminded_for = $2 WHERE sale_id = $1 AND customer_id IN (
    SELECT customer_id FROM flash_sale_reminders WHERE sale_id = $1 AND reminded_for IS NULL
    ORDER BY customer_id LIMIT $3 FOR UPDATE SKIP LOCKED
) RETURNING customer_id
"""


class Reminding:
    """Who wants to be told, and the telling."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def remind(self, command: RemindMe, caller: Caller) -> SaleReminder:
        """Note that the caller wants to be reminded."""
        now = self._clock.now()
        start = await self._upcoming(command.sale_id, now)
        async with self._database.transaction() as transaction:
            noted = await transaction.connection.fetchval(_ASK, command.sale_id, caller.person, now, start)
            if noted is not None:
                transaction.emit(ReminderAsked(time=now, sale_id=command.sale_id), USER.of(caller.person))
        return SaleReminder(command.sale_id, wanted=True, remind_at=start - _BEFORE)

    async def do_not_remind(self, command: DoNotRemind, caller: Caller) -> SaleReminder:
        """Note that they do not."""
        now = self._clock.now()
        start = await self._upcoming(command.sale_id, now)
        async with self._database.transaction() as transaction:
            dropped = await transaction.connection.fetchrow(_DROP, command.sale_id, caller.person)
            if dropped is not None and dropped["reminded_for"] is None:
                transaction.emit(ReminderDropped(time=now, sale_id=command.sale_id), USER.of(caller.person))
        return SaleReminder(command.sale_id, wanted=False, remind_at=start - _BEFORE)

    async def wanted_by(self, customer_id: UUID) -> tuple[UUID, ...]:
        """The sales of whose start a customer is still to be reminded."""
        return tuple(row["sale_id"] for row in await self._database.fetch(_WANTED, customer_id))

    async def tell_due(self) -> float:
        """One round: tell who is to be told now. Answers how long to rest, in seconds.

        The row and the event are one transaction, so each is told once, whoever else does the same or dies.
        """
        now = self._clock.now()
        row = await self._database.fetch_one(_DUE, now - _LOOK_BACK, now + _BEFORE)
        if row is None:
            return _LOOK
        event = _news(rows.sale(row, now), now)
        async with self._database.transaction() as transaction:
            told = await transaction.connection.fetch(_TAKE, row["id"], row["start_time"], _AT_ONCE)
            if told:
                transaction.emit(event, *(USER.of(person["customer_id"]) for person in told))
        return 0 if told else _LOOK

    async def _upcoming(self, sale_id: UUID, now: datetime) -> datetime:
        row = await self._database.fetch_one(rows.SALE, sale_id)
        if row is None:
            raise SaleNotFound
        sale = rows.sale(row, now)
        if sale.phase is not Phase.UPCOMING:
            raise NothingToRemindOf(sale.phase)
        return sale.start_time


def _news(sale: FlashSale, now: datetime) -> Event:
    """What somebody is told who wanted to be reminded of its start. Each of these is the reminder's end."""
    match sale.phase:
        case Phase.CANCELLED:
            return SaleCancelled(time=now, sale=sale)
        case Phase.ENDED:
            return ReminderDropped(time=now, sale_id=sale.id)
        case _:
            return SaleStartsSoon(time=now, sale=sale)
