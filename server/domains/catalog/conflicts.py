"""What the constraint that said no to a product means in the shop's words."""

import re

import asyncpg

from fastshop.contract.base import Refusal
from fastshop.contract.catalog import BrandNotFound, CategoryNotFound, SkuTaken, SlugTaken, VariantInUse
from server.kernel.database import Database

_SKU = "SELECT sku FROM product_variants WHERE id = $1"

# In what PostgreSQL tells of a refused row: only the key is the same in all its languages.
_TAKEN = re.compile(r"=\([0-9a-f-]{36}, (.*)\)", re.DOTALL)
_IN_USE = re.compile(r"=\(([0-9a-f-]{36})\)")


async def refusal(database: Database, error: asyncpg.IntegrityConstraintViolationError, slug: str) -> Refusal:
    """The refusal of writing a product with this address. What is none of the shop's rules is raised."""
    match error.constraint_name:
        case "products_slug_key":
            return SlugTaken(slug)
        case "products_category_id_fkey":
            return CategoryNotFound()
        case "products_brand_id_fkey":
            return BrandNotFound()
        case "variants_sku_unique":
            return SkuTaken(_found(_TAKEN, error))
        case "order_items_variant_id_fkey" | "flash_sales_variant_id_fkey":
            row = await database.fetch_one(_SKU, _found(_IN_USE, error))
            return VariantInUse(row["sku"] if row else "")
        case _:
            raise error


def _found(pattern: re.Pattern[str], error: asyncpg.IntegrityConstraintViolationError) -> str:
    found = pattern.search(error.detail or "")
    assert found is not None
    return found[1]
