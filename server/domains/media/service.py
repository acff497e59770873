"""Pictures as their sellers handle them."""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from typing import Any
from uuid import UUID

import asyncpg
from msgspec.structs import replace

from fastshop.contract.accounts import Role
from fastshop.contract.base import Done, IdReused, RateLimited
from fastshop.contract.catalog import Image, ProductNotFound
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
from server.kernel import audit
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

_MIB = 1024 * 1024
_MOST_BYTES = 20 * _MIB
# What a seller may add: in pictures, seconds. Each costs us about a second's work.
_PER_SELLER = (300, 600)

_INSERT = """
INSERT INTO media (id, product_id, upload_id, state, alt, exempt, created_at, updated_at)
VALUES ($1, $2, $3, 'waiting', $4, $5, $6, $6) ON CONFLICT (id) DO NOTHING RETURNING *
"""
_COUNT = """
SELECT (SELECT count(*) FROM product_media WHERE product_id = $1)
    + (SELECT count(*) FROM media WHERE product_id = $1 AND state <> 'failed' AND NOT EXISTS (
        SELECT FROM product_media shown WHERE shown.product_id = $1 AND shown.url = media.url))
"""
# The previous release writes what is shown anew with every edit, under new ids: the address tells what is ours.
_ALL = """
SELECT coalesce(ours.id, shown.id) AS id, shown.product_id, 'ready' AS state, shown.alt, shown.url, '' AS reason,
    coalesce(ours.width, 0) AS width, coalesce(ours.height, 0) AS height, shown.position
FROM product_media shown LEFT JOIN media ours ON ours.product_id = shown.product_id AND ours.url = shown.url
WHERE shown.product_id = $1
UNION ALL
SELECT id, product_id, CASE state WHEN 'ready' THEN 'rejected' ELSE state END, alt, url, reason, width, height, NULL
FROM media WHERE product_id = $1 AND NOT EXISTS (
    SELECT FROM product_media shown WHERE shown.product_id = $1 AND shown.url = media.url)
ORDER BY position, id
"""
_OF_PRODUCT = """
SELECT product_id FROM media WHERE id = $1 AND product_id IS NOT NULL
UNION SELECT product_id FROM product_media WHERE id = $1
"""
_LET_GO = """
UPDATE media SET product_id = NULL, updated_at = $3 WHERE id = $1 AND product_id = $2 RETURNING url
"""


# What has a place in the order.
_PLACED = frozenset({MediaState.READY, MediaState.IN_REVIEW})


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
                added = await self._insert(transaction, command, exempt=self._shelf.is_exempt(caller))
                if added is not None:
                    await self._note(transaction, command, caller, seller_id, command.product_id)
        except asyncpg.ForeignKeyViolationError:  # it was so old that it has just been forgotten
            raise UploadNotFound from None
        if found := added or await self._known(command):
            return found
        raise MediaNotFound  # added and taken away again by others at the same time

    async def list(self, command: ListMedia, caller: Caller) -> tuple[Media, ...]:
        """All pictures of a product."""
        await self._own(command.product_id, caller)
        return await self._all(command.product_id)

    async def arrange(self, command: ArrangeMedia, caller: Caller) -> tuple[Media, ...]:
        """Put pictures in order."""
        seller_id = await self._own(command.product_id, caller)
        async with self._database.transaction() as transaction:
            await self._shelf.lock(transaction, command.product_id)
            known = {each.id: each for each in await self._all(command.product_id) if each.state in _PLACED}
            places = {place.id: place.alt for place in command.pictures}
            if not places.keys() <= known.keys():
                raise MediaNotFound
            pictures = [Image(known[media_id].url, alt) for media_id, alt in places.items()]
            exempt = self._shelf.is_exempt(caller)
            await self._shelf.arrange(transaction, command.product_id, pictures, exempt=exempt)
            await self._note(transaction, command, caller, seller_id, command.product_id)
            return await self._all(command.product_id)

    async def remove(self, command: RemoveMedia, caller: Caller) -> Done:
        """Take a picture away; a job removes its files."""
        row = await self._database.fetch_one(_OF_PRODUCT, command.media_id)
        if row is None:
            raise MediaNotFound
        try:
            seller_id = await self._own(row["product_id"], caller)
        except ProductNotFound:
            raise MediaNotFound from None
        async with self._database.transaction() as transaction:
            await self._remove(transaction, row["product_id"], command.media_id)
            await self._note(transaction, command, caller, seller_id, row["product_id"])
        return Done()

    async def _note(
        self,
        transaction: Transaction,
        command: AddMedia | ArrangeMedia | RemoveMedia,
        caller: Caller,
        seller_id: UUID,
        product_id: UUID,
    ) -> None:
        told = seller_id, command.tag(), f"product:{product_id}"
        await audit.note_foreign(transaction, self._clock.now(), caller, *told)

    async def _all(self, product_id: UUID) -> tuple[Media, ...]:
        """All pictures, as their seller has arranged them: in the order and with the texts that wait, if any do."""
        pictures = [media_of(row) for row in await self._database.fetch(_ALL, product_id)]
        asked = await self._shelf.waiting(product_id)
        return tuple(_as_asked(pictures, asked) if asked else pictures)

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

    async def _insert(self, transaction: Transaction, command: AddMedia, *, exempt: bool) -> Media | None:
        if not await self._shelf.lock(transaction, command.product_id):
            raise ProductNotFound
        if await transaction.connection.fetchval(_COUNT, command.product_id) >= MOST_PICTURES:
            raise TooManyPictures(MOST_PICTURES)
        values = (command.media_id, command.product_id, command.upload_id, command.alt, exempt)
        row = await transaction.connection.fetchrow(_INSERT, *values, self._clock.now())
        if row is None:
            return None
        added = media_of(row)
        told = MediaAdded(time=self._clock.now(), media=added)
        await self._shelf.tell(transaction, command.product_id, told, exempt=exempt)
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


def _as_asked(pictures: Sequence[Media], asked: Sequence[Image]) -> list[Media]:
    """Pictures as they are asked to be shown; those that are not named follow."""
    places = {image.url: (number, image.alt) for number, image in enumerate(asked)}
    named = [_in_review(each, places[each.url][1]) for each in pictures if each.url in places]
    others = [each for each in pictures if each.url not in places]
    return [*sorted(named, key=lambda each: places[each.url][0]), *others]


def _in_review(picture: Media, alt: str) -> Media:
    state = MediaState.IN_REVIEW if picture.state is MediaState.REJECTED else picture.state
    return replace(picture, alt=alt, state=state)
