"""Pictures as their sellers handle them."""

import asyncio
from contextlib import closing
from typing import Any
from uuid import UUID

import asyncpg

from fastshop.contract.accounts import Role
from fastshop.contract.base import Done, IdReused, RateLimited
from fastshop.contract.catalog import ProductNotFound
from fastshop.contract.imports import UploadNotFound
from fastshop.contract.media import (
    MOST_PICTURES,
    AddMedia,
    ArrangeMedia,
    ListMedia,
    Media,
    MediaAdded,
    MediaNotFound,
    MediaRemoved,
    MediaState,
    NotAPicture,
    RemoveMedia,
    TooManyPictures,
)
from server.domains.media import making, sizes
from server.domains.media.ports import Attempts, Files, Shelf, Uploads
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

_MIB = 1024 * 1024
_MOST_BYTES = 20 * _MIB
# What a seller may add: in pictures, seconds. Each costs us about a second's work.
_PER_SELLER = (300, 600)

_INSERT = """
INSERT INTO media (id, product_id, upload_id, state, alt, created_at, updated_at)
VALUES ($1, $2, $3, 'waiting', $4, $5, $5) ON CONFLICT (id) DO NOTHING RETURNING *
"""
_COUNT = """
SELECT (SELECT count(*) FROM product_media WHERE product_id = $1)
    + (SELECT count(*) FROM media WHERE product_id = $1 AND state = 'waiting')
"""
# The previous release writes what is shown anew with every edit, under new ids: the address tells what is ours.
_ALL = """
SELECT coalesce(ours.id, shown.id) AS id, shown.product_id, 'ready' AS state, shown.alt, shown.url, '' AS reason,
    coalesce(ours.width, 0) AS width, coalesce(ours.height, 0) AS height, shown.position, shown.id AS shown_id
FROM product_media shown LEFT JOIN media ours ON ours.product_id = shown.product_id AND ours.url = shown.url
WHERE shown.product_id = $1
UNION ALL
SELECT id, product_id, state, alt, url, reason, width, height, NULL, NULL
FROM media WHERE product_id = $1 AND state <> 'ready'
ORDER BY position, id
"""
_OF_PRODUCT = """
SELECT product_id FROM media WHERE id = $1 AND product_id IS NOT NULL
UNION SELECT product_id FROM product_media WHERE id = $1
"""
_LET_GO = """
UPDATE media SET product_id = NULL, updated_at = $3 WHERE id = $1 AND product_id = $2 RETURNING url
"""


class Gallery:
    """Adds, arranges and removes pictures."""

    def __init__(
        self, database: Database, files: Files, uploads: Uploads, shelf: Shelf, attempts: Attempts, clock: Clock
    ) -> None:
        self._database = database
        self._files = files
        self._uploads = uploads
        self._shelf = shelf
        self._attempts = attempts
        self._clock = clock

    async def add(self, command: AddMedia, caller: Caller) -> Media:
        """Take a picture in; a job makes it ready."""
        seller_id = await self._own(command.product_id, caller)
        if known := await self._known(command):
            return known
        if wait := await self._attempts.spend(f"pictures of {seller_id}", *_PER_SELLER):
            raise RateLimited(wait)
        await self._check(command.upload_id, caller.person)
        try:
            async with self._database.transaction() as transaction:
                added = await self._insert(transaction, command)
        except asyncpg.ForeignKeyViolationError:  # it was so old that it has just been forgotten
            raise UploadNotFound from None
        if found := added or await self._known(command):
            return found
        raise MediaNotFound  # added and taken away again by others at the same time

    async def list(self, command: ListMedia, caller: Caller) -> tuple[Media, ...]:
        """All pictures of a product."""
        await self._own(command.product_id, caller)
        return tuple(media_of(row) for row in await self._database.fetch(_ALL, command.product_id))

    async def arrange(self, command: ArrangeMedia, caller: Caller) -> tuple[Media, ...]:
        """Put pictures in order."""
        await self._own(command.product_id, caller)
        async with self._database.transaction() as transaction:
            await self._shelf.lock(transaction, command.product_id)
            rows = await transaction.connection.fetch(_ALL, command.product_id)
            shown = {row["id"]: row["shown_id"] for row in rows if row["state"] == MediaState.READY}
            if not {place.id for place in command.pictures} <= shown.keys():
                raise MediaNotFound
            places = {place.id: place.alt for place in command.pictures}
            ids = [shown[media_id] for media_id in places]
            await self._shelf.arrange(transaction, command.product_id, ids, list(places.values()))
            rows = await transaction.connection.fetch(_ALL, command.product_id)
        return tuple(media_of(row) for row in rows)

    async def remove(self, command: RemoveMedia, caller: Caller) -> Done:
        """Take a picture away; a job removes its files."""
        row = await self._database.fetch_one(_OF_PRODUCT, command.media_id)
        if row is None:
            raise MediaNotFound
        try:
            await self._own(row["product_id"], caller)
        except ProductNotFound:
            raise MediaNotFound from None
        async with self._database.transaction() as transaction:
            await self._remove(transaction, row["product_id"], command.media_id)
        return Done()

    async def _own(self, product_id: UUID, caller: Caller) -> UUID:
        """The seller of a product that the caller may edit. Refused otherwise: `ProductNotFound`."""
        seller_id = await self._shelf.owner(product_id)
        if seller_id is None or (seller_id != caller.seller_id and not caller.is_any(Role.ADMIN)):
            raise ProductNotFound
        return seller_id

    async def _known(self, command: AddMedia) -> Media | None:
        """The picture of this id. Refused when it is another: `IdReused`; the same file may have been sent anew."""
        row = await self._database.fetch_one("SELECT * FROM media WHERE id = $1", command.media_id)
        if row is None:
            return None
        if (row["product_id"], row["alt"]) != (command.product_id, command.alt):
            raise IdReused
        return media_of(row)

    async def _check(self, upload_id: UUID, user_id: UUID) -> None:
        sent = await self._uploads.find(upload_id, user_id)
        if sent is None:
            raise UploadNotFound
        if sent.size > _MOST_BYTES:
            raise NotAPicture(f"The picture is too large: {_MOST_BYTES // _MIB} MiB at most.")
        try:
            await asyncio.to_thread(self._look, sent.location)
        except FileNotFoundError:
            raise UploadNotFound from None

    def _look(self, location: str) -> None:
        with closing(self._files.open(location)) as file:
            making.check(file)

    async def _insert(self, transaction: Transaction, command: AddMedia) -> Media | None:
        if not await self._shelf.lock(transaction, command.product_id):
            raise ProductNotFound
        if await transaction.connection.fetchval(_COUNT, command.product_id) >= MOST_PICTURES:
            raise TooManyPictures(MOST_PICTURES)
        values = (command.media_id, command.product_id, command.upload_id, command.alt)
        row = await transaction.connection.fetchrow(_INSERT, *values, self._clock.now())
        if row is None:
            return None
        added = media_of(row)
        await self._shelf.tell(transaction, command.product_id, MediaAdded(time=self._clock.now(), media=added))
        return added

    async def _remove(self, transaction: Transaction, product_id: UUID, media_id: UUID) -> None:
        await self._shelf.lock(transaction, product_id)
        let_go = await transaction.connection.fetchrow(_LET_GO, media_id, product_id, self._clock.now())
        was_shown = await self._shelf.take_down(transaction, product_id, media_id, let_go["url"] if let_go else "")
        if let_go is None and not was_shown:
            raise MediaNotFound
        if let_go is not None:
            transaction.emit(MediaRemoved(time=self._clock.now(), media_id=media_id))


def media_of(row: Any) -> Media:
    """The picture in a row."""
    url, width = row["url"], row["width"]
    return Media(
        id=row["id"],
        product_id=row["product_id"],
        state=MediaState(row["state"]),
        alt=row["alt"],
        url=url,
        sources=sizes.sources(url, width, row["height"]) if width else (),
        reason=row["reason"],
    )
