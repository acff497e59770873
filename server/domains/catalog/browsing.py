"""What visitors see of the goods."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from msgspec.structs import replace

from fastshop.contract.accounts import Role
from fastshop.contract.base import Page
from fastshop.contract.catalog import (
    ListProducts,
    ListSellerProducts,
    ListVariants,
    NoShop,
    Product,
    ProductCard,
    ProductNotFound,
    ProductSort,
    ProductStatus,
    ShowProduct,
    Variant,
)
from server.domains.catalog import rows
from server.kernel.caller import Caller
from server.kernel.database import Database
from server.kernel.decoding import as_id
from server.kernel.page import Order, decode_cursor, page_of

_ORDERS = {
    ProductSort.NEWEST: Order("product.created_at", "timestamptz", tuple[datetime, UUID], "DESC"),
    ProductSort.TITLE: Order("product.title", "text", tuple[str, UUID], "ASC"),
    ProductSort.PRICE_UP: Order("product.lowest_price", "numeric", tuple[Decimal, UUID], "ASC"),
    ProductSort.PRICE_DOWN: Order("product.lowest_price", "numeric", tuple[Decimal, UUID], "DESC"),
}

# Of what several sellers offer the product itself is listed, while it is for sale. Each condition is one value: of an
# EXISTS the planner makes a join, takes it that next to nothing is left of it, and sorts all products for one page.
_FOR_SALE = """
product.status = 'active'
    AND coalesce((SELECT suspended_at IS NULL FROM sellers WHERE id = product.seller_id), false)
    AND ($1::uuid IS NOT NULL OR product.offer_of IS NULL OR coalesce((
        SELECT false FROM products whole JOIN sellers ON sellers.id = whole.seller_id
        WHERE whole.id = product.offer_of AND whole.status = 'active' AND sellers.suspended_at IS NULL), true))
"""

# Those of some products that others who offer them have in stock.
_OFFERED = """
SELECT DISTINCT offer.offer_of FROM products offer JOIN sellers ON sellers.id = offer.seller_id
    JOIN product_variants variant ON variant.product_id = offer.id
    JOIN inventory_levels level ON level.variant_id = variant.id
WHERE offer.offer_of = any($1::uuid[]) AND offer.status = 'active' AND sellers.suspended_at IS NULL
    AND level.on_hand > 0
"""

_FIND = "SELECT id FROM products WHERE id = $1 OR slug = $2 ORDER BY slug = $2 LIMIT 1"

_LIST = """
SELECT id, key FROM (
    SELECT product.id, {key} AS key FROM products product
    WHERE {visible}
        AND ($1::uuid IS NULL OR product.seller_id = $1)
        AND ($2 = '' OR product.category_id IN (SELECT id FROM categories WHERE path @> ARRAY[$2]::varchar[]))
        AND coalesce((
            SELECT false FROM unnest($6::text[], $7::text[]) AS wanted (code, value)
            WHERE product.attributes->>wanted.code IS DISTINCT FROM wanted.value OR NOT EXISTS (
                SELECT FROM product_attributes WHERE code = wanted.code AND filterable) LIMIT 1), true)
) product
WHERE $3::{sql_type} IS NULL OR (key, id) {beyond} ($3, $4::uuid)
ORDER BY key {direction}, id {direction} LIMIT $5
"""


class Browsing:
    """Lists and pages of products."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_products(self, command: ListProducts, caller: Caller) -> Page[ProductCard]:  # noqa: ARG002
        """Products for sale."""
        page = await self._list(
            command.sort,
            command.seller_id,
            command.category,
            command.cursor,
            command.limit,
            _FOR_SALE,
            command.having,
        )
        return page if command.seller_id else await self._with_offers(page)

    async def list_seller_products(self, command: ListSellerProducts, caller: Caller) -> Page[ProductCard]:
        """The products of the caller's shop."""
        if caller.seller_id is None:
            raise NoShop
        return await self._list(ProductSort.NEWEST, caller.seller_id, "", command.cursor, command.limit, "true")

    async def show_product(self, command: ShowProduct, caller: Caller) -> Product:
        """One product, by id or slug."""
        row = await self._database.fetch_one(_FIND, as_id(command.product), command.product)
        if row is None:
            raise ProductNotFound
        return await self.visible(row["id"], caller)

    async def list_variants(self, command: ListVariants, caller: Caller) -> tuple[Variant, ...]:
        """The variants of one product."""
        return (await self.visible(command.product_id, caller)).variants

    async def visible(self, product_id: UUID, caller: Caller) -> Product:
        """A product that is for sale or the caller's own. Refused otherwise: `ProductNotFound`."""
        product = await self.get(product_id)
        if (product.status is not ProductStatus.ACTIVE or product.seller.suspended) and not _may_look(product, caller):
            raise ProductNotFound
        return product

    async def insight(self, product_id: UUID, caller: Caller) -> Product:
        """A product of the caller's own; managers look into all. Refused otherwise: `ProductNotFound`."""
        product = await self.get(product_id)
        if not _may_look(product, caller):
            raise ProductNotFound
        return product

    async def get(self, product_id: UUID) -> Product:
        """A product, whole. Refused when there is none: `ProductNotFound`."""
        found = (await self.get_many([product_id])).get(product_id)
        if found is None:
            raise ProductNotFound
        return found

    async def get_many(self, product_ids: Sequence[UUID]) -> Mapping[UUID, Product]:
        """Those of these products that there are, whole."""
        return await rows.products(self._database, product_ids)

    async def sku_holders(self, seller_id: UUID, skus: Sequence[str]) -> dict[str, UUID]:
        """The seller's variants that have these SKUs."""
        query = "SELECT sku, id FROM product_variants WHERE seller_id = $1 AND sku = any($2::text[])"
        return {row["sku"]: row["id"] for row in await self._database.fetch(query, seller_id, list(skus))}

    async def _with_offers(self, page: Page[ProductCard]) -> Page[ProductCard]:
        """What its own seller has sold out may be in stock at another who offers it."""
        sold_out = [card.id for card in page.items if not card.in_stock]
        found = await self._database.fetch(_OFFERED, sold_out) if sold_out else ()
        there = {row["offer_of"] for row in found}
        return Page(tuple(replace(card, in_stock=card.in_stock or card.id in there) for card in page.items), page.next)

    async def _list(
        self,
        sort: ProductSort,
        seller_id: UUID | None,
        category: str,
        cursor: str,
        limit: int,
        visible: str,
        having: str = "",
    ) -> Page[ProductCard]:
        order = _ORDERS[sort]
        after = decode_cursor(cursor, order.cursor) or (None, None)
        query = order.said_in(_LIST, visible=visible)
        wanted = [each.split(":", 1) for each in having.split(",") if each]
        pairs = [code for code, _ in wanted], [value for _, value in wanted]
        found = await self._database.fetch(query, seller_id, category, *after, limit + 1, *pairs)
        shown, following = page_of(found, limit, lambda row: (row["key"], row["id"]))
        products = await self.get_many([row["id"] for row in shown])
        return Page(tuple(rows.card(products[row["id"]]) for row in shown), following)


def may_edit(seller_id: UUID, caller: Caller) -> bool:
    """Whether the caller may change what is a seller's."""
    return seller_id == caller.seller_id or caller.is_any(Role.ADMIN)


def _may_look(product: Product, caller: Caller) -> bool:
    return product.seller.id == caller.seller_id or caller.is_any(Role.ADMIN, Role.MANAGER)
