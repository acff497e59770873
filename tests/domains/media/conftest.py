"""Two shops, each with a product, and pictures for them."""

import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from PIL import Image

from fastshop.contract.catalog import PRODUCT, Product
from fastshop.contract.media import AddMedia, ListMedia, Media, MediaAdded, MediaMade
from fastshop.ids import new_id
from server.adapters.storage.local import LocalFiles
from server.domains.catalog.pictures import Pictures
from server.domains.imports.uploads import Uploads
from server.domains.media.keeping import Keeping
from server.domains.media.service import Gallery
from server.kernel import log
from server.kernel.caller import Caller
from server.kernel.database import Database
from tests.domains.catalog.conftest import ADMIN, OURS, SHOPLESS, THEIRS, Market, market
from tests.support import ManualClock
from tests.tries import Rationed

__all__ = ["market"]


@dataclass
class Stage:
    """The pictures of a small marketplace."""

    database: Database
    clock: ManualClock
    market: Market
    files: LocalFiles
    uploads: Uploads
    shelf: Pictures
    gallery: Gallery
    keeping: Keeping
    attempts: Rationed
    folder: Path
    jumper: Product

    async def upload(self, content: bytes, caller: Caller = OURS) -> UUID:
        """Send a file."""
        location, size = await self.files.store(_one(content))
        upload_id = new_id()
        query = "INSERT INTO uploads (id, user_id, location, size, created_at) VALUES ($1, $2, $3, $4, $5)"
        await self.database.fetch(query, upload_id, caller.person, location, size, self.clock.now())
        return upload_id

    async def asked(self, content: bytes, caller: Caller = OURS, **fields: Any) -> AddMedia:
        """The command that adds this as a picture to our jumper."""
        told = {"product_id": self.jumper.id, "media_id": new_id(), "upload_id": await self.upload(content, caller)}
        return AddMedia(**(told | fields))

    async def added(self, content: bytes, **fields: Any) -> Media:
        """A picture that was added, and tried to be made ready."""
        self.clock.turn(seconds=1)
        media = await self.gallery.add(await self.asked(content, **fields), OURS)
        await self.keeping.make(media.id)
        return next(each for each in await self.all() if each.id == media.id)

    async def all(self) -> tuple[Media, ...]:
        """All pictures of our jumper, as its seller sees them."""
        return await self.gallery.list(ListMedia(product_id=self.jumper.id), OURS)

    async def shown(self) -> list[tuple[str, str]]:
        """The pictures of our jumper, as everybody sees them."""
        return [(image.url, image.alt) for image in (await self.market.show("jumper")).images]

    async def told(self) -> Sequence[Media]:
        """What the watchers of our jumper were told of pictures."""
        async with self.database.reading() as connection:
            found = await log.after(connection, PRODUCT.of(self.jumper.id), 0, 1000)
        events = [each.data for each in found if msgspec.json.decode(each.data)["type"].startswith("media.")]
        return [msgspec.json.decode(data, type=MediaAdded | MediaMade).media for data in events]

    def kept(self) -> list[str]:
        """The names of the files of pictures."""
        root = self.folder / "media"
        return sorted(str(path.relative_to(root)) for path in root.rglob("*.webp"))


@pytest.fixture
async def stage(database: Database, clock: ManualClock, market: Market, tmp_path: Path) -> Stage:
    """A marketplace where the other shop's teapot has the same picture twice."""
    files, pictures = LocalFiles(tmp_path), Pictures(database, market.browsing, clock)
    for number, caller in enumerate((ADMIN, OURS, THEIRS, SHOPLESS)):
        query = """INSERT INTO users (id, email, name, password_hash, created_at)
            VALUES ($1, $2, '', '', now())"""
        await database.fetch(query, caller.person, f"{number}@example.com")
    uploads, attempts = Uploads(database, files, clock), Rationed()
    gallery = Gallery(database, files, uploads, pictures, attempts, clock)
    keeping = Keeping(database, files, uploads, pictures, clock)
    jumper = await market.create()
    stage = Stage(database, clock, market, files, uploads, pictures, gallery, keeping, attempts, tmp_path, jumper)
    for number in (1, 2):
        command = await stage.asked(png(30, 20), THEIRS, product_id=market.teapot.id, media_id=UUID(int=number))
        await gallery.add(command, THEIRS)
        await keeping.make(UUID(int=number))
    return stage


def png(width: int, height: int, colour: str = "#336699", **fields: Any) -> bytes:
    """A picture of one colour."""
    return encoded(Image.new("RGB", (width, height), colour), "PNG", **fields)


def encoded(image: Image.Image, kind: str, **fields: Any) -> bytes:
    """A picture as a file."""
    file = io.BytesIO()
    image.save(file, kind, **fields)
    return file.getvalue()


async def _one(content: bytes) -> AsyncIterator[bytes]:
    yield content
