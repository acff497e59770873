"""Between an order's rows and the contract's structs."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.orders import Order, OrderLine, OrderShipping, OrderState
from fastshop.contract.pricing import NoTax, Tax
from fastshop.contract.seller_orders import LineUnits, SellerOrder, SellerOrderLine, SellerOrderState, Shipment
from server.domains.orders.rules import summed
from server.kernel.money import from_numeric

# What went back of an order's payment, or is on its way, stands with the payment.
SELECT = """
SELECT orders.*, coalesce(money.returned, 0) AS refunded FROM orders LEFT JOIN LATERAL (
    SELECT CASE WHEN payment.status IN ('refunding', 'refunded') THEN payment.amount ELSE least(
        payment.amount, payment.returned + (
            SELECT coalesce(sum(amount), 0) FROM payment_disputes lost
            WHERE lost.payment_id = payment.id AND lost.state = 'lost'
        )
    ) END AS returned FROM payments payment WHERE payment.id = orders.payment_id
) money ON true
"""
LINES = """
SELECT item.*, orders.currency FROM order_items item JOIN orders ON orders.id = item.order_id
WHERE item.order_id = any($1::uuid[]) ORDER BY item.id
"""
SHIPPING = """
SELECT way.*, orders.currency FROM order_shipping way JOIN orders ON orders.id = way.order_id
WHERE way.order_id = any($1::uuid[]) ORDER BY way.seller_id
"""
PARTS = "SELECT * FROM seller_orders WHERE order_id = any($1::uuid[]) ORDER BY order_id, seller_id"
PARCELS = """
SELECT parcel.*, json_agg(json_build_object('line_id', line_id, 'quantity', quantity) ORDER BY line_id) AS lines
FROM shipments parcel JOIN shipment_items item ON item.shipment_id = parcel.id
WHERE parcel.order_id = any($1::uuid[]) GROUP BY parcel.id ORDER BY parcel.shipped_at, parcel.id
"""

Part = TypeVar("Part")
Grouped = Mapping[tuple[UUID, UUID], list[Part]]


def lines(rows: Sequence[Any]) -> dict[UUID, list[OrderLine]]:
    """The lines of several orders, by order; each row has its order's currency."""
    return _by_order((row["order_id"], _line(row)) for row in rows)


def shipping(rows: Sequence[Any]) -> dict[UUID, list[OrderShipping]]:
    """How several orders are sent, by order; each row has its order's currency."""
    return _by_order((row["order_id"], _shipping(row)) for row in rows)


def parts(found: Sequence[Any], its_lines: Sequence[Any], parcels: Sequence[Any]) -> dict[UUID, list[SellerOrder]]:
    """The sellers' parts of several orders, by order."""
    lines_of = _grouped(its_lines, _part_line)
    parcels_of = _grouped(parcels, _parcel)
    return _by_order((row["order_id"], _part(row, lines_of, parcels_of)) for row in found)


def order(
    row: Any,
    its_lines: Sequence[OrderLine],
    its_shipping: Sequence[OrderShipping],
    its_parts: Sequence[SellerOrder],
) -> Order:
    """An order, whole; ``row`` is of `SELECT`."""
    total, discount, tax = summed(its_lines, its_shipping)
    return Order(
        id=row["id"],
        number=row["number"],
        customer_id=row["customer_id"],
        state=OrderState(row["state"]),
        lines=tuple(its_lines),
        total=total,
        payment_id=row["payment_id"],
        placed_at=row["placed_at"],
        shipping=tuple(its_shipping),
        discount=discount,
        tax=tax,
        taxes_included=row["taxes_included"],
        address=msgspec.json.decode(row["address"], type=PostalAddress) if row["address"] else None,
        email=row["email"],
        version=row["version"],
        refunded=from_numeric(row["refunded"], row["currency"]).amount,
        parts=tuple(its_parts),
        address_fixed=row["address_fixed"],
    )


def _by_order(parts: Iterable[tuple[UUID, Part]]) -> dict[UUID, list[Part]]:
    found: dict[UUID, list[Part]] = defaultdict(list)
    for order_id, part in parts:
        found[order_id].append(part)
    return found


def _grouped(rows: Sequence[Any], read: Callable[[Any], Part]) -> Grouped[Part]:
    """What rows say, by order and seller."""
    found: dict[tuple[UUID, UUID], list[Part]] = defaultdict(list)
    for row in rows:
        found[row["order_id"], row["seller_id"]].append(read(row))
    return found


def _part(row: Any, its_lines: Grouped[SellerOrderLine], parcels: Grouped[Shipment]) -> SellerOrder:
    key = (row["order_id"], row["seller_id"])
    state = SellerOrderState(row["state"])
    return SellerOrder(row["seller_id"], state, row["version"], tuple(its_lines[key]), tuple(parcels[key]))


def _part_line(row: Any) -> SellerOrderLine:
    return SellerOrderLine(
        id=row["id"],
        variant_id=row["variant_id"],
        ordered=row["quantity"],
        cancelled=row["cancelled"],
        shipped=row["shipped"],
        delivered=row["delivered"],
        returned=row["returned"],
    )


def _parcel(row: Any) -> Shipment:
    return Shipment(
        id=row["id"],
        carrier=row["carrier"],
        tracking_number=row["tracking_number"],
        lines=msgspec.json.decode(row["lines"], type=tuple[LineUnits, ...]),
        shipped_at=row["shipped_at"],
        delivered_at=row["delivered_at"],
    )


def _line(row: Any) -> OrderLine:
    currency = row["currency"]
    return OrderLine(
        variant_id=row["variant_id"],
        product_id=row["product_id"],
        seller_id=row["seller_id"],
        title=row["title"],
        sku=row["sku"],
        options=msgspec.json.decode(row["options"], type=dict[str, str]),
        quantity=row["quantity"],
        unit_price=from_numeric(row["unit_price"], currency),
        total=from_numeric(row["total"], currency),
        discount=from_numeric(row["discount"], currency).amount,
        taxes=_taxes(row),
        id=row["id"],
        shop_discount=from_numeric(row["shop_discount"], currency).amount,
        untaxed=_untaxed(row),
    )


def _shipping(row: Any) -> OrderShipping:
    currency = row["currency"]
    return OrderShipping(
        seller_id=row["seller_id"],
        option=row["option"],
        name=row["name"],
        price=from_numeric(row["price"], currency),
        total=from_numeric(row["total"], currency),
        discount=from_numeric(row["discount"], currency).amount,
        taxes=_taxes(row),
        shop_discount=from_numeric(row["shop_discount"], currency).amount,
        untaxed=_untaxed(row),
        standard=None if row["standard"] is None else from_numeric(row["standard"], currency),
    )


def _untaxed(row: Any) -> NoTax | None:
    return msgspec.json.decode(row["untaxed"], type=NoTax) if row["untaxed"] else None


def _taxes(row: Any) -> tuple[Tax, ...]:
    return msgspec.json.decode(row["taxes"], type=tuple[Tax, ...])
