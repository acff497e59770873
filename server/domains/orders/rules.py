"""What an order comes to. Pure."""

from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from fastshop.contract.base import Money
from fastshop.contract.orders import Order, OrderLine, OrderShipping


def summed(lines: Sequence[OrderLine], shipping: Sequence[OrderShipping]) -> tuple[Money, int, int]:
    """What was paid for lines and shipping in one currency, and what of it was taken off and is tax."""
    parts: list[OrderLine | OrderShipping] = [*lines, *shipping]
    total = Money(sum(part.total.amount for part in parts), parts[0].total.currency)
    return total, sum(part.discount for part in parts), sum(tax.amount.amount for part in parts for tax in part.taxes)


def part_of(order: Order, seller_id: UUID) -> Order:
    """What of an order is one seller's, who ships it but does not write to the guest. No lines: it is not theirs."""
    lines = tuple(line for line in order.lines if line.seller_id == seller_id)
    shipping = tuple(each for each in order.shipping if each.seller_id == seller_id)
    if not lines:
        return replace(order, lines=(), shipping=())
    total, discount, tax = summed(lines, shipping)
    return replace(order, lines=lines, shipping=shipping, total=total, discount=discount, tax=tax, email="")
