"""The combination that is found is the one that looking at all of them finds, and what holds for every cart."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import chain, combinations
from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings
from msgspec.structs import replace

from fastshop.contract.pricing import (
    Audience,
    BuyGet,
    Exclusive,
    FixedAmount,
    FreeShipping,
    Percent,
    Quote,
    Scope,
    Stacking,
    Step,
    Tiers,
)
from server.domains.pricing.engine.book import Book
from server.domains.pricing.engine.cart import Cart, bits
from server.domains.pricing.engine.combining import order
from server.domains.pricing.engine.judging import Candidate, judge
from server.domains.pricing.engine.words import Basket, Customer, Rule, Window
from tests.domains.pricing.shop import GERMANY, HOUR, NEW_YORK, NOW, basket, charged, eur, item, price, rule, uid

_AMOUNTS = st.one_of(st.integers(0, 30), st.integers(1, 20_000))
_SHARES = st.sampled_from([1, 500, 1000, 1250, 2000, 3333, 5000, 10_000])
_CUSTOMERS = (Customer(), Customer(country="DE"), Customer(country="US", region="US-NY", groups=frozenset({"trade"})))


def _items() -> st.SearchStrategy[Any]:
    one = st.tuples(_AMOUNTS, st.integers(1, 5), st.integers(1, 2), st.sampled_from(["tea", "jam"]))
    return st.lists(one, min_size=1, max_size=4).map(
        lambda given_: tuple(
            item(number, amount, quantity, seller, categories=("food", category))
            for number, (amount, quantity, seller, category) in enumerate(given_, 1)
        )
    )


_SCOPES = st.one_of(
    st.just(Scope()),
    st.sampled_from([Scope(categories=("tea",)), Scope(categories=("jam",)), Scope(sellers=(uid(1001),))]),
    st.sets(st.integers(1, 4), min_size=1).map(lambda each: Scope(variants=tuple(map(uid, sorted(each))))),
)
_REWARDS = st.one_of(
    st.builds(Percent, _SHARES, st.none() | st.integers(1, 900).map(eur)),
    st.builds(FixedAmount, st.integers(1, 3000).map(eur)),
    st.builds(FreeShipping, st.none() | st.integers(1, 900).map(eur)),
    st.builds(BuyGet, st.integers(1, 3), st.integers(1, 2), _SHARES, st.booleans()),
    st.builds(BuyGet, st.integers(1, 2), st.just(1), _SHARES, st.just(False), _SCOPES),
    st.builds(Tiers, st.just((Step(2, 500), Step(5, 1500)))),
)
_STACKING = st.builds(
    Stacking,
    st.sampled_from(["", "a", "a", "b"]),
    st.integers(0, 2),
    st.sampled_from([Exclusive.NO] * 4 + [Exclusive.LINES, Exclusive.ORDER]),
)


@st.composite
def _rules(draw: st.DrawFn, most: int = 7) -> Sequence[Rule]:
    return [
        rule(
            number,
            draw(_REWARDS),
            scope=draw(_SCOPES),
            stacking=draw(_STACKING),
            seller_id=draw(st.sampled_from([None, None, uid(1001)])),
            min_order=draw(st.none() | st.integers(1, 5000).map(eur)),
        )
        for number in range(draw(st.integers(0, most)))
    ]


@st.composite
def _baskets(draw: st.DrawFn) -> Basket:
    return basket(
        *draw(_items()),
        shipping=draw(st.sampled_from([0, 490])),
        customer=draw(st.sampled_from(_CUSTOMERS)),
        zones=(GERMANY, NEW_YORK),
    )


def _after(quote: Quote) -> int:
    return sum(each.after.amount for each in charged(quote))


def _through(candidates: Sequence[Candidate], slot: int, left: int) -> int:
    for each in sorted(candidates, key=order):
        left -= each.cut(slot, left)
    return left


def _may_share(candidates: Sequence[Candidate]) -> bool:
    groups = [each.rule.stacking.group for each in candidates if each.rule.stacking.group]
    alone = any(each.rule.stacking.exclusive is not Exclusive.NO for each in candidates)
    return len(set(groups)) == len(groups) and not (alone and len(candidates) > 1)


def _sets(candidates: Sequence[Candidate]) -> Iterable[Sequence[Candidate]]:
    return chain.from_iterable(combinations(candidates, count) for count in range(len(candidates) + 1))


def _line_by_line(amounts: Sequence[int], met: Sequence[Candidate], kept: Collection[int]) -> int:
    """The least that is left of the slots that are not kept: all sets of rules that may share a slot are tried."""
    total = 0
    for slot, amount in enumerate(amounts):
        if slot not in kept:
            here = [each for each in met if slot in each.cuts]
            total += min(_through(each, slot, amount) for each in _sets(here) if _may_share(each))
    return total


def _looking_at_all(amounts: Sequence[int], met: Sequence[Candidate]) -> int:
    alone = [each for each in met if each.rule.stacking.exclusive is Exclusive.ORDER]
    others = [each for each in met if each not in alone]
    outcomes = []
    for chosen in _sets(alone):
        claims = [slot for each in chosen for slot in bits(each.claim)]
        if len(set(claims)) == len(claims):
            left = sum(_through([each], slot, amounts[slot]) for each in chosen for slot in each.cuts)
            untouched = sum(amounts[slot] for slot in claims) - sum(amounts[slot] for e in chosen for slot in e.cuts)
            outcomes.append(left + untouched + _line_by_line(amounts, others, claims))
    return min(outcomes)


@settings(max_examples=400)
@given(_baskets(), _rules())
def test_the_best_combination_is_the_one_that_looking_at_all_of_them_finds(cart: Basket, rules: Sequence[Rule]) -> None:
    laid_out = Cart(cart)
    met = [each for each in (judge(entry, laid_out) for entry in Book(rules).entries) if isinstance(each, Candidate)]
    quote = price(cart, rules)
    assert quote.best
    assert _after(quote) == _looking_at_all(laid_out.amounts, met)


@settings(max_examples=200)
@given(_baskets(), _rules(12))
def test_nothing_is_negative_and_everything_adds_up(cart: Basket, rules: Sequence[Rule]) -> None:
    quote = price(cart, rules)
    for each in charged(quote):
        off = sum(discount.amount.amount for discount in each.discounts)
        assert each.after.amount >= 0
        assert each.before.amount - off == each.after.amount
        assert each.gross.amount - each.net.amount == sum(tax.amount.amount for tax in each.taxes)
        assert all(tax.amount.amount >= 0 for tax in each.taxes)
    for name in ("goods", "shipping", "discount", "net", "tax", "gross"):
        parts = [getattr(seller.totals, name).amount for seller in quote.sellers]
        assert sum(parts) == getattr(quote.totals, name).amount
    assert quote.totals.discount.amount == sum(tried.saved.amount for tried in quote.tried if tried.saved)
    assert quote.totals.gross.amount == sum(each.gross.amount for each in charged(quote))


@settings(max_examples=200)
@given(_baskets(), _rules(), st.randoms(use_true_random=False))
def test_the_order_of_lines_and_rules_does_not_matter(cart: Basket, rules: Sequence[Rule], random: Any) -> None:
    items, shuffled = list(cart.items), list(rules)
    random.shuffle(items)
    random.shuffle(shuffled)
    one, other = price(cart, rules), price(replace(cart, items=tuple(items)), shuffled)
    assert replace(other, lines=one.lines) == one
    assert sorted(other.lines, key=lambda line: line.line_id) == sorted(one.lines, key=lambda line: line.line_id)


@settings(max_examples=100)
@given(_baskets(), _rules(), _REWARDS, _STACKING)
def test_a_rule_that_does_not_apply_changes_nothing_but_that_it_was_tried(
    cart: Basket, rules: Sequence[Rule], reward: Any, stacking: Stacking
) -> None:
    strangers = (
        rule(90, reward, stacking=stacking, code="SECRET"),
        rule(91, reward, stacking=stacking, audience=Audience(groups=("nobody",))),
        rule(92, reward, stacking=stacking, scope=Scope(variants=(uid(99),))),
        rule(93, reward, stacking=stacking, window=Window(starts=NOW + HOUR)),
    )
    one, other = price(cart, rules), price(cart, [*strangers, *rules])
    assert (other.totals, other.shipping, other.sellers) == (one.totals, one.shipping, one.sellers)
    names = {stranger.name for stranger in strangers}
    assert tuple(tried for tried in other.tried if tried.name not in names) == one.tried
    assert [(line.after, line.discounts, line.gross) for line in other.lines] == [
        (line.after, line.discounts, line.gross) for line in one.lines
    ]


@settings(max_examples=100)
@given(_baskets(), _rules(12))
def test_every_rule_is_told_of_once_in_the_cart_and_once_on_a_line(cart: Basket, rules: Sequence[Rule]) -> None:
    quote = price(cart, rules)
    assert Counter(tried.rule_id for tried in quote.tried) == Counter(one.id for one in rules)
    for line in quote.lines:
        told = Counter(tried.rule_id for tried in line.tried)
        assert all(count == 1 for count in told.values())
        off = {discount.rule_id: discount.amount for discount in line.discounts}
        applied = {tried.rule_id: tried.saved for tried in line.tried if tried.applied and tried.rule_id in off}
        assert applied == off
        assert all(tried.sentence for tried in line.tried)


@settings(max_examples=100)
@given(_baskets(), _rules(10), st.integers(1, 3))
def test_a_search_that_is_cut_short_says_so(cart: Basket, rules: Sequence[Rule], most: int) -> None:
    short, whole = price(cart, rules, most), price(cart, rules)
    assert _after(short) == _after(whole) if short.best else _after(short) >= _after(whole)
    assert sum(seller.totals.gross.amount for seller in short.sellers) == short.totals.gross.amount


def test_a_rule_that_is_alone_does_not_hide_that_the_search_was_cut_short() -> None:
    shares = ((1, "a", 100), (2, "b", 100), (3, "a", 5000))
    tangled = [rule(number, Percent(share), stacking=Stacking(group, 9 - number)) for number, group, share in shares]
    alone = rule(4, Percent(1000), stacking=Stacking(exclusive=Exclusive.ORDER))
    short = price(basket(item(1, 1000)), [*tangled, alone], 1)
    assert (_after(short), short.best) == (900, False)
    whole = price(basket(item(1, 1000)), [*tangled, alone])
    assert (_after(whole), whole.best) == (495, True)
