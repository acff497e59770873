"""What sellers do with their goods. The product's row is locked first, so that two editors take turns."""

import re
from collections.abc import Sequence
from typing import Any, NoReturn
from uuid import UUID

import asyncpg
import msgspec

from fastshop.contract.accounts import Role
from fastshop.contract.base import IdReused
from fastshop.contract.catalog import (
    PRODUCT,
    BrandNotFound,
    CategoryNotFound,
    CreateProduct,
    EditProduct,
    NewVariant,
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
from server.domains.catalog import rows
from server.domains.catalog.browsing import Browsing
from server.domains.catalog.rules import check_variants, is_made_by, safe_html
from server.kernel import log
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.money import to_numeric

Writing = CreateProduct | EditProduct

# A conflict over the id alone would not do: of two equal rows at once the second may meet the first one's slug before.
_INSERT = """
INSERT INTO products (id, seller_id, category_id, brand_id, slug, title, description, status, options, created_at,
    updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) ON CONFLICT DO NOTHING RETURNING id
"""
_UPDATE = """
UPDATE products SET category_id = $2, brand_id = $3, slug = $4, title = $5, description = $6, status = $7,
    options = $8, updated_at = $9 WHERE id = $1
"""
# A variant's id may stand under another product: then the row is left alone and not returned.
_SAVE_VARIANTS = """
INSERT INTO product_variants
    (id, product_id, seller_id, sku, options, price, compare_at_price, currency, position)
SELECT new.id, $1, $2, new.sku, new.options, new.price, new.compare_at_price, new.currency, new.position
FROM unnest($3::uuid[], $4::text[], $5::jsonb[], $6::numeric[], $7::numeric[], $8::text[], $9::int[])
     AS new (id, sku, options, price, compare_at_price, currency, position)
ON CONFLICT (id) DO UPDATE SET sku = excluded.sku, options = excluded.options, price = excluded.price,
    compare_at_price = excluded.compare_at_price, currency = excluded.currency, position = excluded.position
WHERE product_variants.product_id = excluded.product_id
RETURNING id
"""
_SAVE_STOCK = """
INSERT INTO inventory_levels (variant_id, on_hand) SELECT * FROM unnest($1::uuid[], $2::int[])
ON CONFLICT (variant_id) DO UPDATE SET on_hand = excluded.on_hand
"""
_SAVE_MEDIA = """
INSERT INTO product_media (id, product_id, url, alt, position)
SELECT id, $1, url, alt, position FROM unnest($2::uuid[], $3::text[], $4::text[], $5::int[])
     AS new (id, url, alt, position)
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
                if not await self._insert(transaction, command, caller.seller_id):
                    return await self._same(transaction, command, caller.seller_id)
                return await self._save_parts(transaction, command, caller.seller_id)
        except asyncpg.IntegrityConstraintViolationError as error:
            await self._refuse(error, command)

    async def edit_product(self, command: EditProduct, caller: Caller) -> Product:
        """Replace a product of the caller's shop."""
        check_variants(command.options, command.variants)
        try:
            async with self._database.transaction() as transaction:
                seller_id = await self._lock(transaction, command.product_id)
                if seller_id is None or not _may_edit(seller_id, caller):
                    raise ProductNotFound
                await self._update(transaction, command)
                return await self._save_parts(transaction, command, seller_id)
        except asyncpg.IntegrityConstraintViolationError as error:
            await self._refuse(error, command)

    async def put(self, transaction: Transaction, command: CreateProduct, seller_id: UUID) -> Product:
        """Write a product whether it is there or not, in a transaction that may go on after a refusal.

        Refused when the id is another seller's: `IdReused`; else as creating and editing are.
        """
        check_variants(command.options, command.variants)
        try:
            async with transaction.connection.transaction():  # a savepoint
                if not await self._insert(transaction, command, seller_id):
                    await self._lock_own(transaction, command, seller_id)
                    await self._update(transaction, command)
                return await self._save_parts(transaction, command, seller_id)
        except asyncpg.IntegrityConstraintViolationError as error:
            await self._refuse(error, command)

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
            await transaction.connection.execute(_SAVE_STOCK, [known.id], [command.stock])
            return await self._tell_variant(transaction, known.id)

    async def _insert(self, transaction: Transaction, command: CreateProduct, seller_id: UUID) -> bool:
        inserted = await transaction.connection.fetchval(
            _INSERT,
            command.product_id,
            seller_id,
            command.category_id,
            command.brand_id,
            command.slug,
            command.title,
            safe_html(command.description),
            command.status,
            list(command.options),
            self._clock.now(),
        )
        return inserted is not None

    async def _update(self, transaction: Transaction, command: Writing) -> None:
        await transaction.connection.execute(
            _UPDATE,
            command.product_id,
            command.category_id,
            command.brand_id,
            command.slug,
            command.title,
            safe_html(command.description),
            command.status,
            list(command.options),
            self._clock.now(),
        )

    async def _save_parts(self, transaction: Transaction, command: Writing, seller_id: UUID) -> Product:
        connection, product_id, variants = transaction.connection, command.product_id, command.variants
        kept = [variant.id for variant in variants]
        query = "DELETE FROM product_variants WHERE product_id = $1 AND id <> all($2::uuid[])"
        await connection.execute(query, product_id, kept)
        saved = await connection.fetch(_SAVE_VARIANTS, product_id, seller_id, *_variant_columns(variants))
        if len(saved) < len(variants):
            raise IdReused
        await connection.execute(_SAVE_STOCK, kept, [variant.stock for variant in variants])
        await connection.execute("DELETE FROM product_media WHERE product_id = $1", product_id)
        await connection.execute(_SAVE_MEDIA, product_id, *_media_columns(command))
        product = await self._browsing.get(product_id)
        transaction.emit(ProductChanged(time=self._clock.now(), product=product), PRODUCT.of(product_id))
        return product

    async def _same(self, transaction: Transaction, command: CreateProduct, seller_id: UUID) -> Product:
        """The answer to a creation that was sent again; `IdReused` when it is another one."""
        await self._lock_own(transaction, command, seller_id)
        known = await self._browsing.get(command.product_id)
        if not is_made_by(await _as_created(transaction, known), command):
            raise IdReused
        return known

    async def _lock(self, transaction: Transaction, product_id: UUID) -> UUID | None:
        """Whose the product is; nobody else changes it until the transaction ends."""
        query = "SELECT seller_id FROM products WHERE id = $1 FOR NO KEY UPDATE"
        seller_id: UUID | None = await transaction.connection.fetchval(query, product_id)
        return seller_id

    async def _lock_own(self, transaction: Transaction, command: CreateProduct, seller_id: UUID) -> None:
        """Lock the product that kept the command from being inserted, if it is the seller's and has that id."""
        owner = await self._lock(transaction, command.product_id)
        if owner is None:
            raise SlugTaken(command.slug)
        if owner != seller_id:
            raise IdReused

    async def _own_variant(self, transaction: Transaction, variant_id: UUID, caller: Caller) -> Variant:
        query = "SELECT seller_id FROM product_variants WHERE id = $1 FOR NO KEY UPDATE"
        seller_id = await transaction.connection.fetchval(query, variant_id)
        if seller_id is None or not _may_edit(seller_id, caller):
            raise VariantNotFound
        return rows.variant(await transaction.connection.fetchrow(rows.VARIANT, variant_id))

    async def _tell_variant(self, transaction: Transaction, variant_id: UUID) -> Variant:
        variant = rows.variant(await transaction.connection.fetchrow(rows.VARIANT, variant_id))
        transaction.emit(VariantChanged(time=self._clock.now(), variant=variant), PRODUCT.of(variant.product_id))
        return variant

    async def _refuse(self, error: asyncpg.IntegrityConstraintViolationError, command: Writing) -> NoReturn:
        """Say in the shop's words which constraint said no."""
        match error.constraint_name:
            case "products_slug_key":
                raise SlugTaken(command.slug) from None
            case "products_category_id_fkey":
                raise CategoryNotFound from None
            case "products_brand_id_fkey":
                raise BrandNotFound from None
            case "variants_sku_unique":
                raise SkuTaken(_found(_TAKEN, error)) from None
            case "order_items_variant_id_fkey" | "flash_sales_variant_id_fkey":
                row = await self._database.fetch_one(_SKU, _found(_IN_USE, error))
                raise VariantInUse(row["sku"] if row else "") from None
            case _:
                raise error


async def _as_created(transaction: Transaction, known: Product) -> Product:
    """The product as the first event tells of it, before it was changed."""
    first = await log.after(transaction.connection, PRODUCT.of(known.id), 0, 1)
    return msgspec.json.decode(first[0].data, type=ProductChanged).product if first else known


def _may_edit(seller_id: UUID, caller: Caller) -> bool:
    return seller_id == caller.seller_id or caller.is_any(Role.ADMIN)


def _check_currency(known: Variant, price: Price, compare_at_price: Price | None) -> None:
    for given in (price, compare_at_price):
        if given is not None and given.currency != known.price.currency:
            raise VariantsUnclear(f"The price must be in {known.price.currency}, like the product's others.")


def _variant_columns(variants: Sequence[NewVariant]) -> tuple[list[Any], ...]:
    return (
        [variant.id for variant in variants],
        [variant.sku for variant in variants],
        [msgspec.json.encode(variant.options).decode() for variant in variants],
        [to_numeric(variant.price) for variant in variants],
        [to_numeric(variant.compare_at_price) if variant.compare_at_price else None for variant in variants],
        [variant.price.currency for variant in variants],
        list(range(len(variants))),
    )


def _media_columns(command: Writing) -> tuple[list[Any], ...]:
    images = command.images
    return (
        [new_id() for _ in images],
        [image.url for image in images],
        [image.alt for image in images],
        list(range(len(images))),
    )


def _found(pattern: re.Pattern[str], error: asyncpg.IntegrityConstraintViolationError) -> str:
    found = pattern.search(error.detail or "")
    assert found is not None
    return found[1]
