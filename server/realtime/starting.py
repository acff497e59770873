"""Where a watcher starts: a snapshot at its exact offset, or all that was missed, read in one consistent view."""

import asyncio
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct

from server.kernel import log
from server.kernel.channel import Watch
from server.kernel.database import Database
from server.kernel.log import Publication
from server.realtime.frames import Position
from server.realtime.limits import Limits

_encode = msgspec.json.Encoder().encode


class Start(Struct, frozen=True):
    """A starting point: ``data`` is the snapshot at ``offset``, or ``missed`` what came since the place asked for."""

    offset: int = 0
    data: bytes | None = None
    missed: tuple[Publication, ...] | None = None


class Starting:
    """Reads starting points, a few at a time, so that commands find connections when thousands come at once."""

    def __init__(self, database: Database, limits: Limits) -> None:
        self._database = database
        self._limits = limits
        self._turns = asyncio.Semaphore(limits.readings)
        self.epoch = ""

    async def open(self) -> None:
        """Learn the name of the log's history."""
        async with self._database.reading() as connection:
            self.epoch = await log.epoch(connection)

    async def of_log(self, watch: Watch, key: str, channel: str, since: Position | None) -> Start:
        """All that was missed since a place, when that is known and not too much; a fresh snapshot otherwise."""
        async with self._turns, self._database.reading() as connection:
            head = await log.head(connection, channel)
            missed = await self._missed(connection, channel, since, head) if since else None
            if missed is not None:
                return Start(head, missed=missed)
            return Start(head, data=_encode(await watch.snapshot(key)))

    async def of_state(self, watch: Watch, key: str) -> Start:
        """The present state."""
        async with self._turns, self._database.reading():
            return Start(data=_encode(await watch.snapshot(key)))

    async def _missed(
        self, connection: "asyncpg.Connection[Any]", channel: str, since: Position, head: int
    ) -> tuple[Publication, ...] | None:
        missing = head - since.offset
        if since.epoch != self.epoch or missing < 0 or missing > self._limits.recovered_events:
            return None
        found = await log.after(connection, channel, since.offset, missing) if missing else []
        size = sum(len(publication.data) for publication in found)
        if len(found) < missing or size > self._limits.recovered_bytes:
            return None
        return tuple(found)
