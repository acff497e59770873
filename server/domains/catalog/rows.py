"""Between the rows of goods and the contract's structs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from fastshop.contract.base import Money
from fastshop.contract.catalog import (
    Brand,
    Category,
    Image,
    Product,
    ProductCard,
    ProductStatus,
    Rating,
    Seller,
    Variant,
)
from server.domains.catalog.states import of_columns
from server.kernel.database import Database
from server.kernel.money import from_numeric

Row = Any  # an asyncpg record
Attributes = dict[str, str | bool | int | float]

# Of what several sellers offer, whoever offers it: by the stars of all offers.
FAMILY = """SELECT family.* FROM products asked JOIN products family
    ON family.id = coalesce(asked.offer_of, asked.id) OR family.offer_of = coalesce(asked.offer_of, asked.id)
WHERE asked.id = $1"""
_SUMS = ", ".join(f"coalesce(sum(family.stars[{number}]), 0)" for number in range(1, 6))
SUMS = f"ARRAY[{_SUMS}]::int[]"
_RATED = f"""
CASE WHEN product.offer_of IS NULL AND NOT EXISTS (SELECT FROM products WHERE offer_of = product.id) THEN product.stars
ELSE (SELECT {SUMS} FROM products family WHERE family.id = coalesce(product.offer_of, product.id)
    OR family.offer_of = coalesce(product.offer_of, product.id)) END
"""  # noqa: S608 - constants

_PRODUCTS = f"""
SELECT product.*, {_RATED} AS rated, seller.name AS seller_name, seller.slug AS seller_slug,
    seller.description AS seller_description, seller.suspended_at AS seller_suspended_at,
    brand.name AS brand_name, brand.slug AS brand_slug
FROM products product JOIN sellers seller ON seller.id = product.seller_id
    LEFT JOIN brands brand ON brand.id = product.brand_id
WHERE product.id = any($1::uuid[])
"""  # noqa: S608 - constants
_VARIANT = """
SELECT variant.*, product.options AS option_names, product.status AS product_status,
    coalesce(level.on_hand, 0) AS on_hand
FROM product_variants variant JOIN products product ON product.id = variant.product_id
    LEFT JOIN inventory_levels level ON level.variant_id = variant.id
"""
_VARIANTS = f"""{_VARIANT}
WHERE variant.product_id = any($1::uuid[]) ORDER BY variant.product_id, variant.position, variant.id
"""
VARIANT = f"{_VARIANT} WHERE variant.id = $1"
# Planned once; see the offers of `stock`.
VARIANTS_BY_ID = f"{_VARIANT} WHERE variant.id = any((SELECT $1::uuid[])::uuid[]) ORDER BY variant.id"
_MEDIA = """
SELECT product_id, url, alt FROM product_media WHERE product_id = any($1::uuid[]) ORDER BY product_id, position, id
"""


async def products(database: Database, product_ids: Sequence[UUID]) -> dict[UUID, Product]:
    """Products by id, whole, in three queries however many there are."""
    found = await database.fetch(_PRODUCTS, list(product_ids))
    variants = grouped(await database.fetch(_VARIANTS, list(product_ids)))
    media = grouped(await database.fetch(_MEDIA, list(product_ids)))
    return {row["id"]: _product(row, variants[row["id"]], media[row["id"]]) for row in found}


def grouped(rows: Sequence[Row]) -> Mapping[UUID, list[Row]]:
    """Rows by their product."""
    groups: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["product_id"]].append(row)
    return groups


def seller(row: Row, prefix: str = "", *, suspended: bool = False) -> Seller:
    """A seller, from columns that begin with ``prefix``."""
    told = {name: row[f"{prefix}{name}"] for name in ("id", "name", "slug", "description")}
    return Seller(**told, suspended=suspended)


def category(row: Row) -> Category:
    """A category."""
    return Category(row["id"], row["name"], row["slug"], row["parent_id"], tuple(row["path"]))


def brand(row: Row) -> Brand:
    """A brand."""
    return Brand(row["id"], row["name"], row["slug"])


def variant(row: Row) -> Variant:
    """A variant, joined with its stock and its product's options."""
    currency, compare_at = row["currency"], row["compare_at_price"]
    return Variant(
        id=row["id"],
        product_id=row["product_id"],
        sku=row["sku"],
        options=options(row),
        price=from_numeric(row["price"], currency),
        compare_at_price=None if compare_at is None else from_numeric(compare_at, currency),
        stock=row["on_hand"],
        gtin=row["gtin"],
    )


def status(row: Row) -> ProductStatus:
    """A product's status."""
    return of_columns(row["status"], row["stage"])


def attributes(row: Row) -> Attributes:
    """A product's attributes."""
    return msgspec.json.decode(row["attributes"], type=Attributes)


def options(row: Row) -> dict[str, str]:
    """A variant's options in the order of its product's: JSONB keeps none."""
    chosen = msgspec.json.decode(row["options"], type=dict[str, str])
    return {name: chosen[name] for name in (*row["option_names"], *chosen) if name in chosen}


def card(product: Product) -> ProductCard:
    """A product as it stands in a list, with its cheapest variant's prices."""
    cheapest = min(product.variants, key=lambda variant: variant.price.amount)
    return ProductCard(
        id=product.id,
        slug=product.slug,
        title=product.title,
        seller=product.seller,
        category_id=product.category_id,
        image=product.images[0] if product.images else None,
        price=Money(cheapest.price.amount, cheapest.price.currency),
        compare_at_price=cheapest.compare_at_price,
        in_stock=any(variant.stock > 0 for variant in product.variants),
        rating=product.rating,
    )


def rating(stars: Sequence[int]) -> Rating:
    """A rating, from how many gave one star, two, up to five."""
    count = sum(stars)
    total = sum(each * many for each, many in enumerate(stars, 1))
    return Rating(round(total / count, 2) if count else 0, count, tuple(stars))


def _product(row: Row, variants: Sequence[Row], media: Sequence[Row]) -> Product:
    return Product(
        id=row["id"],
        slug=row["slug"],
        title=row["title"],
        description=row["description"],
        status=status(row),
        seller=seller(row, "seller_", suspended=row["seller_suspended_at"] is not None),
        category_id=row["category_id"],
        brand=Brand(row["brand_id"], row["brand_name"], row["brand_slug"]) if row["brand_id"] else None,
        options=tuple(row["options"]),
        images=tuple(Image(image["url"], image["alt"]) for image in media),
        variants=tuple(variant(its) for its in variants),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        rating=rating(row["rated"]),
        attributes=attributes(row),
        max_per_customer=row["max_per_customer"],
    )
