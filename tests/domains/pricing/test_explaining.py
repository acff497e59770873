"""What each kind of promotion takes off, and what is said of those that take nothing off."""

from typing import Any

import pytest

from fastshop.contract.base import Money
from fastshop.contract.pricing import (
    Audience,
    BuyGet,
    Exclusive,
    FixedAmount,
    FreeShipping,
    Percent,
    Scope,
    Stacking,
    Step,
    Tiers,
)
from server.domains.pricing.engine.words import Basket, Customer, FlashPrice, ListPrice, Used, Window
from tests.domains.pricing.shop import HOUR, NOW, basket, became, eur, item, line, price, rule, uid

TEN = Percent(1000)
ONLY_1, ONLY_2 = Scope(variants=(uid(1),)), Scope(variants=(uid(2),))
GROUP = Stacking("one")

REWARDS: dict[str, tuple[Any, int]] = {
    "ten percent": (TEN, 300),
    "ten percent, at most": (Percent(1000, eur(250)), 250),
    "half a cent goes up": (Percent(5), 2),
    "an eighth": (Percent(1250), 375),
    "an amount": (FixedAmount(eur(700)), 700),
    "more than the goods are worth": (FixedAmount(eur(9900)), 3000),
    "free shipping": (FreeShipping(), 490),
    "shipping cheaper": (FreeShipping(eur(300)), 300),
    "the cheapest of three": (BuyGet(2, 1), 500),
    "two for the price of one and a half": (BuyGet(1, 1, 5000), 500),
    "of each line one": (BuyGet(1, 1, same=True), 1500),
    "another one": (BuyGet(2, 1, gets=ONLY_2), 500),
    "others, as many as there are": (BuyGet(1, 5, gets=ONLY_2), 1000),
    "by number": (Tiers((Step(2, 500), Step(4, 1000), Step(9, 5000))), 300),
}


@pytest.mark.parametrize("name", REWARDS)
def test_what_each_reward_takes_off(name: str) -> None:
    reward, saved = REWARDS[name]
    cart = basket(item(1, 1000, 2), item(2, 500, 2), shipping=490)
    assert price(cart, [rule(1, reward)]).totals.discount.amount == saved


def _two(**more: Any) -> Basket:
    return basket(item(1), item(2), **more)


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "not yet": ("not_begun", {"window": Window(NOW + HOUR)}, "Begins at 2026-11-21 13:00 UTC."),
    "no more": ("over", {"window": Window(None, NOW)}, "Ended at 2026-11-21 12:00 UTC."),
    "no code": ("code_needed", {"code": "OTHER"}, "Needs its code."),
    "used up": ("used_up", {"id": uid(71)}, "Has been used as often as it may be."),
    "used up by me": ("used_up_by_you", {"id": uid(72)}, "You have used it as often as you may."),
    "group": ("other_group", {"audience": Audience(groups=("trade",))}, "Is for other customers."),
    "country": ("other_country", {"audience": Audience(countries=("AT",))}, "Is not for deliveries to this country."),
    "newcomers": ("newcomers_only", {"audience": Audience(newcomers=True)}, "Is for the first order."),
    "currency": ("other_currency", {"min_order": Money(5, "USD")}, "Is for carts in USD."),
    "reward's currency": ("other_currency", {"reward": Percent(5, eur(1)), "min_order": Money(1, "USD")}, "USD"),
    "scope": ("out_of_scope", {"scope": Scope(products=(uid(999),))}, "Is for other goods."),
    "both scopes": ("out_of_scope", {"scope": Scope(products=(uid(101),), variants=(uid(2),))}, "other goods"),
    "minimum": ("below_minimum", {"min_order": eur(3200)}, "Add 12.00 EUR more."),
    "minimum in scope": ("below_minimum", {"min_order": eur(1001), "scope": ONLY_1}, "Add 0.01 EUR more."),
    "step": ("too_few", {"reward": Tiers((Step(5, 900), Step(3, 500)))}, "Add 1 more."),
    "pack": ("too_few", {"reward": BuyGet(2, 1)}, "Add 1 more."),
    "pack of one": ("too_few", {"reward": BuyGet(1, 2, same=True)}, "Add 2 more."),
    "too few bought": ("too_few", {"reward": BuyGet(3, 1, gets=Scope(variants=(uid(9),)))}, "Add 1 more."),
    "nothing to get": ("too_few", {"reward": BuyGet(2, 1, gets=Scope(variants=(uid(9),)))}, "Add 1 more."),
    "no shipping": ("no_shipping", {"reward": FreeShipping()}, "There is no shipping to pay."),
}


@pytest.mark.parametrize("name", REFUSED)
def test_why_a_rule_is_refused(name: str) -> None:
    code, fields, sentence = REFUSED[name]
    used = {uid(71): Used(by_you=False), uid(72): Used(by_you=True)}
    quote = price(_two(used=used), [rule(1, **({"reward": TEN} | fields))])
    (tried,) = quote.tried
    assert (tried.code, tried.applied, tried.saved) == (code, False, None)
    assert sentence in tried.sentence
    assert quote.totals.discount.amount == 0
    told = [each.code for each in quote.lines[0].tried]
    assert told == ([] if code == "out_of_scope" else [code])


def test_a_rule_that_would_take_off_nothing_says_so() -> None:
    quote = price(basket(item(1, 0)), [rule(1, TEN)])
    assert became(quote.tried) == {"R1": "nothing_left"}


def test_yen_have_no_decimals() -> None:
    cart = basket(item(1, prices=(ListPrice(Money(900, "JPY")),)), currency="JPY")
    quote = price(cart, [rule(1, TEN, min_order=Money(1000, "JPY"))])
    assert quote.tried[0].sentence == "Add 100 JPY more."


@pytest.mark.parametrize("entered", [True, False])
def test_a_code_is_needed_unless_the_shop_enters_it_by_itself(entered: bool) -> None:
    coupon = rule(1, TEN, code="TEN", automatic=not entered)
    quote = price(_two(codes=frozenset({"TEN"} if entered else ())), [coupon])
    assert became(quote.tried) == {"R1": "applied"}


def test_who_entered_a_code_is_told_of_each_line_why_it_is_not_lowered() -> None:
    quote = price(_two(codes=frozenset({"TEN"})), [rule(1, TEN, code="TEN", scope=ONLY_1)])
    assert became(line(quote, 1).tried) == {"R1": "applied"}
    assert became(line(quote, 2).tried) == {"R1": "out_of_scope"}


@pytest.mark.parametrize(("priority", "saved"), [(1, 1000), (-1, 750)])
def test_what_comes_later_takes_its_share_of_what_is_left(priority: int, saved: int) -> None:
    half = rule(1, Percent(5000), stacking=Stacking(priority=priority))
    five = rule(2, FixedAmount(eur(500)))
    assert price(basket(item(1)), [half, five]).totals.discount.amount == saved


def test_of_one_group_the_better_one_lowers_a_line_and_the_other_is_told_of_it() -> None:
    rules = [rule(1, TEN, stacking=GROUP), rule(2, Percent(2000), stacking=GROUP)]
    quote = price(_two(), rules)
    assert became(quote.tried) == {"R1": "excluded", "R2": "applied"}
    (refused,) = (tried for tried in quote.tried if not tried.applied)
    assert refused.sentence == "Cannot be combined with “R2”."
    assert refused.facts["by"] == [rules[1].id]


def test_of_one_group_each_may_lower_its_own_lines() -> None:
    rules = [rule(1, TEN, stacking=GROUP), rule(2, Percent(2000), scope=ONLY_1, stacking=GROUP)]
    quote = price(_two(), rules)
    assert became(quote.tried) == {"R1": "applied", "R2": "applied"}
    assert became(line(quote, 1).tried) == {"R1": "excluded", "R2": "applied"}
    assert became(line(quote, 2).tried) == {"R1": "applied"}


def test_a_narrow_rule_gives_way_where_the_wide_one_saves_more() -> None:
    wide = rule(1, FixedAmount(eur(2000)), stacking=GROUP)
    narrow = rule(2, Percent(100), scope=ONLY_1, stacking=GROUP)
    quote = price(_two(), [wide, narrow])
    assert became(quote.tried) == {"R1": "applied", "R2": "excluded"}


def test_an_exclusive_rule_is_alone_on_its_lines() -> None:
    alone = rule(1, Percent(3000), scope=ONLY_1, stacking=Stacking(exclusive=Exclusive.LINES))
    quote = price(_two(), [alone, rule(2, TEN)])
    assert became(line(quote, 1).tried) == {"R1": "applied", "R2": "excluded"}
    assert became(line(quote, 2).tried) == {"R2": "applied"}


def test_a_rule_alone_in_the_order_keeps_everything_else_away() -> None:
    alone = rule(1, Percent(3000), scope=ONLY_1, stacking=Stacking(exclusive=Exclusive.ORDER))
    quote = price(_two(shipping=100), [alone, rule(2, TEN, scope=ONLY_2), rule(3, FreeShipping())])
    assert became(quote.tried) == {"R1": "applied", "R2": "excluded", "R3": "excluded"}


def test_of_two_that_are_alone_in_the_order_the_better_is_applied() -> None:
    alone = Stacking(exclusive=Exclusive.ORDER)
    rules = [rule(number, Percent(share), stacking=alone) for number, share in ((1, 1000), (2, 3000), (3, 2000))]
    quote = price(_two(), [*rules, rule(4, Percent(2500))])
    assert became(quote.tried) == {"R1": "excluded", "R2": "applied", "R3": "excluded", "R4": "excluded"}


def test_a_seller_s_rule_keeps_away_nothing_of_other_sellers() -> None:
    alone = Stacking(exclusive=Exclusive.ORDER)
    theirs = rule(1, Percent(3000), scope=Scope(sellers=(uid(1001),)), seller_id=uid(1001), stacking=alone)
    cart = basket(item(1), item(2), item(3, seller=2), shipping=100)
    free = rule(2, FreeShipping(), scope=Scope(sellers=(uid(1002),)), seller_id=uid(1002))
    quote = price(cart, [theirs, free, rule(3, TEN, scope=ONLY_2), rule(4, TEN, scope=Scope(variants=(uid(3),)))])
    assert became(quote.tried) == {"R1": "applied", "R2": "applied", "R3": "excluded", "R4": "applied"}
    assert [each.after.amount for each in quote.shipping] == [100, 0]
    assert {discount.paid_by for discount in line(quote, 1).discounts} == {uid(1001)}


def test_where_nothing_is_left_the_next_rule_says_so() -> None:
    quote = price(basket(item(1)), [rule(1, Percent(10_000), stacking=Stacking(priority=1)), rule(2, TEN)])
    assert became(quote.tried) == {"R1": "applied", "R2": "nothing_left"}


def test_units_that_are_not_the_cheapest_are_told_so() -> None:
    quote = price(basket(item(1, 1000), item(2, 900), item(3, 100)), [rule(1, BuyGet(2, 1))])
    assert became(line(quote, 1).tried) == {"R1": "not_chosen"}
    assert became(line(quote, 3).tried) == {"R1": "applied"}


def test_a_line_without_worth_is_told_that_nothing_is_left_of_it() -> None:
    quote = price(basket(item(1), item(2, 0)), [rule(1, TEN)])
    assert became(line(quote, 2).tried) == {"R1": "nothing_left"}


def test_free_shipping_is_told_on_the_lines_it_is_for() -> None:
    quote = price(_two(shipping=490), [rule(1, FreeShipping(), scope=ONLY_1)])
    assert [tried.saved for tried in line(quote, 1).tried] == [eur(490).times(1)]
    assert line(quote, 2).tried == ()


def test_the_price_of_a_flash_sale_is_not_lowered_unless_it_stacks() -> None:
    flash = FlashPrice(uid(7), eur(400), Window(NOW - HOUR, NOW + HOUR))
    alone = price(basket(item(1, flash=flash)), [rule(1, TEN)])
    assert became(alone.tried) == {"R1": "flash_price"}
    beside = price(basket(item(1, flash=flash), item(2)), [rule(1, TEN)])
    assert (line(beside, 1).price_code, line(beside, 1).after) == ("flash", eur(400).times(1))
    assert became(line(beside, 1).tried) == {"R1": "flash_price"}
    stacking = FlashPrice(uid(7), eur(400), Window(NOW - HOUR, NOW + HOUR), stacks=True)
    assert price(basket(item(1, flash=stacking)), [rule(1, TEN)]).totals.discount.amount == 40


UNLOCKS: dict[str, tuple[dict[str, Any], str]] = {
    "free shipping": ({"reward": FreeShipping(), "min_order": eur(3200)}, "12.00 EUR more for free shipping (“R1”)"),
    "percent": ({"reward": Percent(1250), "min_order": eur(2001)}, "0.01 EUR more for 12.5 % off (“R1”)"),
    "amount": ({"reward": FixedAmount(eur(500)), "min_order": eur(2500)}, "5.00 EUR more for 5.00 EUR off (“R1”)"),
    "pack": ({"reward": BuyGet(2, 1)}, "1 more for 1 free when buying 2 (“R1”)"),
    "cheaper pack": ({"reward": BuyGet(3, 1, 5000)}, "2 more for 1 50 % off when buying 3 (“R1”)"),
    "step": ({"reward": Tiers((Step(3, 500), Step(9, 900)))}, "1 more for up to 9 % off (“R1”)"),
    "next step": (
        {"reward": Tiers((Step(2, 500), Step(4, 400), Step(5, 900), Step(6, 1000)))},
        "3 more for 9 % off (“R1”)",
    ),
}


@pytest.mark.parametrize("name", UNLOCKS)
def test_what_would_unlock_the_next(name: str) -> None:
    fields, sentence = UNLOCKS[name]
    (unlock,) = price(_two(shipping=100), [rule(1, **fields)]).unlocks
    assert unlock.sentence == sentence


def test_what_counts_its_customers_is_not_for_guests_and_tells_them_to_sign_in() -> None:
    counted = rule(1, TEN, automatic=True, code="ONCE", counts_customers=True)
    quote = price(_two(customer=Customer(guest=True)), [counted])
    assert (became(quote.tried), quote.totals.discount.amount) == ({"R1": "account_needed"}, 0)
    assert [unlock.sentence for unlock in quote.unlocks] == ["Sign in for 10 % off (“R1”)"]
    assert became(price(_two(), [counted]).tried) == {"R1": "applied"}


def test_the_last_step_unlocks_nothing_more() -> None:
    assert price(_two(), [rule(1, Tiers((Step(2, 500),)))]).unlocks == ()


def test_what_is_nearest_is_told_first() -> None:
    rules = [rule(1, TEN, min_order=eur(5000)), rule(2, TEN, min_order=eur(2100)), rule(3, BuyGet(2, 1))]
    assert [unlock.rule_id for unlock in price(_two(), rules).unlocks] == [rules[1].id, rules[0].id, rules[2].id]
