"""What a cart costs under the rules of the shop, and why: the one way to a price."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from fastshop.contract.base import Money
from fastshop.contract.pricing import (
    CartTooLarge,
    Discount,
    PricedLine,
    PricedShipping,
    Quote,
    QuoteTotals,
    SellerTotals,
    Tax,
)
from server.domains.pricing.engine.book import Book
from server.domains.pricing.engine.cart import MOST, Cart
from server.domains.pricing.engine.combining import MOST_WAYS, Applied, combine
from server.domains.pricing.engine.explaining import explain, unlocks
from server.domains.pricing.engine.judging import Candidate, judge
from server.domains.pricing.engine.taxing import Taxable, tax, zone_of
from server.domains.pricing.engine.words import Basket, Item, Shipment


def price(basket: Basket, book: Book, most_ways: int = MOST_WAYS) -> Quote:
    """Price a cart. Rules that are not active yet, or no more, may be in the book: the basket's moment decides.

    The order of lines and rules does not matter. Refused: `NoPrice`, `CartTooLarge`.
    """
    cart = Cart(basket)
    judged = {place: judge(book.entries[place], cart) for place in book.near(cart.by_key, basket.codes)}
    candidates = [each for each in judged.values() if isinstance(each, Candidate)]
    combination = combine(cart.amounts, candidates, most_ways)
    tried, of_lines = explain(book, cart, judged, combination.applied)
    bill = _Bill(cart, combination.applied)
    totals = bill.totals(range(len(cart.amounts)))
    if totals.gross.amount > MOST:  # taxes may come on top
        raise CartTooLarge
    lines = {item.id: bill.line(slot, item, of_lines[slot]) for slot, item in enumerate(cart.items)}
    return Quote(
        currency=basket.currency,
        zone=bill.zone.name if bill.zone else "",
        taxes_included=bill.zone is not None and bill.zone.inclusive,
        lines=tuple(lines[item.id] for item in basket.items),
        shipping=tuple(bill.shipping(slot, sent) for slot, sent in enumerate(cart.shipments, len(cart.items))),
        sellers=bill.sellers(),
        totals=totals,
        tried=tried,
        unlocks=unlocks(cart, judged.values()),
        best=combination.best,
    )


class _Bill:
    """The amounts of each slot, with discounts and taxes."""

    def __init__(self, cart: Cart, applied: Sequence[Applied]) -> None:
        self._cart = cart
        self._currency = cart.basket.currency
        self._discounts = self._by_slot(applied)
        self._after = list(cart.amounts)
        for each in applied:
            for slot, cut in each.cuts.items():
                self._after[slot] -= cut
        self.zone = zone_of(cart.basket.zones, cart.basket.customer)
        owned = zip(cart.owners, self._after, self._shop_discounts(applied), strict=True)
        taxables = [Taxable(owner.seller_id, owner.tax_class, after, borne) for owner, after, borne in owned]
        self._taxed = tax(cart.basket, self.zone, taxables)

    def line(self, slot: int, item: Item, tried: tuple[Any, ...]) -> PricedLine:
        """A line."""
        unit = self._cart.units[slot]
        return PricedLine(
            line_id=item.id,
            variant_id=item.variant_id,
            seller_id=item.seller_id,
            quantity=item.quantity,
            list_price=self._money(unit.listed),
            unit_price=self._money(unit.amount),
            price_code=unit.code,
            tried=tried,
            **self._amounts(slot),
        )

    def shipping(self, slot: int, shipment: Shipment) -> PricedShipping:
        """A seller's shipping."""
        return PricedShipping(seller_id=shipment.seller_id, **self._amounts(slot))

    def sellers(self) -> tuple[SellerTotals, ...]:
        """The sums of each seller."""
        slots: dict[UUID, list[int]] = defaultdict(list)
        for slot, owner in enumerate(self._cart.owners):
            slots[owner.seller_id].append(slot)
        return tuple(SellerTotals(seller, self.totals(slots[seller])) for seller in sorted(slots))

    def totals(self, slots: Iterable[int]) -> QuoteTotals:
        """The sums of some slots."""
        goods = shipping = after = net = gross = 0
        for slot in slots:
            if slot < len(self._cart.items):
                goods += self._cart.amounts[slot]
            else:
                shipping += self._cart.amounts[slot]
            after += self._after[slot]
            net += self._taxed[slot].net
            gross += self._taxed[slot].gross
        sums = (goods, shipping, goods + shipping - after, net, gross - net, gross)
        return QuoteTotals(*(self._money(amount) for amount in sums))

    def _amounts(self, slot: int) -> dict[str, Any]:
        taxed = self._taxed[slot]
        return {
            "before": self._money(self._cart.amounts[slot]),
            "discounts": tuple(self._discounts.get(slot, ())),
            "after": self._money(self._after[slot]),
            "taxes": tuple(Tax(name, rate, self._money(amount)) for name, rate, amount in taxed.taxes),
            "net": self._money(taxed.net),
            "gross": self._money(taxed.gross),
            "shop_discount": taxed.shop_discount,
            "untaxed": taxed.untaxed,
        }

    def _by_slot(self, applied: Iterable[Applied]) -> Mapping[int, list[Discount]]:
        found: dict[int, list[Discount]] = defaultdict(list)
        for each in applied:
            rule = each.candidate.rule
            for slot, cut in each.cuts.items():
                if cut:
                    found[slot].append(Discount(rule.id, self._money(cut), rule.seller_id))
        return found

    def _shop_discounts(self, applied: Iterable[Applied]) -> Sequence[int]:
        """What of each slot's discounts the shop bears: what its own rules took off."""
        found = [0] * len(self._cart.amounts)
        for each in applied:
            if each.candidate.rule.seller_id is None:
                for slot, cut in each.cuts.items():
                    found[slot] += cut
        return found

    def _money(self, amount: int) -> Money:
        return Money(amount, self._currency)
