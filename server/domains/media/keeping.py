"""What happens to pictures afterwards: they are made, and when they are taken away, their files go.

A picture's files are all under its own id, and no other picture's are: what is removed hurts nobody. Its row goes
last, so that nothing is left behind whatever fails in between.
"""

import asyncio
from contextlib import closing
from datetime import timedelta
from uuid import UUID

import structlog

from fastshop.contract.catalog import Image
from fastshop.contract.media import MediaMade, NotAPicture
from server.domains.media import making, sizes
from server.domains.media.making import Made
from server.domains.media.ports import Files, Shelf, Uploads
from server.domains.media.service import media_of
from server.kernel.clock import Clock
from server.kernel.database import Database

logger = structlog.get_logger()

# How often it is looked for what is left over, in seconds, and how long it is left alone: nobody is still at it then.
_LOOK = 300.0
_LEFT_ALONE = timedelta(hours=2)
_KEPT = timedelta(days=1)
_AT_ONCE = 100

_WAITING = "SELECT * FROM media WHERE id = $1 AND state = 'waiting' AND product_id IS NOT NULL"
_READY = """
UPDATE media SET state = 'ready', url = $2, width = $3, height = $4, upload_id = NULL, updated_at = $5
WHERE id = $1 AND state = 'waiting' AND product_id IS NOT NULL RETURNING *
"""
_FAILED = """
UPDATE media SET state = 'failed', reason = $2, upload_id = NULL, updated_at = $3
WHERE id = $1 AND state = 'waiting' AND product_id IS NOT NULL RETURNING *
"""
# Another product, a copy perhaps, may show the same address.
_UNUSED = """
SELECT id FROM media WHERE product_id IS NULL
    AND NOT EXISTS (SELECT FROM product_media WHERE product_media.url = media.url AND product_media.url LIKE '/media/%')
"""
_LATE = (
    "SELECT id, product_id FROM media WHERE state = 'waiting' AND product_id IS NOT NULL AND updated_at < $1 LIMIT $2"
)
_FORGET = """
UPDATE media SET product_id = NULL, updated_at = $1
WHERE updated_at < $2 AND product_id IS NOT NULL AND (state = 'failed' OR state = 'ready' AND NOT EXISTS (
    SELECT FROM product_media WHERE product_media.product_id = media.product_id AND product_media.url = media.url
) AND NOT EXISTS (
    SELECT FROM product_submissions sent WHERE sent.product_id = media.product_id AND sent.state = 'waiting'
        AND position(media.url IN sent.content::text) > 0
))
"""


class Keeping:
    """Makes pictures, and removes their files."""

    def __init__(self, database: Database, files: Files, uploads: Uploads, shelf: Shelf, clock: Clock) -> None:
        self._database = database
        self._files = files
        self._uploads = uploads
        self._shelf = shelf
        self._clock = clock

    async def make(self, media_id: UUID) -> None:
        """Make a picture ready to be shown. Harmless for one that is, and for two at once."""
        row = await self._database.fetch_one(_WAITING, media_id)
        if row is None:
            return
        try:
            made = await self._made(row["upload_id"])
        except NotAPicture as refusal:
            await self._fail(media_id, row["product_id"], str(refusal))
            return
        for width, content in made.files.items():
            await self._files.put(sizes.name(media_id, made.digest, width), content)
        await self._show(media_id, row["product_id"], made)

    async def clear(self, media_id: UUID) -> None:
        """Remove the files of a picture that was taken away, unless it is shown elsewhere."""
        if await self._database.fetch_one(f"{_UNUSED} AND id = $1", media_id):
            await self._files.remove_all(sizes.folder(media_id))

    async def sweep(self) -> float:
        """One round: remove what is left over. Answers how long to rest, in seconds."""
        now = self._clock.now()
        for row in await self._database.fetch(_LATE, now - _LEFT_ALONE, _AT_ONCE):
            await self._fail(row["id"], row["product_id"], "The picture could not be made ready.")
        await self._database.fetch(_FORGET, now, now - _KEPT)
        unused = await self._database.fetch(f"{_UNUSED} AND updated_at < $1 LIMIT $2", now - _LEFT_ALONE, _AT_ONCE)
        for row in unused:
            await self._files.remove_all(sizes.folder(row["id"]))
            await self._database.fetch("DELETE FROM media WHERE id = $1 AND product_id IS NULL", row["id"])
        return 0 if len(unused) == _AT_ONCE else _LOOK

    async def _made(self, upload_id: UUID) -> Made:
        sent = await self._uploads.find(upload_id)
        if sent is None:
            raise NotAPicture("The file is gone.")
        return await asyncio.to_thread(self._make, sent.location)

    def _make(self, location: str) -> Made:
        with closing(self._files.open(location)) as file:
            return making.make(file)

    async def _show(self, media_id: UUID, product_id: UUID, made: Made) -> None:
        url, now = f"/{sizes.name(media_id, made.digest, made.width)}", self._clock.now()
        async with self._database.transaction() as transaction:
            await self._shelf.lock(transaction, product_id)
            row = await transaction.connection.fetchrow(_READY, media_id, url, made.width, made.height, now)
            if row is None:  # taken away in the meantime: the files go with the next round
                return
            picture, exempt = Image(url, row["alt"]), row["exempt"]
            told = MediaMade(time=now, media=media_of(row))
            await self._shelf.tell(transaction, product_id, told, exempt=exempt)
            await self._shelf.hang(transaction, product_id, media_id, picture, exempt=exempt)

    async def _fail(self, media_id: UUID, product_id: UUID, reason: str) -> None:
        now = self._clock.now()
        async with self._database.transaction() as transaction:
            row = await transaction.connection.fetchrow(_FAILED, media_id, reason, now)
            if row is not None:
                told = MediaMade(time=now, media=media_of(row))
                await self._shelf.tell(transaction, product_id, told, exempt=row["exempt"])
