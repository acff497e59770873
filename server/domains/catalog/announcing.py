"""Who is told of a product: everybody while it is for sale, its seller and the managers while it is not.

Each of its two channels has all that happens in its time, and the change from one to the other is told in both: so
nobody learns from a stream, resumed or read back, what was never on show.
"""

from datetime import datetime
from uuid import UUID

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
from server.kernel.database import Transaction

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
