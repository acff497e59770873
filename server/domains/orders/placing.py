"""Placing orders, many at once, inside the transaction that makes them due."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

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

# One statement for orders with all that is theirs: of an order whose id exists, nothing is written.
_INSERT = """
WITH placed AS (
    INSERT INTO orders (id, number, customer_id, status, total, currency, payment_id, placed_at, email, guest_key,
        address, taxes_included, address_fixed)
    SELECT id, 'FS-' || nextval('order_numbers'), customer_id, 'paid', total, currency, payment_id, placed_at, email,
        guest_key, address::jsonb, taxes_included, address_fixed
    FROM unnest($1::uuid[], $2::uuid[], $3::numeric[], $4::text[], $5::uuid[], $6::timestamptz[], $7::text[],
                $8::uuid[], $9::text[], $10::boolean[], $11::boolean[])
         AS new (id, customer_id, total, currency, payment_id, placed_at, email, guest_key, address, taxes_included,
            address_fixed)
    ON CONFLICT (id) DO NOTHING
    RETURNING id, number
), lines AS (
    INSERT INTO order_items (id, order_id, seller_id, product_id, variant_id, title, sku, options, quantity,
        unit_price, total, discount, taxes, shop_discount, untaxed)
    SELECT line.* FROM unnest($12::uuid[], $13::uuid[], $14::uuid[], $15::uuid[], $16::uuid[], $17::text[],
                              $18::text[], $19::jsonb[], $20::int[], $21::numeric[], $22::numeric[], $23::numeric[],
                              $24::jsonb[], $25::numeric[], $26::jsonb[])
         AS line (id, order_id) JOIN placed ON placed.id = line.order_id
), sent AS (
    INSERT INTO order_shipping (order_id, seller_id, option, name, price, total, discount, taxes, shop_discount,
        standard, untaxed)
    SELECT way.* FROM unnest($27::uuid[], $28::uuid[], $29::text[], $30::text[], $31::numeric[], $32::numeric[],
                             $33::numeric[], $34::jsonb[], $35::numeric[], $36::numeric[], $37::jsonb[])
         AS way (order_id) JOIN placed ON placed.id = way.order_id
)
SELECT id, number FROM placed
"""


async def place(transaction: Transaction, drafts: Sequence[Draft]) -> None:
    """Write the orders and tell their customers and sellers. An id that exists, or comes twice, is written once."""
    asked = {draft.id: draft for draft in drafts}
    orders = {draft.id: _order(draft) for draft in asked.values()}
    columns = (*_columns(asked.values(), orders), *_lines(orders.values()), *_shipping(orders.values()))
    for row in await transaction.connection.fetch(_INSERT, *columns):
        _tell(transaction, replace(orders[row["id"]], number=row["number"]))


def _columns(drafts: Collection[Draft], orders: Mapping[UUID, Order]) -> tuple[list[Any], ...]:
    totals = [orders[draft.id].total for draft in drafts]
    return (
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


def _lines(orders: Collection[Order]) -> tuple[list[Any], ...]:
    lines = [(order, line) for order in orders for line in order.lines]
    return (
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
        [line.untaxed and _json(line.untaxed) for _, line in lines],
    )


def _shipping(orders: Collection[Order]) -> tuple[list[Any], ...]:
    ways = [(order, way) for order in orders for way in order.shipping]
    return (
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
        [way.untaxed and _json(way.untaxed) for _, way in ways],
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


def _order(draft: Draft) -> Order:
    """What is placed, but for its number."""
    total, discount, tax = summed(draft.lines, draft.shipping)
    lines = tuple(replace(line, id=line.id or new_id()) for line in draft.lines)
    return Order(
        id=draft.id,
        number="",
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
