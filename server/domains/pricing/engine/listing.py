"""What a unit costs before promotions: the lowest of the list prices that the customer may have, or the flash price."""

from typing import NamedTuple

from fastshop.contract.pricing import NoPrice
from server.domains.pricing.engine.words import Basket, Item, ListPrice


class UnitPrice(NamedTuple):
    """What a unit costs. ``code`` is ``list``, ``tier``, ``group``, ``group_tier`` or ``flash``.

    Promotions do not lower a ``fixed`` one; ``next`` is the tier that more units reach.
    """

    listed: int
    amount: int
    code: str
    fixed: bool
    next: ListPrice | None


def unit_price(item: Item, basket: Basket) -> UnitPrice:
    """The price of a unit. Refused when there is none in the basket's currency: `NoPrice`."""
    open_to_them = [price for price in item.prices if _is_open(price, basket)]
    reached = [price for price in open_to_them if price.from_quantity <= item.quantity]
    flash = item.flash
    if flash and not (flash.price.currency == basket.currency and flash.window.holds(basket.at)):
        flash = None
    if not reached and not flash:
        raise NoPrice(item.variant_id, basket.currency)
    best = min(reached, key=_preferred, default=None)
    listed = min((p.price.amount for p in reached if p.from_quantity == 1 and not p.group), default=None)
    if flash and (best is None or flash.price.amount <= best.price.amount):
        amount = flash.price.amount
        return UnitPrice(listed if listed is not None else amount, amount, "flash", not flash.stacks, None)
    assert best is not None
    amount = best.price.amount
    return UnitPrice(
        listed if listed is not None else amount, amount, _code(best), False, _next(open_to_them, amount, item)
    )


def _is_open(price: ListPrice, basket: Basket) -> bool:
    return (
        price.price.currency == basket.currency
        and (not price.group or price.group in basket.customer.groups)
        and price.window.holds(basket.at)
    )


def _preferred(price: ListPrice) -> tuple[int, int, str]:
    """The cheapest; of equal ones the plainest."""
    return price.price.amount, price.from_quantity, price.group


def _code(price: ListPrice) -> str:
    if price.group:
        return "group" if price.from_quantity == 1 else "group_tier"
    return "list" if price.from_quantity == 1 else "tier"


def _next(prices: list[ListPrice], amount: int, item: Item) -> ListPrice | None:
    better = [price for price in prices if price.from_quantity > item.quantity and price.price.amount < amount]
    return min(better, key=lambda price: (price.from_quantity, *_preferred(price)), default=None)
