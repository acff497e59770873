"""Products as they are written: many at once, each with its variants, stock and pictures.

The product's row is locked first, so that two editors take turns.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from fastshop.contract.base import IdReused
from fastshop.contract.catalog import CreateProduct, EditProduct, Image, Product, ProductStatus
from fastshop.contract.publishing import ProductRevision
from fastshop.ids import new_id
from server.domains.catalog import alerts, announcing, back_in_stock, rows
from server.domains.catalog.browsing import Browsing
from server.domains.catalog.states import Settled, columns
from server.kernel.clock import Clock
from server.kernel.database import Transaction
from server.kernel.money import to_numeric

Asked = CreateProduct | EditProduct

# Products, variants and pictures come as one JSON value each: the driver is slow with long arrays.
_PRODUCTS = """jsonb_to_recordset($1::jsonb) AS new (id uuid, category_id uuid, brand_id uuid, slug text, title text,
    description text, status text, stage text, approved boolean, options text[], attributes jsonb,
    max_per_customer int)"""
# A conflict over the id alone would not do: of two equal rows at once the second may meet the first one's slug before.
_INSERT = f"""
INSERT INTO products (id, seller_id, category_id, brand_id, slug, title, description, status, stage, approved, options,
    attributes, max_per_customer, created_at, updated_at)
SELECT id, $3, category_id, brand_id, slug, title, description, status, stage, approved, options, attributes,
    coalesce(max_per_customer, 0), $2, $2 FROM {_PRODUCTS}
ORDER BY id ON CONFLICT DO NOTHING RETURNING id
"""  # noqa: S608 - constants
# A plan to publish is over when it is published.
_UPDATE = f"""
UPDATE products SET category_id = new.category_id, brand_id = new.brand_id, slug = new.slug, title = new.title,
    description = new.description, status = new.status, stage = new.stage, approved = new.approved,
    options = new.options, attributes = new.attributes,
    max_per_customer = coalesce(new.max_per_customer, products.max_per_customer), updated_at = $2,
    publish_at = CASE WHEN new.status <> 'active' THEN publish_at END
FROM {_PRODUCTS} WHERE products.id = new.id
"""  # noqa: S608 - constants
_REVISE = """
UPDATE products SET title = $2, description = $3, category_id = $4, attributes = $5, updated_at = $6 WHERE id = $1
"""
_LOCK = """
SELECT id, seller_id, status, stage, approved, title, description, category_id, attributes
FROM products WHERE id = any($1::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""
_IMAGES = "SELECT product_id, url, alt FROM product_media WHERE product_id = any($1::uuid[]) ORDER BY position, id"
_UPLOADED = "SELECT url FROM media WHERE product_id = any($1::uuid[]) AND url <> ''"
_REMOVE_VARIANTS = """
DELETE FROM product_variants WHERE product_id = any($1::uuid[])
    AND NOT EXISTS (SELECT FROM unnest($2::uuid[]) AS kept (id) WHERE kept.id = product_variants.id)
"""
# A variant's id may stand under another product: then the row is left alone and not returned.
_SAVE_VARIANTS = """
INSERT INTO product_variants
    (id, product_id, seller_id, sku, options, price, compare_at_price, currency, position, gtin)
SELECT id, product_id, $2, sku, options, price, compare_at_price, currency, position, coalesce(gtin, '')
FROM jsonb_to_recordset($1::jsonb) AS new (id uuid, product_id uuid, sku text, options jsonb, price numeric,
    compare_at_price numeric, currency text, position int, gtin text)
ON CONFLICT (id) DO UPDATE SET sku = excluded.sku, options = excluded.options, price = excluded.price,
    compare_at_price = excluded.compare_at_price, currency = excluded.currency, position = excluded.position,
    gtin = CASE WHEN excluded.id = any($3::uuid[]) THEN product_variants.gtin ELSE excluded.gtin END
WHERE product_variants.product_id = excluded.product_id
RETURNING id
"""
_SAVE_STOCK = """
WITH new AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS new (id uuid, stock int)
), begun AS (
    INSERT INTO inventory_levels (variant_id, on_hand) SELECT id, coalesce(stock, 0) FROM new ON CONFLICT DO NOTHING
)
UPDATE inventory_levels SET on_hand = new.stock FROM new WHERE variant_id = new.id AND on_hand <> new.stock
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


class Order(NamedTuple):
    """A command, and what becomes of its product."""

    command: Asked
    settled: Settled


class Locked(NamedTuple):
    """A product that nobody else changes until the transaction ends; its pictures are not read yet."""

    seller_id: UUID
    status: ProductStatus
    approved: bool
    content: ProductRevision


class Writing:
    """Writes products, in the transaction of whoever asks."""

    def __init__(self, browsing: Browsing, clock: Clock) -> None:
        self._browsing = browsing
        self._clock = clock

    async def lock(self, transaction: Transaction, product_ids: Iterable[UUID]) -> Mapping[UUID, Locked]:
        """Those of the products that there are; nobody else changes them until the transaction ends."""
        found = await transaction.connection.fetch(_LOCK, list(product_ids))
        return {row["id"]: _locked(row) for row in found}

    async def images(self, transaction: Transaction, product_ids: Iterable[UUID]) -> Mapping[UUID, tuple[Image, ...]]:
        """The products' pictures."""
        found = rows.grouped(await transaction.connection.fetch(_IMAGES, list(product_ids)))
        return {its_id: tuple(Image(each["url"], each["alt"]) for each in theirs) for its_id, theirs in found.items()}

    async def uploaded(self, transaction: Transaction, product_ids: Iterable[UUID]) -> frozenset[str]:
        """The addresses of those of the products' pictures that were uploaded."""
        return frozenset(row["url"] for row in await transaction.connection.fetch(_UPLOADED, list(product_ids)))

    async def insert(self, transaction: Transaction, orders: Sequence[Order], seller_id: UUID) -> set[UUID]:
        """Insert those products that can be; which."""
        inserted = await transaction.connection.fetch(_INSERT, _products(orders), self._clock.now(), seller_id)
        return {row["id"] for row in inserted}

    async def update(self, transaction: Transaction, orders: Sequence[Order]) -> None:
        """Write the products themselves, which are locked."""
        await transaction.connection.execute(_UPDATE, _products(orders), self._clock.now())

    async def revise(self, transaction: Transaction, product_id: UUID, content: ProductRevision) -> None:
        """Have a product say this."""
        values = content.title, content.description, content.category_id, _json(content.attributes), self._clock.now()
        await transaction.connection.execute(_REVISE, product_id, *values)
        await transaction.connection.execute(_REMOVE_MEDIA, [product_id])
        await self._add_media(transaction, {product_id: content.images})

    async def save_parts(
        self,
        transaction: Transaction,
        orders: Sequence[Order],
        seller_id: UUID,
        kept: Collection[UUID],
        before: Mapping[UUID, ProductStatus],
    ) -> Mapping[UUID, Product]:
        """Write variants, stock and pictures, and tell of the products, which are there.

        ``before`` is what they were; those that were not have nothing yet to be removed, and nobody waits for it.
        """
        connection, ids = transaction.connection, [order.command.product_id for order in orders]
        known = [order.command for order in orders if order.command.product_id in before]
        variants = [variant.id for command in known for variant in command.variants]
        if known:
            await connection.execute(_REMOVE_VARIANTS, [command.product_id for command in known], variants)
        written = _variants(orders, kept)
        unnamed = [variant["id"] for variant in written if variant["gtin"] is None]
        saved = await connection.fetch(_SAVE_VARIANTS, _json(written), seller_id, unnamed)
        if len(saved) < len(written):
            raise IdReused
        await connection.execute(_SAVE_STOCK, _json(written))
        if known:
            await alerts.tell(transaction, variants, self._clock.now())
            await back_in_stock.tell(transaction, variants, self._clock.now())
            await connection.execute(_REMOVE_MEDIA, [command.product_id for command in known])
        await self._add_media(transaction, {order.command.product_id: order.settled.content.images for order in orders})
        products = await self._browsing.get_many(ids)
        for product_id in ids:
            announcing.of_product(transaction, self._clock.now(), products[product_id], before.get(product_id))
        return products

    async def _add_media(self, transaction: Transaction, images: Mapping[UUID, Sequence[Image]]) -> None:
        await transaction.connection.execute(_SAVE_MEDIA, _json(_media(images)))


def _locked(row: Any) -> Locked:
    content = ProductRevision(row["title"], row["description"], (), row["category_id"], rows.attributes(row))
    return Locked(row["seller_id"], rows.status(row), row["approved"], content)


def _products(orders: Sequence[Order]) -> str:
    return _json([_product(order.command, order.settled) for order in orders])


def _product(command: Asked, settled: Settled) -> dict[str, object]:
    status, stage = columns(settled.status)
    return {
        "id": command.product_id,
        "category_id": settled.content.category_id,
        "brand_id": command.brand_id,
        "slug": command.slug,
        "title": settled.content.title,
        "description": settled.content.description,
        "status": status,
        "stage": stage,
        "approved": settled.approved,
        "options": command.options,
        "attributes": settled.content.attributes,
        "max_per_customer": command.max_per_customer,
    }


def _variants(orders: Sequence[Order], kept: Collection[UUID]) -> list[dict[str, object]]:
    return [
        {
            "id": variant.id,
            "product_id": order.command.product_id,
            "sku": variant.sku,
            "options": variant.options,
            "price": to_numeric(variant.price),
            "compare_at_price": to_numeric(variant.compare_at_price) if variant.compare_at_price else None,
            "currency": variant.price.currency,
            "position": position,
            "stock": variant.stock,
            "gtin": variant.gtin,
        }
        for order in orders
        for position, variant in enumerate(order.command.variants)
        if variant.id not in kept
    ]


def _media(images: Mapping[UUID, Sequence[Image]]) -> list[dict[str, object]]:
    return [
        {"id": new_id(), "product_id": product_id, "url": image.url, "alt": image.alt, "position": position}
        for product_id, theirs in images.items()
        for position, image in enumerate(theirs)
    ]


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
