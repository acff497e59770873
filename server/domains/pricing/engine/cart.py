"""A basket laid out for the rules: slots with amounts, and for each key of a scope the slots that have it.

A slot is a line or, after the lines, a seller's shipping. Sets of slots are bits of an integer. Slots are in the
order of their ids, so that no answer depends on the order in which lines were handed in.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from fastshop.contract.pricing import CartTooLarge
from server.domains.pricing.engine.book import Keys
from server.domains.pricing.engine.listing import UnitPrice, unit_price
from server.domains.pricing.engine.words import Basket, Item, Shipment

# What NUMERIC(15,2) holds of a currency without decimals.
MOST = 10**13 - 1


class Cart:
    """The basket laid out. ``lowerable`` are the lines that promotions may lower."""

    def __init__(self, basket: Basket) -> None:
        self.basket = basket
        self.items = sorted(basket.items, key=lambda item: item.id)
        self.shipments = sorted(basket.shipments, key=lambda shipment: shipment.seller_id)
        self.owners: Sequence[Item | Shipment] = [*self.items, *self.shipments]
        self.units: list[UnitPrice] = [unit_price(item, basket) for item in self.items]
        self.amounts = [
            *(unit.amount * item.quantity for unit, item in zip(self.units, self.items, strict=True)),
            *(shipment.amount for shipment in self.shipments),
        ]
        if sum(self.amounts) > MOST:
            raise CartTooLarge
        self.every_line = (1 << len(self.items)) - 1
        self.lowerable = sum(1 << slot for slot, unit in enumerate(self.units) if not unit.fixed)
        self.by_key = self._keys()
        self.of_seller = self._sellers()

    def matching(self, keys: Keys) -> int:
        """The lines that have what a scope asks for."""
        found, by_key = self.every_line, self.by_key
        for any_of in keys:
            these = 0
            for key in any_of:
                these |= by_key.get(key, 0)
            found &= these
        return found

    def shipping_of(self, lines: int) -> int:
        """The shipping slots of the sellers of these lines."""
        return self.everything_of(lines) & ~self.every_line

    def everything_of(self, slots: int) -> int:
        """All slots of the sellers of these slots."""
        found = 0
        for theirs in self.of_seller.values():
            if theirs & slots:
                found |= theirs
        return found

    def _keys(self) -> dict[Any, int]:
        keys: dict[Any, int] = defaultdict(int)
        for slot, item in enumerate(self.items):
            bit = 1 << slot
            for key in (item.variant_id.int, item.product_id.int, item.seller_id.int, *item.categories):
                keys[key] |= bit
        return keys

    def _sellers(self) -> dict[Any, int]:
        sellers: dict[Any, int] = defaultdict(int)
        for slot, owner in enumerate(self.owners):
            sellers[owner.seller_id] |= 1 << slot
        return sellers


@lru_cache(maxsize=4096)
def bits(slots: int) -> Sequence[int]:
    """The slots of a set, in order. The same few sets are asked for again and again."""
    found = []
    while slots:
        lowest = slots & -slots
        found.append(lowest.bit_length() - 1)
        slots ^= lowest
    return tuple(found)
