"""The clock that wakes actors: it reads which reminders are due and delivers them.

The row stays until the actor's own commit moves or removes it, so a crash in between loses none.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import structlog

from fastshop.contract.base import Refusal
from server.background.loops import Loop
from server.kernel.clock import Clock
from server.kernel.database import Database

logger = structlog.get_logger()

# kind, id and name of a reminder.
Remind = Callable[[str, UUID, str], Awaitable[None]]

# Reminders are looked for this often, in seconds: the exactness of a lapse. Nothing rests on it, since a late one does
# the same as one in time.
_LOOK = 0.2
# One that failed is left alone for this long, so that it does not keep the others waiting.
_BACK_OFF = timedelta(seconds=10)
# One that was delivered is usually gone, or due at another time. If not, it is not delivered again at once.
_PAUSE = timedelta(seconds=1)
# An actor that takes longer, in seconds, has failed as far as this clock is concerned.
_PATIENCE = 3.0
_AT_ONCE = 64

_DUE = """
SELECT kind, actor_id, name, due_at FROM actor_reminders WHERE due_at <= $1
    AND NOT (kind, actor_id, name, due_at) IN (
        SELECT * FROM unnest($2::text[], $3::uuid[], $4::text[], $5::timestamptz[])
    ) ORDER BY due_at LIMIT $6
"""


class Reminders:
    """Delivers due reminders."""

    def __init__(self, database: Database, clock: Clock, remind: Remind) -> None:
        self._database = database
        self._clock = clock
        self._remind = remind
        self._left_alone: dict[_Reminder, datetime] = {}
        self._loop = Loop("reminders", self.deliver_due)

    def start(self) -> None:
        """Begin to look."""
        self._loop.start()

    async def stop(self) -> None:
        """Look no longer."""
        await self._loop.stop()

    async def deliver_due(self) -> float:
        """One round. Answers how long to rest, in seconds."""
        now = self._clock.now()
        self._left_alone = {reminder: until for reminder, until in self._left_alone.items() if until > now}
        columns = [list(column) for column in zip(*self._left_alone, strict=True)] or [[], [], [], []]
        rows = await self._database.fetch(_DUE, now, *columns, _AT_ONCE)
        await asyncio.gather(*(self._deliver(_Reminder(*row)) for row in rows))
        return 0 if len(rows) == _AT_ONCE else _LOOK

    async def _deliver(self, reminder: "_Reminder") -> None:
        self._left_alone[reminder] = self._clock.now() + _BACK_OFF
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._remind(reminder.kind, reminder.actor_id, reminder.name)
        except Refusal as refusal:
            logger.warning("an actor refused its reminder", refusal=refusal.code, **reminder.told)
            if refusal.temporary:  # a crowd asks it: its sale must not stand still for that
                self._left_alone[reminder] = self._clock.now() + _PAUSE
        except Exception:
            logger.exception("a reminder failed", **reminder.told)
        else:
            self._left_alone[reminder] = self._clock.now() + _PAUSE


class _Reminder(NamedTuple):
    """A row. Due at another time it is another reminder."""

    kind: str
    actor_id: UUID
    name: str
    due_at: datetime

    @property
    def told(self) -> dict[str, str]:
        """What the log says of it."""
        return {"kind": self.kind, "actor": str(self.actor_id)}
