"""Files that people have sent: found again by whoever they are for, forgotten when nobody has asked for them."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from server.domains.imports.ports import Files
from server.kernel.clock import Clock
from server.kernel.database import Database

# How often it is looked for files that nobody uses, in seconds, and how long one may wait to be used.
_LOOK = 600.0
_KEPT = timedelta(days=1)
_AT_ONCE = 100
# Somebody may ask what was in the file of an import that went wrong.
_READ_KEPT = timedelta(days=30)

_FIND = "SELECT location, size FROM uploads WHERE id = $1 AND ($2::uuid IS NULL OR user_id = $2)"
_SENT_BY = "SELECT location, size FROM uploads WHERE id = $1 AND user_id IS NOT DISTINCT FROM $2"
_UNUSED = """
SELECT id, location FROM uploads WHERE created_at < $1
    AND NOT EXISTS (SELECT FROM bulk_jobs WHERE bulk_jobs.upload_id = uploads.id)
    AND NOT EXISTS (SELECT FROM media WHERE media.upload_id = uploads.id)
ORDER BY created_at LIMIT $2
"""
# Imports whose time is over: their files go, what they came to stays.
_READ = """
SELECT id, location FROM uploads WHERE location <> '' AND created_at < $1
    AND EXISTS (SELECT FROM bulk_jobs WHERE bulk_jobs.upload_id = uploads.id)
    AND NOT EXISTS (SELECT FROM bulk_jobs WHERE upload_id = uploads.id AND (finished_at IS NULL OR finished_at >= $1))
    AND NOT EXISTS (SELECT FROM media WHERE media.upload_id = uploads.id)
ORDER BY created_at LIMIT $2
"""
_EMPTY = "UPDATE uploads SET location = '' WHERE id = $1"
_FORGET = """
DELETE FROM uploads WHERE id = $1
    AND NOT EXISTS (SELECT FROM bulk_jobs WHERE bulk_jobs.upload_id = uploads.id)
    AND NOT EXISTS (SELECT FROM media WHERE media.upload_id = uploads.id)
"""


class SentFile(NamedTuple):
    """Where a file is kept, and its size in bytes."""

    location: str
    size: int


class Uploads:
    """Finds and forgets files."""

    def __init__(self, database: Database, files: Files, clock: Clock) -> None:
        self._database = database
        self._files = files
        self._clock = clock

    async def find(self, upload_id: UUID, user_id: UUID | None = None) -> SentFile | None:
        """A file; None when there is none, or it is not this person's."""
        row = await self._database.fetch_one(_FIND, upload_id, user_id)
        return SentFile(row["location"], row["size"]) if row else None

    async def sent_by(self, upload_id: UUID, user_id: UUID | None) -> SentFile | None:
        """A file that this person has sent, or that a guest has; None when there is none."""
        row = await self._database.fetch_one(_SENT_BY, upload_id, user_id)
        return SentFile(row["location"], row["size"]) if row else None

    async def sweep(self) -> float:
        """One round: forget what was not asked for within a day. Answers how long to rest, in seconds."""
        unused = await self._database.fetch(_UNUSED, self._clock.now() - _KEPT, _AT_ONCE)
        for row in unused:  # the file first: without it the row is found and tried again
            await self._files.remove(row["location"])
            await self._database.fetch(_FORGET, row["id"])
        for row in await self._database.fetch(_READ, self._clock.now() - _READ_KEPT, _AT_ONCE):
            await self._files.remove(row["location"])
            await self._database.fetch(_EMPTY, row["id"])
        return 0 if len(unused) == _AT_ONCE else _LOOK
