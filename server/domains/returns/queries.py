"""Lines as they were bought and what came of them: read from the tables of orders and of this domain."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from server.domains.returns.rules import WITHDRAWAL, BoughtLine, Replaced, withdrawn_shipping
from server.kernel.database import Database, Transaction
from server.kernel.money import LineRefund, from_numeric

# What decides about units or money of an order's lines takes turns: each sees what the others have left.
_TURN = "SELECT id FROM orders WHERE id = $1 FOR NO KEY UPDATE"
_LINES = """
SELECT item.id, item.order_id, orders.payment_id, orders.customer_id, item.seller_id, item.product_id,
    item.variant_id, item.title, orders.currency, item.unit_price, item.quantity, item.total AS paid,
    (SELECT coalesce(sum((each->'amount'->>'amount')::bigint), 0) FROM jsonb_array_elements(item.taxes) each) AS tax,
    item.cancelled, item.shipped AS sent, item.delivered, arrived.at AS delivered_at, arrived.awaited,
    part.return_days,
    coalesce(back.returning, 0) AS returning, coalesce(back.came_back, 0) AS came_back,
    coalesce(back.worth, 0) AS back_worth, coalesce(gone.amount, 0) AS given, coalesce(gone.tax, 0) AS given_tax,
    item.shop_discount, coalesce(gone.discount, 0) AS given_discount
FROM order_items item JOIN orders ON orders.id = item.order_id
    JOIN seller_orders part ON part.order_id = item.order_id AND part.seller_id = item.seller_id
    LEFT JOIN LATERAL (
        SELECT (
            SELECT max(delivered_at) FROM shipments parcel
            WHERE parcel.order_id = item.order_id AND parcel.seller_id = item.seller_id
        ) AS at, EXISTS (
            SELECT FROM order_items other WHERE other.order_id = item.order_id AND other.seller_id = item.seller_id
                AND other.quantity - other.cancelled > other.delivered
        ) AS awaited
    ) arrived ON true
    LEFT JOIN LATERAL (
        SELECT sum(coalesce(line.received, line.quantity)) AS returning, sum(line.received) AS came_back,
            sum(line.worth) FILTER (WHERE line.received IS NOT NULL) AS worth
        FROM return_lines line JOIN returns ON returns.id = line.return_id
        WHERE line.line_id = item.id AND line.replaced_in IS NULL
            AND (line.received IS NOT NULL OR returns.state NOT IN ('rejected', 'cancelled'))
    ) back ON true
    LEFT JOIN LATERAL (
        SELECT sum(amount) AS amount, sum(tax) AS tax, sum(discount) AS discount
        FROM line_refunds gone WHERE gone.line_id = item.id
    ) gone ON true
WHERE item.id = any($1::uuid[])
"""
# Units that were sent in an exchange: what they cost is what was not given back for those that came.
_REPLACED = """
SELECT came.exchange_for AS variant_id, came.received AS quantity, came.worth - gone.amount AS paid, rma.currency,
    rma.updated_at AS sent_at, back.returning, back.came_back
FROM return_lines came JOIN returns rma ON rma.id = came.return_id, LATERAL (
        SELECT coalesce(sum(amount), 0) AS amount FROM line_refunds gone
        WHERE gone.line_id = came.line_id AND gone.refund_id IN (
            SELECT rma.refund_id UNION SELECT refund_id FROM order_disputes WHERE return_id = rma.id
        )
    ) gone, LATERAL (
        SELECT coalesce(sum(coalesce(line.received, line.quantity)), 0) AS returning,
            coalesce(sum(line.received), 0) AS came_back
        FROM return_lines line JOIN returns ON returns.id = line.return_id
        WHERE line.line_id = came.line_id AND line.replaced_in = rma.id
            AND (line.received IS NOT NULL OR returns.state NOT IN ('rejected', 'cancelled'))
    ) back
WHERE came.return_id = $1 AND came.line_id = $2 AND came.exchange_for IS NOT NULL AND came.received > 0
    AND rma.state = 'exchanged' AND rma.replacement_tracking <> ''
"""
_OF_REFUND = "SELECT line_id, amount FROM line_refunds WHERE refund_id = $1"
# How a seller's part was sent, where the customer has withdrawn from all of it in time and that did not go back yet.
_WITHDRAWN = """
SELECT way.*, orders.currency,
    (SELECT coalesce(sum((each->'amount'->>'amount')::bigint), 0) FROM jsonb_array_elements(way.taxes) each) AS tax
FROM order_shipping way JOIN orders ON orders.id = way.order_id
WHERE way.order_id = $1 AND way.seller_id = $2
    AND NOT EXISTS (SELECT FROM shipping_refunds WHERE order_id = $1 AND seller_id = $2)
    AND NOT EXISTS (
        SELECT FROM order_items item
        WHERE item.order_id = $1 AND item.seller_id = $2 AND item.quantity - item.cancelled > (
            SELECT coalesce(sum(line.received), 0) FROM return_lines line JOIN returns ON returns.id = line.return_id
            WHERE line.line_id = item.id AND returns.reason = 'unwanted' AND returns.state <> 'exchanged'
                AND returns.requested_at <= $3::interval + (
                    SELECT max(delivered_at) FROM shipments WHERE order_id = $1 AND seller_id = $2
                )
        )
    )
"""
# Those whose refund has an outcome.
_ENDED = """
SELECT refund.id FROM payment_refunds refund WHERE refund.state <> 'pending' AND refund.id IN (
    SELECT refund_id FROM returns WHERE refund_open UNION SELECT refund_id FROM order_disputes WHERE refund_open
)
"""


async def take_turn(transaction: Transaction, order_id: UUID) -> None:
    """Nobody else decides about units or money of this order's lines until the transaction ends."""
    await transaction.connection.execute(_TURN, order_id)


async def bought(database: Database, line_ids: Collection[UUID]) -> dict[UUID, BoughtLine]:
    """Lines of orders that were paid, by id; those that are not there are left out."""
    return {row["id"]: _line(row) for row in await database.fetch(_LINES, list(line_ids))}


async def withdrawn(database: Database, order_id: UUID, seller_id: UUID) -> LineRefund | None:
    """What goes back of the cost of sending a seller's part, where its customer has withdrawn from all of it."""
    row = await database.fetch_one(_WITHDRAWN, order_id, seller_id, WITHDRAWAL)
    if row is None:
        return None

    def minor(name: str) -> int:
        return from_numeric(row[name], row["currency"]).amount

    standard = None if row["standard"] is None else minor("standard")
    paid = LineRefund(None, minor("total"), int(row["tax"]), minor("shop_discount"))
    return withdrawn_shipping(paid, minor("price"), standard)


async def replaced(database: Database, return_id: UUID, line_id: UUID) -> Replaced | None:
    """What was sent in an exchange for units of a line."""
    row = await database.fetch_one(_REPLACED, return_id, line_id)
    if row is None:
        return None
    paid = max(from_numeric(row["paid"], row["currency"]).amount, 0)
    units = (row["quantity"], paid, row["returning"], row["came_back"])
    return Replaced(row["variant_id"], *units, row["sent_at"])


async def given_by(database: Database, refund_id: UUID | None, currency: str) -> dict[UUID, int]:
    """What a refund gave back for each line, in minor units."""
    found = await database.fetch(_OF_REFUND, refund_id)
    return {row["line_id"]: from_numeric(row["amount"], currency).amount for row in found}


async def ended(database: Database) -> list[UUID]:
    """Refunds of returns and disputes that have an outcome of which those do not know yet."""
    return [row["id"] for row in await database.fetch(_ENDED)]


def _line(row: Any) -> BoughtLine:
    told = dict(row)
    for name in ("unit_price", "paid", "back_worth", "given", "given_tax", "shop_discount", "given_discount"):
        told[name] = from_numeric(told[name], row["currency"]).amount
    return BoughtLine(**{**told, "tax": int(row["tax"])})
