"""What an order comes to. Pure."""

from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from fastshop.contract.base import Money
from fastshop.contract.orders import Order, OrderLine, OrderShipping
from server.domains.orders.part_rules import order_state


def summed(lines: Sequence[OrderLine], shipping: Sequence[OrderShipping]) -> tuple[Money, int, int]:
    """What was paid for lines and shipping in one currency, and what of it was taken off and is tax."""
    parts: list[OrderLine | OrderShipping] = [*lines, *shipping]
    total = Money(sum(part.total.amount for part in parts), parts[0].total.currency)
    return total, sum(part.discount for part in parts), sum(map(tax_of, parts))


def tax_of(part: OrderLine | OrderShipping) -> int:
    """What of it is tax, in minor units."""
    return sum(tax.amount.amount for tax in part.taxes)


def part_of(order: Order, seller_id: UUID) -> Order:
    """What of an order is one seller's, who ships it but does not write to the guest. No lines: it is not theirs."""
    lines = tuple(line for line in order.lines if line.seller_id == seller_id)
    shipping = tuple(each for each in order.shipping if each.seller_id == seller_id)
    if not lines:
        return replace(order, lines=(), shipping=())
    total, discount, tax = summed(lines, shipping)
    parts = tuple(part for part in order.parts if part.seller_id == seller_id)
    return replace(
        order,
        lines=lines,
        shipping=shipping,
        total=total,
        discount=discount,
        tax=tax,
        email="",
        state=order_state(parts),
        parts=parts,
        refunded=total.amount if went_back(order) else 0,
    )


def went_back(order: Order) -> bool:
    """Whether all that was paid for the order went back, or is on its way."""
    return 0 < order.total.amount <= order.refunded


def share(total: int, quantity: int, units: int) -> int:
    """What the first so many of all units of a line come to: all of them to the total, none a cent off another."""
    return total // quantity * units + min(units, total % quantity)
