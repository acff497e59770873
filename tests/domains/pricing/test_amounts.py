"""List prices, taxes, shares: what the engine does with amounts before and after promotions."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastshop.contract.base import Money
from fastshop.contract.pricing import CartTooLarge, FreeShipping, NoPrice, NoTax, Percent, Scope, Stacking
from server.domains.pricing.engine.rounding import part, spread
from server.domains.pricing.engine.words import (
    ALWAYS,
    Customer,
    Exemption,
    FlashPrice,
    ListPrice,
    TaxRate,
    TaxZone,
    Window,
)
from tests.domains.pricing.shop import (
    GERMAN,
    GERMANY,
    HOUR,
    NEW_YORK,
    NOW,
    basket,
    charged,
    eur,
    item,
    price,
    rule,
    uid,
)


def exemption(*places: str, window: Window = ALWAYS) -> Exemption:
    return Exemption(uid(77), "Reverse charge", frozenset(places), window)


TRADE = Customer(groups=frozenset({"trade"}))
PRICES = (
    ListPrice(eur(1000)),
    ListPrice(eur(900), from_quantity=10),
    ListPrice(eur(950), "trade"),
    ListPrice(eur(800), "trade", 10),
    ListPrice(eur(1), "staff"),
    ListPrice(eur(2), window=Window(NOW + HOUR)),
    ListPrice(Money(3, "USD")),
)


@pytest.mark.parametrize(
    ("customer", "quantity", "unit", "code"),
    [
        (Customer(), 1, 1000, "list"),
        (Customer(), 10, 900, "tier"),
        (TRADE, 9, 950, "group"),
        (TRADE, 10, 800, "group_tier"),
    ],
)
def test_the_lowest_list_price_that_is_open_counts(customer: Customer, quantity: int, unit: int, code: str) -> None:
    quote = price(basket(item(1, quantity=quantity, prices=PRICES), customer=customer))
    assert (quote.lines[0].unit_price.amount, quote.lines[0].price_code) == (unit, code)
    assert quote.lines[0].list_price.amount == 1000


def test_a_tier_that_is_near_is_told() -> None:
    (unlock,) = price(basket(item(1, quantity=8, prices=PRICES))).unlocks
    assert (unlock.sentence, unlock.line_id) == ("2 more for 9.00 EUR each", uid(1))


@pytest.mark.parametrize(
    ("more", "borne"),
    [
        ({"customer": GERMAN, "zones": (GERMANY,)}, 1681),
        ({}, 2000),
        ({"untaxed_sellers": {uid(1001): "Small"}}, 2000),
    ],
    ids=["taxes included", "no zone", "no taxes"],
)
def test_the_shop_bears_its_own_discounts_without_taxes_and_a_seller_theirs_also_beside_others(
    more: dict[str, Any], borne: int
) -> None:
    """The shop takes 20 % off everything, then the first seller 10 % of the rest of theirs."""
    ours = rule(2, Percent(1000), scope=Scope(sellers=(uid(1001),)), seller_id=uid(1001))
    shops = rule(1, Percent(2000), stacking=Stacking(priority=1))
    quote = price(basket(item(1, 10_000), item(2, 5_000, seller=2), **more), [ours, shops])
    first, second = quote.lines
    assert [(each.paid_by, each.amount.amount) for each in first.discounts] == [(uid(1001), 800), (None, 2000)]
    assert (first.shop_discount, second.shop_discount) == (borne, borne // 2)
    assert [each.paid_by for each in second.discounts] == [None]
    alone = price(basket(item(1, 10_000), **more), [ours])
    assert alone.lines[0].shop_discount == 0


@pytest.mark.parametrize("share", [10_000, 5000])
def test_what_the_shop_bears_and_what_is_paid_make_up_the_price_without_its_discount(share: int) -> None:
    cart = basket(item(1, 11_900), shipping=595, customer=GERMAN, zones=(GERMANY,))
    before, after = (price(cart, rules) for rules in ((), [rule(1, Percent(share)), rule(2, FreeShipping())]))
    for was, now in zip(charged(before), charged(after), strict=True):
        assert now.net.amount + now.shop_discount == was.net.amount


def test_a_later_moment_has_its_own_prices() -> None:
    assert price(basket(item(1, prices=PRICES), at=NOW + HOUR)).lines[0].unit_price.amount == 2


@pytest.mark.parametrize(("amount", "ends", "unit"), [(400, 1, 400), (1000, 1, 1000), (2000, 1, 1000), (400, 0, 1000)])
def test_a_flash_price_holds_while_the_sale_runs_and_is_the_lowest(amount: int, ends: int, unit: int) -> None:
    flash = FlashPrice(uid(9), eur(amount), Window(NOW - HOUR, NOW + ends * HOUR))
    assert price(basket(item(1, flash=flash))).lines[0].unit_price.amount == unit


def test_a_flash_price_is_enough_where_there_is_no_other() -> None:
    flash = FlashPrice(uid(9), eur(400), Window())
    quote = price(basket(item(1, prices=(), flash=flash)))
    assert (quote.lines[0].unit_price, quote.lines[0].list_price) == (eur(400).times(1), eur(400).times(1))


def test_where_only_a_group_has_a_price_it_is_the_list_price() -> None:
    quote = price(basket(item(1, prices=(ListPrice(eur(700), "trade"),)), customer=TRADE))
    assert quote.lines[0].list_price.amount == 700


def test_a_variant_without_a_price_in_the_currency_is_refused() -> None:
    with pytest.raises(NoPrice) as refused:
        price(basket(item(1), currency="CHF"))
    assert refused.value.variant_id == uid(1)


def test_more_than_can_be_charged_is_refused() -> None:
    with pytest.raises(CartTooLarge):
        price(basket(item(1, 10**12, 10)))


def test_taxes_that_come_on_top_count_for_what_can_be_charged() -> None:
    there = Customer(country="US", region="US-NY")
    with pytest.raises(CartTooLarge):
        price(basket(item(1, 10**12, 9), item(2, 10**11, 9), customer=there, zones=(NEW_YORK,)))


def test_taxes_in_the_price_are_told_and_do_not_change_it() -> None:
    quote = price(basket(item(1, 1190), item(2, 1070, tax_class="books"), customer=GERMAN, zones=(GERMANY,)))
    assert (quote.zone, quote.taxes_included) == ("Germany", True)
    assert [(each.net.amount, each.gross.amount) for each in quote.lines] == [(1000, 1190), (1000, 1070)]
    assert quote.totals.tax.amount == 260


def test_taxes_that_are_not_in_the_price_are_added_each_by_its_name() -> None:
    there = Customer(country="US", region="US-NY")
    quote = price(basket(item(1, 1000), customer=there, zones=(GERMANY, NEW_YORK)))
    assert [(tax.name, tax.amount.amount) for tax in quote.lines[0].taxes] == [("City", 49), ("State", 40)]
    assert quote.totals.gross.amount == 1089


def test_taxes_are_of_what_is_left_after_discounts_and_of_shipping() -> None:
    quote = price(basket(item(1, 2380), shipping=595, customer=GERMAN, zones=(GERMANY,)), [rule(1, Percent(5000))])
    assert [each.net.amount for each in charged(quote)] == [1000, 500]


def test_each_tax_gets_its_share_of_many_small_lines() -> None:
    there = Customer(country="US", region="US-NY")
    quote = price(basket(*(item(number, 11) for number in range(1, 11)), customer=there, zones=(NEW_YORK,)))
    # 110 cents at 8.875 % are 10 cents, 5.49 of them the city's; each line has one.
    sums = Counter[str]()
    for each in quote.lines:
        assert sum(tax.amount.amount for tax in each.taxes) == each.gross.amount - each.net.amount == 1
        sums.update({tax.name: tax.amount.amount for tax in each.taxes})
    assert sums == {"City": 5, "State": 5}


def test_three_thirds_of_a_tax_are_the_tax() -> None:
    lines = [item(number, 10) for number in (1, 2, 3)]
    quote = price(basket(*lines, customer=GERMAN, zones=(GERMANY,)))
    # 30 cents contain 4.79 of tax: rounded once, for all of them.
    assert sorted(each.gross.amount - each.net.amount for each in quote.lines) == [1, 2, 2]


@pytest.mark.parametrize(("zone", "paid"), [(GERMANY, 1000), (NEW_YORK, 1190)])
def test_who_is_exempt_pays_no_tax(zone: TaxZone, paid: int) -> None:
    (place,) = zone.places
    customer = Customer(country="DE", region=place, exemptions=(exemption(place),))
    quote = price(basket(item(1, 1190), customer=customer, zones=(zone,)))
    assert (quote.totals.gross.amount, quote.totals.tax.amount) == (paid, 0)
    assert quote.lines[0].untaxed == NoTax("Reverse charge", uid(77))


@pytest.mark.parametrize(
    "there",
    [
        exemption("AT"),
        exemption("US-NY"),
        exemption("DE", window=Window(NOW + HOUR)),
        exemption("DE", window=Window(NOW - HOUR, NOW)),
    ],
    ids=["another country", "another country's region", "not yet", "no more"],
)
def test_an_exemption_frees_nowhere_else_and_at_no_other_time(there: Exemption) -> None:
    customer = Customer(country="DE", exemptions=(there,))
    quote = price(basket(item(1, 1190), customer=customer, zones=(GERMANY, NEW_YORK)))
    assert (quote.totals.gross.amount, quote.totals.tax.amount, quote.lines[0].untaxed) == (1190, 190, None)


def test_of_a_country_s_exemption_its_regions_have_their_share_and_of_a_region_s_the_others_have_not() -> None:
    def paid(place: str, region: str) -> int:
        customer = Customer(country="US", region=region, exemptions=(exemption(place),))
        other = TaxZone("New Jersey", frozenset({"US-NJ"}), (TaxRate("State", 66_250),), inclusive=False)
        return price(basket(item(1, 1000), customer=customer, zones=(NEW_YORK, other))).totals.gross.amount

    assert [paid("US", "US-NY"), paid("US-NY", "US-NY"), paid("US-NJ", "US-NY")] == [1000, 1000, 1089]


@given(st.lists(st.tuples(st.integers(1, 99_999), st.integers(1, 3)), min_size=1, max_size=6), st.booleans())
def test_who_is_exempt_pays_to_the_cent_what_others_pay_less_the_tax(
    bought: list[tuple[int, int]], inclusive: bool
) -> None:
    zone = TaxZone("Germany", frozenset({"DE"}), (TaxRate("VAT", 190_000),), inclusive)
    lines = [item(number, amount, seller=seller) for number, (amount, seller) in enumerate(bought, 1)]
    more: dict[str, Any] = {"shipping": 495, "zones": (zone,), "untaxed_sellers": {uid(1003): "Small"}}
    taxed = price(basket(*lines, customer=GERMAN, **more))
    free = price(basket(*lines, customer=Customer(country="DE", exemptions=(exemption("DE"),)), **more))
    assert free.totals.gross.amount == taxed.totals.gross.amount - taxed.totals.tax.amount
    assert [each.net for each in charged(free)] == [each.net for each in charged(taxed)]
    for with_tax, without in zip(charged(taxed), charged(free), strict=True):
        small = with_tax.seller_id == uid(1003)
        assert (with_tax.untaxed, without.untaxed) == (
            (NoTax("Small"),) * 2 if small else (None, NoTax("Reverse charge", uid(77)))
        )
        assert not without.taxes
        assert with_tax.gross == with_tax.after if small or inclusive else True


def test_a_seller_who_charges_no_tax_does_not() -> None:
    lines = item(1, 1190), item(2, 1190, seller=2)
    cart = basket(*lines, customer=GERMAN, zones=(GERMANY,), untaxed_sellers={uid(1002): "Small"})
    assert [(seller.totals.tax.amount, seller.totals.gross.amount) for seller in price(cart).sellers] == [
        (190, 1190),
        (0, 1190),
    ]


def test_a_rate_holds_in_its_time() -> None:
    lowered = TaxZone(
        "Germany",
        frozenset({"DE"}),
        (TaxRate("VAT", 190_000, window=Window(None, NOW)), TaxRate("VAT", 160_000, window=Window(NOW))),
        inclusive=False,
    )
    carts = [basket(item(1, 1000), customer=GERMAN, zones=(lowered,), at=at) for at in (NOW - HOUR, NOW)]
    assert [price(cart).totals.tax.amount for cart in carts] == [190, 160]


@pytest.mark.parametrize("customer", [Customer(), Customer(country="FR")])
def test_outside_of_all_zones_there_is_no_tax(customer: Customer) -> None:
    quote = price(basket(item(1, 1190), customer=customer, zones=(GERMANY,)))
    assert (quote.zone, quote.totals.tax.amount, quote.totals.gross.amount) == ("", 0, 1190)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=12), st.data())
def test_shares_add_up_and_none_is_larger_than_its_weight(weights: list[int], data: Any) -> None:
    amount = data.draw(st.integers(0, sum(weights)))
    shares = spread(amount, weights)
    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert 0 <= share <= weight
        assert abs(share * sum(weights) - amount * weight) < max(sum(weights), 1)


@given(st.integers(0, 10**9), st.lists(st.integers(1, 9), min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_a_line_given_back_in_parts_is_given_back_wholly(amount: int, steps: list[int], random: Any) -> None:
    quantity, parts, gone = sum(steps), [], 0
    random.shuffle(steps)
    for count in steps:
        parts.append(part(amount, quantity, gone, count))
        gone += count
    assert sum(parts) == amount
    assert all(each >= 0 for each in parts)
    # The last step taken back and done again gives the same.
    assert part(amount, quantity, gone - steps[-1], steps[-1]) == parts[-1]
