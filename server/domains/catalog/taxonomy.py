"""The category tree and brands."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

import asyncpg

from fastshop.contract.base import Command, Done, IdReused, Page
from fastshop.contract.catalog import (
    Brand,
    BrandNotFound,
    Category,
    CategoryInUse,
    CategoryNotFound,
    CreateBrand,
    CreateCategory,
    DeleteCategory,
    EditBrand,
    EditCategory,
    ListBrands,
    ListCategories,
    ShowCategory,
    SlugTaken,
    TooDeep,
)
from server.domains.catalog import rows
from server.kernel import audit
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.page import as_page, decode_cursor

_DEEPEST = 8

_BRANDS = """
SELECT id, name, slug FROM brands
WHERE ($1::text IS NULL OR (name, id) > ($1, $2)) AND position(lower($4) IN lower(name)) > 0
ORDER BY name, id LIMIT $3
"""
_CATEGORIES = "SELECT * FROM categories ORDER BY cardinality(path), name, id"
# A conflict over the id alone would not do: of two equal rows at once the second may meet the first one's slug before.
_INSERT_CATEGORY = """
INSERT INTO categories (id, name, slug, parent_id, path) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING id
"""
# Whoever moves a category waits for all who move or add one: else there could be a circle, or an old path.
_LOCK_TREE = "LOCK TABLE categories IN SHARE ROW EXCLUSIVE MODE"
_HOLD_TREE = "LOCK TABLE categories IN ROW EXCLUSIVE MODE"
_DEPTH = "SELECT max(cardinality(path)) FROM categories WHERE path @> ARRAY[$1]::varchar[]"
_MOVE = "UPDATE categories SET path = $2::varchar[] || path[$3 + 1:] WHERE path @> ARRAY[$1]::varchar[]"
_EDIT_CATEGORY = "UPDATE categories SET name = $2, parent_id = $3 WHERE id = $1"
_DELETE_CATEGORY = "DELETE FROM categories WHERE id = $1 RETURNING id"
_BRANDS_BY_SLUG = "SELECT slug, id FROM brands WHERE slug = any($1::text[])"
# In the same order in every transaction, so that two of them never wait for each other in a circle.
_ADD_BRANDS = """
INSERT INTO brands (id, name, slug) SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[]) AS new (id, name, slug)
ORDER BY slug ON CONFLICT DO NOTHING
"""
_INSERT_BRAND = "INSERT INTO brands (id, name, slug) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id"
_EDIT_BRAND = "UPDATE brands SET name = $2, slug = $3 WHERE id = $1 RETURNING id, name, slug"


class Taxonomy:
    """What products are ordered by."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list_brands(self, command: ListBrands, caller: Caller) -> Page[Brand]:  # noqa: ARG002
        """The brands."""
        after = decode_cursor(command.cursor, tuple[str, UUID]) or (None, None)
        found = await self._database.fetch(_BRANDS, *after, command.limit + 1, command.query.strip())
        return as_page([rows.brand(row) for row in found], command.limit, lambda brand: (brand.name, brand.id))

    async def list_categories(self, command: ListCategories, caller: Caller) -> tuple[Category, ...]:  # noqa: ARG002
        """The category tree."""
        return tuple(rows.category(row) for row in await self._database.fetch(_CATEGORIES))

    async def create_category(self, command: CreateCategory, caller: Caller) -> Category:
        """Add a category."""
        async with self._database.transaction() as transaction:
            await transaction.connection.execute(_HOLD_TREE)
            above = await self._path(command.parent_id)
            if len(above) >= _DEEPEST:
                raise TooDeep
            new = Category(command.category_id, command.name, command.slug, command.parent_id, (*above, command.slug))
            columns = new.id, new.name, new.slug, new.parent_id, list(new.path)
            if await self._database.fetch(_INSERT_CATEGORY, *columns):
                await self._note(transaction, command, caller, f"category:{new.id}")
        return _same(rows.category(await self._stored("categories", new.id, new.slug)), new)

    async def show_category(self, command: ShowCategory, caller: Caller) -> Category:  # noqa: ARG002
        """One category."""
        return await self._category(command.category_id)

    async def edit_category(self, command: EditCategory, caller: Caller) -> Category:
        """Rename or move a category."""
        async with self._database.transaction() as transaction:
            await transaction.connection.execute(_LOCK_TREE)
            known = await self._category(command.category_id)
            above = await self._path(command.parent_id)
            deepest = await transaction.connection.fetchval(_DEPTH, known.slug) - len(known.path)
            if known.slug in above or len(above) + 1 + deepest > _DEEPEST:
                raise TooDeep
            await transaction.connection.execute(_MOVE, known.slug, [*above, known.slug], len(known.path))
            await transaction.connection.execute(_EDIT_CATEGORY, known.id, command.name, command.parent_id)
            await self._note(transaction, command, caller, f"category:{known.id}")
            return await self._category(known.id)

    async def delete_category(self, command: DeleteCategory, caller: Caller) -> Done:
        """Remove a category."""
        try:
            async with self._database.transaction() as transaction:
                if not await self._database.fetch(_DELETE_CATEGORY, command.category_id):
                    raise CategoryNotFound
                await self._note(transaction, command, caller, f"category:{command.category_id}")
        except (asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError):
            raise CategoryInUse from None
        return Done()

    async def create_brand(self, command: CreateBrand, caller: Caller) -> Brand:
        """Add a brand."""
        new = Brand(command.brand_id, command.name, command.slug)
        async with self._database.transaction() as transaction:
            if await self._database.fetch(_INSERT_BRAND, new.id, new.name, new.slug):
                await self._note(transaction, command, caller, f"brand:{new.id}")
        return _same(rows.brand(await self._stored("brands", new.id, new.slug)), new)

    async def edit_brand(self, command: EditBrand, caller: Caller) -> Brand:
        """Change a brand."""
        try:
            async with self._database.transaction() as transaction:
                row = await self._database.fetch_one(_EDIT_BRAND, command.brand_id, command.name, command.slug)
                if row is None:
                    raise BrandNotFound
                await self._note(transaction, command, caller, f"brand:{command.brand_id}")
        except asyncpg.UniqueViolationError:
            raise SlugTaken(command.slug) from None
        return rows.brand(row)

    async def brand_ids(self, wanted: Sequence[Brand]) -> Mapping[str, UUID]:
        """The brands with these slugs, by slug; those that there were not are made as they are wanted."""
        slugs = [brand.slug for brand in wanted]
        there = await self._database.fetch(_BRANDS_BY_SLUG, slugs)
        if len(there) < len(set(slugs)):
            columns = [brand.id for brand in wanted], [brand.name for brand in wanted], slugs
            await self._database.fetch(_ADD_BRANDS, *columns)
            there = await self._database.fetch(_BRANDS_BY_SLUG, slugs)
        return {row["slug"]: row["id"] for row in there}

    async def category_ids(self, slugs: Sequence[str]) -> Mapping[str, UUID]:
        """Those of the categories with these slugs that there are."""
        found = await self._database.fetch("SELECT slug, id FROM categories WHERE slug = any($1::text[])", list(slugs))
        return {row["slug"]: row["id"] for row in found}

    async def _note(self, transaction: Transaction, command: Command[Any], caller: Caller, subject: str) -> None:
        await audit.note(transaction, self._clock.now(), caller, command.tag(), subject)

    async def _category(self, category_id: UUID) -> Category:
        row = await self._database.fetch_one("SELECT * FROM categories WHERE id = $1", category_id)
        if row is None:
            raise CategoryNotFound
        return rows.category(row)

    async def _path(self, parent_id: UUID | None) -> tuple[str, ...]:
        if parent_id is None:
            return ()
        row = await self._database.fetch_one("SELECT path FROM categories WHERE id = $1", parent_id)
        if row is None:
            raise CategoryNotFound
        return tuple(row["path"])

    async def _stored(self, table: str, its_id: UUID, slug: str) -> Any:
        """What has the id now; `SlugTaken` when nothing has, because something else has the slug."""
        row = await self._database.fetch_one(f"SELECT * FROM {table} WHERE id = $1", its_id)  # noqa: S608 - ours
        if row is None:
            raise SlugTaken(slug)
        return row


T = TypeVar("T")


def _same(stored: T, new: T) -> T:
    if stored != new:
        raise IdReused
    return stored
