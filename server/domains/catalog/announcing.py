"""Who is told of a product: everybody while it is for sale, its seller and the managers while it is not.

Each of its two channels has all that happens in its time, and the change from one to the other is told in both: so
nobody learns from a stream, resumed or read back, what was never on show.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from fastshop.contract.base import Event
from fastshop.contract.catalog import (
    PRODUCT,
    PRODUCT_DESK,
    Product,
    ProductChanged,
    ProductStatus,
    ProductWithdrawn,
    Variant,
    VariantChanged,
)
from server.domains.catalog import rows
from server.kernel.database import Database, Transaction

# The first time that its product was told of with it.
_MADE = """
SELECT logged.data::text AS data FROM product_variants variant JOIN event_log logged
    ON logged.channel IN ('product:' || variant.product_id, 'product_desk:' || variant.product_id)
WHERE variant.id = $1 AND logged.type = 'catalog.product_changed'
    AND logged.data::jsonb->'product'->'variants' @> jsonb_build_array(jsonb_build_object('id', $1::uuid))
ORDER BY logged.at, logged.seq LIMIT 1
"""
_FOR_SALE = ProductStatus.ACTIVE


def of_product(transaction: Transaction, now: datetime, product: Product, before: ProductStatus | None) -> None:
    """Tell of a product that was written; ``before`` is what it was, None where it is new."""
    changed = ProductChanged(time=now, product=product)
    if product.status is _FOR_SALE:
        came = before not in (None, _FOR_SALE)
        transaction.emit(changed, PRODUCT.of(product.id), *([PRODUCT_DESK.of(product.id)] if came else []))
        return
    if before is _FOR_SALE:
        transaction.emit(ProductWithdrawn(time=now, product_id=product.id), PRODUCT.of(product.id))
    transaction.emit(changed, PRODUCT_DESK.of(product.id))


def of_part(transaction: Transaction, event: Event, product_id: UUID, status: str) -> None:
    """Tell of something about a product whose row has this status."""
    channel = PRODUCT if status == _FOR_SALE else PRODUCT_DESK
    transaction.emit(event, channel.of(product_id))


async def of_variant(transaction: Transaction, now: datetime, variant_id: UUID) -> Variant:
    """Tell of a variant as it is now; whoever asks holds its row."""
    return of_row(transaction, now, await transaction.connection.fetchrow(rows.VARIANT, variant_id))


def of_row(transaction: Transaction, now: datetime, row: rows.Row) -> Variant:
    """Tell of a variant that was just read."""
    variant = rows.variant(row)
    of_part(transaction, VariantChanged(time=now, variant=variant), variant.product_id, row["product_status"])
    return variant


async def as_made(database: Database, variant_id: UUID) -> Variant | None:
    """A variant as it was first told of, before it was changed; None where there is none, or nothing is known of it."""
    row = await database.fetch_one(_MADE, variant_id)
    if row is None:
        return None
    told = msgspec.json.decode(row["data"], type=ProductChanged).product.variants
    return next(variant for variant in told if variant.id == variant_id)
