"""Two shops, and imports into one of them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from fastshop.contract.accounts import Role
from fastshop.contract.imports import Import, ImportRow, ListImportErrors, StartImport
from fastshop.ids import new_id
from server.adapters.storage.local import LocalFiles
from server.domains.catalog.browsing import Browsing
from server.domains.catalog.editing import Editing
from server.domains.catalog.taxonomy import Taxonomy
from server.domains.imports.running import Running
from server.domains.imports.service import Imports
from server.kernel.caller import Caller
from server.kernel.database import Database
from tests.support import ManualClock


@dataclass
class Stage:
    """The imports of a small marketplace, and who asks for them."""

    database: Database
    imports: Imports
    running: Running
    seller: Caller
    other: Caller
    admin: Caller

    async def upload(self, content: bytes, caller: Caller | None = None, piece: int = 50_000) -> UUID:
        """Send a file in pieces."""
        return await self.imports.receive((caller or self.seller).person, pieces(content, piece))

    async def asked(self, content: bytes, *, dry_run: bool = False) -> UUID:
        """Ask for an import of a file, without doing it."""
        command = StartImport(import_id=new_id(), upload_id=await self.upload(content), dry_run=dry_run)
        return (await self.imports.start(command, self.seller)).id

    async def done(self, content: bytes, *, dry_run: bool = False) -> Import:
        """Import a file."""
        import_id = await self.asked(content, dry_run=dry_run)
        await self.imports.run(import_id)
        return await self.imports.get(import_id)

    async def errors(self, import_id: UUID) -> Sequence[ImportRow]:
        """The rows that failed."""
        return (await self.imports.list_errors(ListImportErrors(import_id=import_id), self.seller)).items

    async def count(self, query: str, *args: object) -> int:
        """What a counting query says."""
        row = await self.database.fetch_one(f"SELECT count(*) FROM {query}", *args)
        assert row is not None
        return int(row[0])

    async def goods(self) -> list[tuple[object, ...]]:
        """All that is for sale, by every shop, down to ids, stock and time of change."""
        query = """
            SELECT product.*, brand.name, variant.*, level.on_hand, media.id, media.url, media.alt, media.position
            FROM products product LEFT JOIN brands brand ON brand.id = product.brand_id
                LEFT JOIN product_variants variant ON variant.product_id = product.id
                LEFT JOIN inventory_levels level ON level.variant_id = variant.id
                LEFT JOIN product_media media ON media.product_id = product.id
            ORDER BY product.id, variant.id, media.id
        """
        return [tuple(row) for row in await self.database.fetch(query)]


@pytest.fixture
async def stage(database: Database, clock: ManualClock, tmp_path: Path) -> Stage:
    """A marketplace of two shops with a product of the same handle in the other one."""
    files, browsing = LocalFiles(tmp_path / "files"), Browsing(database)
    editing = Editing(database, browsing, clock)
    running = Running(database, files, browsing, editing, Taxonomy(database, clock), clock, "EUR")
    imports = Imports(database, files, running, clock)
    seller, other = [await _seller(database, name) for name in ("mode", "other")]
    admin = Caller(user_id=await _user(database, "admin", None), roles=frozenset({Role.ADMIN}))
    stage = Stage(database, imports, running, seller, other, admin)
    command = StartImport(import_id=new_id(), upload_id=await stage.upload(product("tee", "99.00"), other))
    await imports.start(command, other)
    await imports.run(command.import_id)
    return stage


def table(*rows: str, header: str = "Handle,Title,Vendor,Variant SKU,Variant Inventory Qty,Variant Price") -> bytes:
    """A file of these rows."""
    return "\n".join((header, *rows, "")).encode()


def product(handle: str, price: str = "10.00") -> bytes:
    """A file of one product."""
    return table(f"{handle},{handle.title()},Maker,{handle}-sku,5,{price}")


async def pieces(content: bytes, size: int) -> AsyncIterator[bytes]:
    """A file as it comes over the line."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def _seller(database: Database, slug: str) -> Caller:
    seller_id = new_id()
    query = "INSERT INTO sellers (id, name, slug, description, created_at) VALUES ($1, $2, $2, '', now())"
    await database.fetch(query, seller_id, slug)
    user_id = await _user(database, slug, seller_id)
    return Caller(user_id=user_id, roles=frozenset({Role.SELLER}), seller_id=seller_id)


async def _user(database: Database, name: str, seller_id: UUID | None) -> UUID:
    user_id = new_id()
    query = """
        INSERT INTO users (id, email, name, password_hash, roles, seller_id, session_limit, created_at)
        VALUES ($1, $2, $3, '', '{}', $4, 3, now())
    """
    await database.fetch(query, user_id, f"{name}@shop.example", name, seller_id)
    return user_id
