"""Between an order's rows and the contract's struct."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from fastshop.contract.base import Money
from fastshop.contract.orders import Order, OrderLine, OrderState
from server.kernel.money import from_numeric


def lines(rows: Sequence[Any]) -> dict[UUID, list[OrderLine]]:
    """The lines of several orders, by order; each row has its order's currency."""
    found: dict[UUID, list[OrderLine]] = defaultdict(list)
    for row in rows:
        found[row["order_id"]].append(_line(row))
    return found


def order(row: Any, its_lines: Sequence[OrderLine]) -> Order:
    """An order with these of its lines; the total is theirs."""
    currency = row["currency"]
    return Order(
        id=row["id"],
        number=row["number"],
        customer_id=row["customer_id"],
        state=OrderState(row["status"]),
        lines=tuple(its_lines),
        total=Money(sum(line.total.amount for line in its_lines), currency),
        payment_id=row["payment_id"],
        placed_at=row["placed_at"],
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
    )
