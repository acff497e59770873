"""From the outbox to the queue. The row goes when its jobs are queued: a crash in between queues them twice."""

import asyncio

import structlog
from dramatiq.errors import BrokerConnectionError

from server.background.jobs import Jobs
from server.background.loops import Loop
from server.kernel.database import Database

logger = structlog.get_logger()

_BATCH = 100
# What happens in so many seconds shares a way to the queue, for a crowd has many orders and nobody waits for a job.
_GATHER = 0.05
# A commit of this process wakes the relay; this is for what others left behind, in seconds.
_LOOK = 1.0

# What no job here waits for is left to a process of another version that has one.
_TAKE = """
DELETE FROM outbox WHERE id IN (
    SELECT id FROM outbox WHERE type = any($2) ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
)
RETURNING type, data::text AS data
"""


class Relay:
    """Queues the jobs of what happened."""

    def __init__(self, database: Database, jobs: Jobs, look: float = _LOOK) -> None:
        self._database = database
        self._jobs = jobs
        self._look = look
        self._loop = Loop("outbox relay", self.move)
        self._waking: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin."""
        self._loop.start()

    def wake(self) -> None:
        """Something was put into the outbox."""
        if self._waking is None:
            self._waking = asyncio.get_running_loop().call_later(_GATHER, self._woken)

    async def stop(self) -> None:
        """End."""
        if self._waking is not None:
            self._waking.cancel()
        await self._loop.stop()

    async def move(self) -> float:
        """One round. Answers how long to rest, in seconds. Valkey down leaves the rows where they are."""
        try:
            return await self._move()
        except BrokerConnectionError as error:
            logger.warning("no queue: jobs wait in the outbox", error=str(error))
            return _LOOK

    def _woken(self) -> None:
        self._waking = None
        self._loop.wake()

    async def _move(self) -> float:
        async with self._database.transaction() as transaction:
            rows = await transaction.connection.fetch(_TAKE, _BATCH, list(self._jobs.after))
            if rows:
                await asyncio.to_thread(self._queue, [(row["type"], row["data"]) for row in rows])
        return 0 if len(rows) == _BATCH else self._look

    def _queue(self, events: list[tuple[str, str]]) -> None:
        for event_type, data in events:
            self._jobs.queue(event_type, data)
