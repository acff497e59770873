"""Taxes of a cart: rounded once for each seller and each set of rates, then spread over the lines."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from fastshop.contract.pricing import NoTax
from server.domains.pricing.engine.rounding import half_up, spread
from server.domains.pricing.engine.words import Basket, Customer, TaxRate, TaxZone

_WHOLE = 1_000_000


class Taxable(NamedTuple):
    """An amount after discounts, and what it is for. ``shop_discount`` is what of these the shop bears."""

    seller_id: UUID
    tax_class: str
    amount: int
    shop_discount: int = 0


class Taxed(NamedTuple):
    """An amount without and with its taxes; ``taxes`` are (name, rate in millionths, amount).

    ``shop_discount`` is without taxes. ``untaxed`` says why there are none, where somebody is exempt.
    """

    net: int
    gross: int
    taxes: tuple[tuple[str, int, int], ...]
    shop_discount: int = 0
    untaxed: NoTax | None = None


def zone_of(zones: Sequence[TaxZone], customer: Customer) -> TaxZone | None:
    """The zone that a customer buys in: the one of the region, else the one of the country. Of several the first."""
    named = sorted(zones, key=lambda zone: zone.name)
    for place in (customer.region, customer.country):
        found = next((zone for zone in named if place and place in zone.places), None)
        if found:
            return found
    return None


def tax(basket: Basket, zone: TaxZone | None, amounts: Sequence[Taxable]) -> Sequence[Taxed]:
    """Each amount with its taxes."""
    exempt = _exempt(basket)
    if zone is None:
        return [
            Taxed(each.amount, each.amount, (), each.shop_discount, _charges_none(basket, each.seller_id) or exempt)
            for each in amounts
        ]
    grouped: dict[tuple[UUID, str], list[int]] = defaultdict(list)
    for index, each in enumerate(amounts):
        grouped[each.seller_id, each.tax_class].append(index)
    taxed: dict[int, Taxed] = {}
    for (seller_id, tax_class), indices in grouped.items():
        untaxed = _charges_none(basket, seller_id)
        rates = () if untaxed else _rates(zone, tax_class, basket)
        together = _taxed([amounts[index] for index in indices], rates, zone, untaxed or exempt)
        taxed.update(zip(indices, together, strict=True))
    return [taxed[index] for index in range(len(amounts))]


def _charges_none(basket: Basket, seller_id: UUID) -> NoTax | None:
    """Why a seller charges nobody tax."""
    reason = basket.untaxed_sellers.get(seller_id)
    return NoTax(reason) if reason else None


def _exempt(basket: Basket) -> NoTax | None:
    """Why the customer pays no tax where the goods go. Of several exemptions the first that was granted."""
    there = {basket.customer.region, basket.customer.country} - {""}
    held = (each for each in basket.customer.exemptions if each.window.holds(basket.at) and there & each.places)
    return next((NoTax(each.reason, each.id) for each in held), None)


def _rates(zone: TaxZone, tax_class: str, basket: Basket) -> Sequence[TaxRate]:
    held = [rate for rate in zone.rates if rate.tax_class == tax_class and rate.window.holds(basket.at)]
    return sorted(held, key=lambda rate: (rate.name, rate.rate))


def _taxed(
    amounts: Sequence[Taxable], rates: Sequence[TaxRate], zone: TaxZone, untaxed: NoTax | None
) -> Sequence[Taxed]:
    """Amounts at the same rates. The tax that a price contains goes off it for who is exempt."""
    together = sum(rate.rate for rate in rates)
    base = _WHOLE + together if zone.inclusive else _WHOLE
    parts = [each.amount for each in amounts]
    own_tax = spread(half_up(sum(parts) * together, base), parts)
    found = []
    for (_, _, amount, discount), own, by_rate in zip(amounts, own_tax, _by_rate(own_tax, rates), strict=True):
        net = amount - own if zone.inclusive else amount
        gross = net if untaxed else net + own
        borne = half_up(discount * _WHOLE, base) if zone.inclusive else discount
        found.append(Taxed(net, gross, () if untaxed else by_rate, borne, untaxed))
    return found


def _by_rate(own_tax: Sequence[int], rates: Sequence[TaxRate]) -> Sequence[tuple[tuple[str, int, int], ...]]:
    """Each line's taxes by their rates: they add up to the line's, and over the lines to what is each rate's of all."""
    found: list[tuple[tuple[str, int, int], ...]] = [()] * len(own_tax)
    left = list(own_tax)
    for rate, of_all in zip(rates, spread(sum(own_tax), [rate.rate for rate in rates]), strict=True):
        for index, amount in enumerate(spread(of_all, left)):
            found[index] += ((rate.name, rate.rate, amount),)
            left[index] -= amount
    return found
