"""Placing orders, many at once, inside the transaction that makes them due."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from fastshop.contract.base import Money
from fastshop.contract.flash_sales import USER
from fastshop.contract.orders import ORDER, SELLER, Order, OrderPlaced, OrderState
from fastshop.ids import new_id
from server.domains.orders import part_rules
from server.domains.orders.ports import Draft
from server.domains.orders.rules import part_of, summed
from server.kernel.database import Transaction
from server.kernel.money import to_numeric

_INSERT = """
INSERT INTO orders
    (id, number, customer_id, status, total, currency, payment_id, placed_at, email, guest_key, address,
        taxes_included, address_fixed)
SELECT id, 'FS-' || nextval('order_numbers'), customer_id, 'paid', total, currency, payment_id, placed_at, email,
    guest_key, address::jsonb, taxes_included, address_fixed
FROM unnest($1::uuid[], $2::uuid[], $3::numeric[], $4::text[], $5::uuid[], $6::timestamptz[], $7::text[], $8::uuid[],
            $9::text[], $10::boolean[], $11::boolean[])
     AS new (id, customer_id, total, currency, payment_id, placed_at, email, guest_key, address, taxes_included,
        address_fixed)
ON CONFLICT (id) DO NOTHING
RETURNING id, number
"""
_INSERT_LINES = """
INSERT INTO order_items
    (id, order_id, seller_id, product_id, variant_id, title, sku, options, quantity, unit_price, total, discount, taxes,
        shop_discount)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::jsonb[],
                     $9::int[], $10::numeric[], $11::numeric[], $12::numeric[], $13::jsonb[], $14::numeric[])
"""
_INSERT_SHIPPING = """
INSERT INTO order_shipping (order_id, seller_id, option, name, price, total, discount, taxes, shop_discount,
    standard)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::numeric[], $6::numeric[], $7::numeric[],
                     $8::jsonb[], $9::numeric[], $10::numeric[])
"""


async def place(transaction: Transaction, drafts: Sequence[Draft]) -> None:
    """Write the orders and tell their customers and sellers. An id that exists, or comes twice, is written once."""
    asked = {draft.id: draft for draft in drafts}
    numbers = await _insert(transaction, list(asked.values()))
    new = [_order(draft, numbers[draft.id]) for draft in asked.values() if draft.id in numbers]
    if not new:
        return
    await _insert_lines(transaction, new)
    await _insert_shipping(transaction, new)
    for order in new:
        _tell(transaction, order)


async def _insert(transaction: Transaction, drafts: Sequence[Draft]) -> dict[Any, str]:
    totals = [summed(draft.lines, draft.shipping)[0] for draft in drafts]
    rows = await transaction.connection.fetch(
        _INSERT,
        [draft.id for draft in drafts],
        [draft.customer_id for draft in drafts],
        [to_numeric(total) for total in totals],
        [total.currency for total in totals],
        [draft.payment_id for draft in drafts],
        [draft.placed_at for draft in drafts],
        [draft.email for draft in drafts],
        [draft.guest_key for draft in drafts],
        [_json(draft.address) if draft.address else None for draft in drafts],
        [draft.taxes_included for draft in drafts],
        [draft.address_fixed for draft in drafts],
    )
    return {row["id"]: row["number"] for row in rows}


async def _insert_lines(transaction: Transaction, orders: Sequence[Order]) -> None:
    lines = [(order, line) for order in orders for line in order.lines]
    await transaction.connection.execute(
        _INSERT_LINES,
        [line.id for _, line in lines],
        [order.id for order, _ in lines],
        [line.seller_id for _, line in lines],
        [line.product_id for _, line in lines],
        [line.variant_id for _, line in lines],
        [line.title for _, line in lines],
        [line.sku for _, line in lines],
        [_json(line.options) for _, line in lines],
        [line.quantity for _, line in lines],
        [to_numeric(line.unit_price) for _, line in lines],
        [to_numeric(line.total) for _, line in lines],
        [to_numeric(Money(line.discount, line.total.currency)) for _, line in lines],
        [_json(line.taxes) for _, line in lines],
        [to_numeric(Money(line.shop_discount, line.total.currency)) for _, line in lines],
    )


async def _insert_shipping(transaction: Transaction, orders: Sequence[Order]) -> None:
    ways = [(order, way) for order in orders for way in order.shipping]
    if not ways:
        return
    await transaction.connection.execute(
        _INSERT_SHIPPING,
        [order.id for order, _ in ways],
        [way.seller_id for _, way in ways],
        [way.option for _, way in ways],
        [way.name for _, way in ways],
        [to_numeric(way.price) for _, way in ways],
        [to_numeric(way.total) for _, way in ways],
        [to_numeric(Money(way.discount, way.total.currency)) for _, way in ways],
        [_json(way.taxes) for _, way in ways],
        [to_numeric(Money(way.shop_discount, way.total.currency)) for _, way in ways],
        [way.standard and to_numeric(way.standard) for _, way in ways],
    )


def _tell(transaction: Transaction, order: Order) -> None:
    """Tell who is concerned. The log is kept for ever: it names nobody."""
    told = replace(order, address=None, email="")
    customer = () if order.customer_id is None else (USER.of(order.customer_id),)
    sellers = {seller_id: part_of(told, seller_id) for seller_id in sorted({line.seller_id for line in order.lines})}
    alone = [SELLER.of(seller_id) for seller_id, part in sellers.items() if part == told]
    transaction.emit(OrderPlaced(time=order.placed_at, order=told), ORDER.of(order.id), *customer, *alone)
    for seller_id, part in sellers.items():
        if part != told:
            transaction.emit(OrderPlaced(time=order.placed_at, order=part), SELLER.of(seller_id))


def _order(draft: Draft, number: str) -> Order:
    total, discount, tax = summed(draft.lines, draft.shipping)
    lines = tuple(replace(line, id=line.id or new_id()) for line in draft.lines)
    return Order(
        id=draft.id,
        number=number,
        customer_id=draft.customer_id,
        state=OrderState.PAID,
        lines=lines,
        total=total,
        payment_id=draft.payment_id,
        placed_at=draft.placed_at,
        shipping=tuple(draft.shipping),
        discount=discount,
        tax=tax,
        taxes_included=draft.taxes_included,
        address=draft.address,
        email=draft.email,
        parts=part_rules.placed(lines),
        address_fixed=draft.address_fixed,
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
