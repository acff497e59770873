"""Between an order's rows and the contract's structs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.orders import Order, OrderLine, OrderShipping, OrderState
from fastshop.contract.pricing import Tax
from server.domains.orders.rules import summed
from server.kernel.money import from_numeric

Part = TypeVar("Part")


def lines(rows: Sequence[Any]) -> dict[UUID, list[OrderLine]]:
    """The lines of several orders, by order; each row has its order's currency."""
    return _by_order((row["order_id"], _line(row)) for row in rows)


def shipping(rows: Sequence[Any]) -> dict[UUID, list[OrderShipping]]:
    """How several orders are sent, by order; each row has its order's currency."""
    return _by_order((row["order_id"], _shipping(row)) for row in rows)


def order(row: Any, its_lines: Sequence[OrderLine], its_shipping: Sequence[OrderShipping]) -> Order:
    """An order, whole."""
    total, discount, tax = summed(its_lines, its_shipping)
    return Order(
        id=row["id"],
        number=row["number"],
        customer_id=row["customer_id"],
        state=OrderState(row["status"]),
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
    )


def _by_order(parts: Iterable[tuple[UUID, Part]]) -> dict[UUID, list[Part]]:
    found: dict[UUID, list[Part]] = defaultdict(list)
    for order_id, part in parts:
        found[order_id].append(part)
    return found


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
    )


def _taxes(row: Any) -> tuple[Tax, ...]:
    return msgspec.json.decode(row["taxes"], type=tuple[Tax, ...])
