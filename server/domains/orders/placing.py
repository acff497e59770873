"""Placing orders, many at once, inside the transaction that makes them due."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import msgspec
from msgspec.structs import replace

from fastshop.contract.base import Money
from fastshop.contract.flash_sales import USER
from fastshop.contract.orders import ORDER, SELLER, Order, OrderLine, OrderPlaced, OrderState
from fastshop.ids import new_id
from server.domains.orders.ports import Draft
from server.kernel.database import Transaction
from server.kernel.money import to_numeric

_INSERT = """
INSERT INTO orders (id, number, customer_id, status, total, currency, payment_id, placed_at)
SELECT id, 'FS-' || nextval('order_numbers'), customer_id, 'paid', total, currency, payment_id, placed_at
FROM unnest($1::uuid[], $2::uuid[], $3::numeric[], $4::text[], $5::uuid[], $6::timestamptz[])
     AS new (id, customer_id, total, currency, payment_id, placed_at)
ON CONFLICT (id) DO NOTHING
RETURNING id, number
"""
_INSERT_LINES = """
INSERT INTO order_items
    (id, order_id, seller_id, product_id, variant_id, title, sku, options, quantity, unit_price, total)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::jsonb[],
                     $9::int[], $10::numeric[], $11::numeric[])
"""


async def place(transaction: Transaction, drafts: Sequence[Draft]) -> None:
    """Write the orders and tell their customers and sellers. An id that exists, or comes twice, is written once."""
    asked = {draft.id: draft for draft in drafts}
    numbers = await _insert(transaction, list(asked.values()))
    new = [_order(draft, numbers[draft.id]) for draft in asked.values() if draft.id in numbers]
    if not new:
        return
    await _insert_lines(transaction, new)
    for order in new:
        _tell(transaction, order)


async def _insert(transaction: Transaction, drafts: Sequence[Draft]) -> dict[Any, str]:
    totals = [_total(draft.lines) for draft in drafts]
    rows = await transaction.connection.fetch(
        _INSERT,
        [draft.id for draft in drafts],
        [draft.customer_id for draft in drafts],
        [to_numeric(total) for total in totals],
        [total.currency for total in totals],
        [draft.payment_id for draft in drafts],
        [draft.placed_at for draft in drafts],
    )
    return {row["id"]: row["number"] for row in rows}


async def _insert_lines(transaction: Transaction, orders: Sequence[Order]) -> None:
    lines = [(order, line) for order in orders for line in order.lines]
    await transaction.connection.execute(
        _INSERT_LINES,
        [new_id() for _ in lines],
        [order.id for order, _ in lines],
        [line.seller_id for _, line in lines],
        [line.product_id for _, line in lines],
        [line.variant_id for _, line in lines],
        [line.title for _, line in lines],
        [line.sku for _, line in lines],
        [msgspec.json.encode(line.options).decode() for _, line in lines],
        [line.quantity for _, line in lines],
        [to_numeric(line.unit_price) for _, line in lines],
        [to_numeric(line.total) for _, line in lines],
    )


def _tell(transaction: Transaction, order: Order) -> None:
    placed = OrderPlaced(time=order.placed_at, order=order)
    transaction.emit(placed, ORDER.of(order.id), USER.of(order.customer_id))
    by_seller = sorted(order.lines, key=lambda line: line.seller_id)
    for seller_id, lines in groupby(by_seller, key=lambda line: line.seller_id):
        theirs = tuple(lines)
        part = replace(order, lines=theirs, total=_total(theirs))
        transaction.emit(OrderPlaced(time=order.placed_at, order=part), SELLER.of(seller_id))


def _order(draft: Draft, number: str) -> Order:
    return Order(
        id=draft.id,
        number=number,
        customer_id=draft.customer_id,
        state=OrderState.PAID,
        lines=tuple(draft.lines),
        total=_total(draft.lines),
        payment_id=draft.payment_id,
        placed_at=draft.placed_at,
    )


def _total(lines: Sequence[OrderLine]) -> Money:
    return Money(sum(line.total.amount for line in lines), lines[0].total.currency)
