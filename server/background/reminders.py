"""The clock that wakes actors: it reads which reminders are due and delivers them.

The row stays until the actor's own commit moves or removes it, so a crash in between loses none.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
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
_AT_ONCE = 64

_DUE = """
SELECT kind, actor_id, name FROM actor_reminders WHERE due_at <= $1
    AND NOT (kind, actor_id) IN (SELECT * FROM unnest($2::text[], $3::uuid[])) ORDER BY due_at LIMIT $4
"""


class Reminders:
    """Delivers due reminders."""

    def __init__(self, database: Database, clock: Clock, remind: Remind) -> None:
        self._database = database
        self._clock = clock
        self._remind = remind
        self._failed: dict[tuple[str, UUID], datetime] = {}
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
        self._failed = {key: until for key, until in self._failed.items() if until > now}
        kinds, ids = zip(*self._failed, strict=True) if self._failed else ((), ())
        rows = await self._database.fetch(_DUE, now, list(kinds), list(ids), _AT_ONCE)
        await asyncio.gather(*(self._deliver(row["kind"], row["actor_id"], row["name"]) for row in rows))
        return 0 if len(rows) == _AT_ONCE else _LOOK

    async def _deliver(self, kind: str, actor_id: UUID, name: str) -> None:
        try:
            await self._remind(kind, actor_id, name)
        except Refusal as refusal:
            self._put_off(kind, actor_id)
            logger.warning("an actor refused its reminder", kind=kind, actor=str(actor_id), refusal=refusal.code)
        except Exception:
            self._put_off(kind, actor_id)
            logger.exception("a reminder failed", kind=kind, actor=str(actor_id))

    def _put_off(self, kind: str, actor_id: UUID) -> None:
        self._failed[kind, actor_id] = self._clock.now() + _BACK_OFF
