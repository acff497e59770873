"""Telling sellers that stock is low: once, when it falls to the threshold, and again only after it was above."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from fastshop.contract.catalog import StockLow
from fastshop.contract.orders import SELLER
from server.kernel.database import Transaction

_TURN = """
UPDATE stock_thresholds alert SET low = level.on_hand <= alert.threshold
FROM inventory_levels level JOIN product_variants variant ON variant.id = level.variant_id
WHERE alert.variant_id = any((SELECT $1::uuid[])::uuid[]) AND level.variant_id = alert.variant_id
    AND alert.low <> (level.on_hand <= alert.threshold)
RETURNING alert.low, alert.variant_id, alert.threshold, level.on_hand, variant.sku, variant.seller_id
"""


async def tell(transaction: Transaction, variant_ids: Sequence[UUID], now: datetime) -> None:
    """Tell of those variants that are low now and were not; whoever asks holds the rows of the variants."""
    for row in await transaction.connection.fetch(_TURN, list(variant_ids)):
        if row["low"]:
            event = StockLow(
                time=now,
                variant_id=row["variant_id"],
                sku=row["sku"],
                on_hand=row["on_hand"],
                threshold=row["threshold"],
            )
            transaction.emit(event, SELLER.of(row["seller_id"]))
