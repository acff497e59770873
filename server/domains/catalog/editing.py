"""What sellers do with their goods. The product's row is locked first, so that two editors take turns."""

import re
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import asyncpg
import msgspec

from fastshop.contract.accounts import Role
from fastshop.contract.base import IdReused, Refusal
from fastshop.contract.catalog import (
    PRODUCT,
    BrandNotFound,
    CategoryNotFound,
    CreateProduct,
    EditProduct,
    NoShop,
    Price,
    Product,
    ProductChanged,
    ProductNotFound,
    SetPrice,
    SetStock,
    SkuTaken,
    SlugTaken,
    Variant,
    VariantChanged,
    VariantInUse,
    VariantNotFound,
    VariantsUnclear,
)
from fastshop.ids import new_id
from server.domains.catalog import alerts, rows
from server.domains.catalog.browsing import Browsing
from server.domains.catalog.rules import check_variants, is_made_by, safe_html
from server.kernel import log
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.money import to_numeric

Writing = CreateProduct | EditProduct

# Products, variants and pictures come as one JSON value each: the driver is slow with long arrays.
_PRODUCTS = """jsonb_to_recordset($1::jsonb) AS new (id uuid, category_id uuid, brand_id uuid, slug text, title text,
    description text, status text, options text[])"""
# A conflict over the id alone would not do: of two equal rows at once the second may meet the first one's slug before.
_INSERT = f"""
INSERT INTO products (id, seller_id, category_id, brand_id, slug, title, description, status, options, created_at,
    updated_at)
SELECT id, $3, category_id, brand_id, slug, title, description, status, options, $2, $2 FROM {_PRODUCTS}
ORDER BY id ON CONFLICT DO NOTHING RETURNING id
"""  # noqa: S608 - constants
_UPDATE = f"""
UPDATE products SET category_id = new.category_id, brand_id = new.brand_id, slug = new.slug, title = new.title,
    description = new.description, status = new.status, options = new.options, updated_at = $2
FROM {_PRODUCTS} WHERE products.id = new.id
"""  # noqa: S608 - constants
_LOCK = "SELECT id, seller_id FROM products WHERE id = any($1::uuid[]) ORDER BY id FOR NO KEY UPDATE"
_REMOVE_VARIANTS = """
DELETE FROM product_variants WHERE product_id = any($1::uuid[])
    AND NOT EXISTS (SELECT FROM unnest($2::uuid[]) AS kept (id) WHERE kept.id = product_variants.id)
"""
# A variant's id may stand under another product: then the row is left alone and not returned.
_SAVE_VARIANTS = """
INSERT INTO product_variants
    (id, product_id, seller_id, sku, options, price, compare_at_price, currency, position)
SELECT id, product_id, $2, sku, options, price, compare_at_price, currency, position
FROM jsonb_to_recordset($1::jsonb) AS new (id uuid, product_id uuid, sku text, options jsonb, price numeric,
    compare_at_price numeric, currency text, position int)
ON CONFLICT (id) DO UPDATE SET sku = excluded.sku, options = excluded.options, price = excluded.price,
    compare_at_price = excluded.compare_at_price, currency = excluded.currency, position = excluded.position
WHERE product_variants.product_id = excluded.product_id
RETURNING id
"""
_SAVE_STOCK = """
INSERT INTO inventory_levels (variant_id, on_hand)
SELECT id, stock FROM jsonb_to_recordset($1::jsonb) AS new (id uuid, stock int)
ON CONFLICT (variant_id) DO UPDATE SET on_hand = excluded.on_hand
"""
# An uploaded picture stays until it is taken away by name: a form that was opened before it came does not know of it.
_REMOVE_MEDIA = """
DELETE FROM product_media WHERE product_id = any($1::uuid[]) AND NOT EXISTS (
    SELECT FROM media WHERE media.product_id = product_media.product_id AND media.url = product_media.url
)
"""
_SAVE_MEDIA = """
WITH new AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS new (id uuid, product_id uuid, url text, alt text, position int)
), kept AS (
    UPDATE product_media SET alt = new.alt, position = new.position FROM new
    WHERE product_media.product_id = new.product_id AND product_media.url = new.url
    RETURNING new.id
)
INSERT INTO product_media (id, product_id, url, alt, position)
SELECT * FROM new WHERE NOT EXISTS (SELECT FROM kept WHERE kept.id = new.id)
"""
_SET_PRICE = "UPDATE product_variants SET price = $2, compare_at_price = $3 WHERE id = $1"
_SKU = "SELECT sku FROM product_variants WHERE id = $1"

# In what PostgreSQL tells of a refused row: only the key is the same in all its languages.
_TAKEN = re.compile(r"=\([0-9a-f-]{36}, (.*)\)", re.DOTALL)
_IN_USE = re.compile(r"=\(([0-9a-f-]{36})\)")


class Editing:
    """Creating and changing products."""

    def __init__(self, database: Database, browsing: Browsing, clock: Clock) -> None:
        self._database = database
        self._browsing = browsing
        self._clock = clock

    async def create_product(self, command: CreateProduct, caller: Caller) -> Product:
        """Add a product to the caller's shop."""
        if caller.seller_id is None:
            raise NoShop
        check_variants(command.options, command.variants)
        try:
            async with self._database.transaction() as transaction:
                if not await self._insert(transaction, [command], caller.seller_id):
                    return await self._same(transaction, command, caller.seller_id)
                return await self._save_parts(transaction, command, caller.seller_id)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise await self._refusal(error, command) from None

    async def edit_product(self, command: EditProduct, caller: Caller) -> Product:
        """Replace a product of the caller's shop."""
        check_variants(command.options, command.variants)
        try:
            async with self._database.transaction() as transaction:
                seller_id = (await self._lock(transaction, [command])).get(command.product_id)
                if seller_id is None or not _may_edit(seller_id, caller):
                    raise ProductNotFound
                await self._update(transaction, [command])
                return await self._save_parts(transaction, command, seller_id)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise await self._refusal(error, command) from None

    async def put(
        self, transaction: Transaction, commands: Sequence[CreateProduct], seller_id: UUID, kept: Collection[UUID] = ()
    ) -> Mapping[UUID, Refusal]:
        """Write products whether they are there or not, in a transaction that goes on; why some are not, by product.

        Variants in ``kept`` are there and stay as they are. Refused are another seller's ids: `IdReused`; else what
        creating and editing refuse.
        """
        refused: dict[UUID, Refusal] = {}
        clear = []
        for command in commands:
            try:
                check_variants(command.options, command.variants)
                clear.append(command)
            except VariantsUnclear as unclear:
                refused[command.product_id] = unclear
        return refused | await self._put(transaction, clear, seller_id, kept) if clear else refused

    async def set_price(self, command: SetPrice, caller: Caller) -> Variant:
        """Change a variant's price."""
        async with self._database.transaction() as transaction:
            known = await self._own_variant(transaction, command.variant_id, caller)
            _check_currency(known, command.price, command.compare_at_price)
            compare_at = command.compare_at_price
            numeric = to_numeric(compare_at) if compare_at else None
            await transaction.connection.execute(_SET_PRICE, known.id, to_numeric(command.price), numeric)
            return await self._tell_variant(transaction, known.id)

    async def set_stock(self, command: SetStock, caller: Caller) -> Variant:
        """Say how many units are on hand."""
        async with self._database.transaction() as transaction:
            known = await self._own_variant(transaction, command.variant_id, caller)
            await transaction.connection.execute(_SAVE_STOCK, _json([{"id": known.id, "stock": command.stock}]))
            return await self._tell_variant(transaction, known.id)

    async def _put(
        self, transaction: Transaction, commands: Sequence[CreateProduct], seller_id: UUID, kept: Collection[UUID]
    ) -> dict[UUID, Refusal]:
        """Write all at once; when one of them cannot be, each half by itself, until it stands alone."""
        try:
            async with transaction.connection.transaction():  # a savepoint
                refused = await self._claim(transaction, commands, seller_id)
                ours = [command for command in commands if command.product_id not in refused]
                await self._save_all_parts(transaction, ours, seller_id, kept)
                return refused
        except (asyncpg.IntegrityConstraintViolationError, IdReused) as error:
            if len(commands) == 1:
                its_id = commands[0].product_id
                return {its_id: error if isinstance(error, IdReused) else await self._refusal(error, commands[0])}
        half = len(commands) // 2
        refused = await self._put(transaction, commands[:half], seller_id, kept)
        return refused | await self._put(transaction, commands[half:], seller_id, kept)

    async def _claim(
        self, transaction: Transaction, commands: Sequence[CreateProduct], seller_id: UUID
    ) -> dict[UUID, Refusal]:
        """Insert or lock and update the products themselves; those that cannot be had, and why."""
        inserted = await self._insert(transaction, commands, seller_id)
        others = [command for command in commands if command.product_id not in inserted]
        if not others:
            return {}
        owners = await self._lock(transaction, others)
        refused = {
            command.product_id: refusal
            for command in others
            if (refusal := _not_own(command, owners.get(command.product_id), seller_id))
        }
        await self._update(transaction, [command for command in others if command.product_id not in refused])
        return refused

    async def _insert(self, transaction: Transaction, commands: Sequence[CreateProduct], seller_id: UUID) -> set[UUID]:
        """Insert those products that can be; which."""
        inserted = await transaction.connection.fetch(_INSERT, _products(commands), self._clock.now(), seller_id)
        return {row["id"] for row in inserted}

    async def _update(self, transaction: Transaction, commands: Sequence[Writing]) -> None:
        await transaction.connection.execute(_UPDATE, _products(commands), self._clock.now())

    async def _save_parts(self, transaction: Transaction, command: Writing, seller_id: UUID) -> Product:
        return (await self._save_all_parts(transaction, [command], seller_id, ()))[command.product_id]

    async def _save_all_parts(
        self, transaction: Transaction, commands: Sequence[Writing], seller_id: UUID, kept: Collection[UUID]
    ) -> Mapping[UUID, Product]:
        """Write variants, stock and pictures, and tell of the products, which are there."""
        connection, ids = transaction.connection, [command.product_id for command in commands]
        variants = [variant.id for command in commands for variant in command.variants]
        await connection.execute(_REMOVE_VARIANTS, ids, variants)
        written = _variants(commands, kept)
        saved = await connection.fetch(_SAVE_VARIANTS, _json(written), seller_id)
        if len(saved) < len(written):
            raise IdReused
        await connection.execute(_SAVE_STOCK, _json(written))
        await alerts.tell(transaction, variants, self._clock.now())
        await connection.execute(_REMOVE_MEDIA, ids)
        await connection.execute(_SAVE_MEDIA, _json(_media(commands)))
        products = await self._browsing.get_many(ids)
        for product_id in ids:
            changed = ProductChanged(time=self._clock.now(), product=products[product_id])
            transaction.emit(changed, PRODUCT.of(product_id))
        return products

    async def _same(self, transaction: Transaction, command: CreateProduct, seller_id: UUID) -> Product:
        """The answer to a creation that was sent again; `IdReused` when it is another one."""
        owners = await self._lock(transaction, [command])
        if refusal := _not_own(command, owners.get(command.product_id), seller_id):
            raise refusal
        known = await self._browsing.get(command.product_id)
        if not is_made_by(await _as_created(transaction, known), command):
            raise IdReused
        return known

    async def _lock(self, transaction: Transaction, commands: Sequence[Writing]) -> Mapping[UUID, UUID]:
        """Whose the products are; nobody else changes them until the transaction ends."""
        locked = await transaction.connection.fetch(_LOCK, [command.product_id for command in commands])
        return {row["id"]: row["seller_id"] for row in locked}

    async def _own_variant(self, transaction: Transaction, variant_id: UUID, caller: Caller) -> Variant:
        query = "SELECT seller_id FROM product_variants WHERE id = $1 FOR NO KEY UPDATE"
        seller_id = await transaction.connection.fetchval(query, variant_id)
        if seller_id is None or not _may_edit(seller_id, caller):
            raise VariantNotFound
        return rows.variant(await transaction.connection.fetchrow(rows.VARIANT, variant_id))

    async def _tell_variant(self, transaction: Transaction, variant_id: UUID) -> Variant:
        variant = rows.variant(await transaction.connection.fetchrow(rows.VARIANT, variant_id))
        transaction.emit(VariantChanged(time=self._clock.now(), variant=variant), PRODUCT.of(variant.product_id))
        await alerts.tell(transaction, [variant_id], self._clock.now())
        return variant

    async def _refusal(self, error: asyncpg.IntegrityConstraintViolationError, command: Writing) -> Refusal:
        """What the constraint that said no means in the shop's words."""
        match error.constraint_name:
            case "products_slug_key":
                return SlugTaken(command.slug)
            case "products_category_id_fkey":
                return CategoryNotFound()
            case "products_brand_id_fkey":
                return BrandNotFound()
            case "variants_sku_unique":
                return SkuTaken(_found(_TAKEN, error))
            case "order_items_variant_id_fkey" | "flash_sales_variant_id_fkey":
                row = await self._database.fetch_one(_SKU, _found(_IN_USE, error))
                return VariantInUse(row["sku"] if row else "")
            case _:
                raise error


async def _as_created(transaction: Transaction, known: Product) -> Product:
    """The product as the first event tells of it, before it was changed."""
    first = await log.after(transaction.connection, PRODUCT.of(known.id), 0, 1)
    return msgspec.json.decode(first[0].data, type=ProductChanged).product if first else known


def _may_edit(seller_id: UUID, caller: Caller) -> bool:
    return seller_id == caller.seller_id or caller.is_any(Role.ADMIN)


def _not_own(command: CreateProduct, owner: UUID | None, seller_id: UUID) -> Refusal | None:
    """Why a product could not be inserted, if it is not the seller's with that id."""
    if owner is None:
        return SlugTaken(command.slug)
    return IdReused() if owner != seller_id else None


def _check_currency(known: Variant, price: Price, compare_at_price: Price | None) -> None:
    for given in (price, compare_at_price):
        if given is not None and given.currency != known.price.currency:
            raise VariantsUnclear(f"The price must be in {known.price.currency}, like the product's others.")


def _products(commands: Sequence[Writing]) -> str:
    return _json(
        [
            {
                "id": command.product_id,
                "category_id": command.category_id,
                "brand_id": command.brand_id,
                "slug": command.slug,
                "title": command.title,
                "description": safe_html(command.description),
                "status": command.status,
                "options": command.options,
            }
            for command in commands
        ]
    )


def _variants(commands: Sequence[Writing], kept: Collection[UUID]) -> list[dict[str, object]]:
    return [
        {
            "id": variant.id,
            "product_id": command.product_id,
            "sku": variant.sku,
            "options": variant.options,
            "price": to_numeric(variant.price),
            "compare_at_price": to_numeric(variant.compare_at_price) if variant.compare_at_price else None,
            "currency": variant.price.currency,
            "position": position,
            "stock": variant.stock,
        }
        for command in commands
        for position, variant in enumerate(command.variants)
        if variant.id not in kept
    ]


def _media(commands: Sequence[Writing]) -> list[dict[str, object]]:
    return [
        {"id": new_id(), "product_id": command.product_id, "url": image.url, "alt": image.alt, "position": position}
        for command in commands
        for position, image in enumerate(command.images)
    ]


def _json(rows: Sequence[object]) -> str:
    return msgspec.json.encode(rows).decode()


def _found(pattern: re.Pattern[str], error: asyncpg.IntegrityConstraintViolationError) -> str:
    found = pattern.search(error.detail or "")
    assert found is not None
    return found[1]
