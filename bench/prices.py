"""What it costs to price a cart and to say why, in processor time, under two hundred rules that are all active.

A shop's rules are for different goods and people: of two hundred ten are for the whole shop, seventy for categories,
forty for sellers, eighty for single goods; a fifth need a code, a quarter a minimum order. Most are of one of three
groups, of which each line has one rule at most; four are exclusive. In the last row each rule is for everything and
everybody, in ten groups: more combinations than anybody could look at.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import median
from time import process_time
from typing import Any

from msgspec.structs import replace
from rich.console import Console
from rich.table import Table

from fastshop.contract.base import Money
from fastshop.contract.pricing import (
    Audience,
    BuyGet,
    Exclusive,
    FixedAmount,
    FreeShipping,
    Percent,
    Quote,
    Reward,
    Scope,
    Stacking,
    Step,
    Tiers,
)
from server.domains.pricing.engine.book import Book
from server.domains.pricing.engine.quoting import price
from server.domains.pricing.engine.words import Basket, Rule
from tests.domains.pricing.shop import GERMAN, GERMANY, basket, eur, item, rule, uid

RULES = 200
CARTS = 20
ROUNDS = 5
_CATEGORIES = 60


@dataclass(frozen=True)
class _Shop:
    name: str
    lines: int
    narrow: bool = True


_SHOPS = (_Shop("1 line", 1), _Shop("10 lines", 10), _Shop("100 lines", 100), _Shop("10 lines, all for all", 10, False))


async def main() -> None:
    """Print the table."""
    table = Table(
        "cart", "in scope", "applied", "ms of CPU a quote", "slowest cart", "quotes a CPU second", "exact",
        title=f"Pricing and explaining under {RULES} rules, medians of {ROUNDS} rounds",
    )  # fmt: skip
    for shop in _SHOPS:
        table.add_row(shop.name, *_row(shop))
        await asyncio.sleep(0)
    Console().print(table)


def _row(shop: _Shop) -> Sequence[str]:
    random = Random(shop.lines)
    book = Book(_rules(random, shop.narrow))
    carts = [_cart(random, shop.lines) for _ in range(CARTS)]
    quotes = [price(cart, book) for cart in carts]
    costs = [median(_cost(cart, book) for _ in range(ROUNDS)) for cart in carts]
    middle = median(costs)
    in_scope = median(sum(tried.code != "out_of_scope" for tried in quote.tried) for quote in quotes)
    exact = sum(quote.best for quote in quotes)
    return (
        f"{in_scope:.0f}", f"{median(map(_applied, quotes)):.0f}", f"{middle * 1000:.2f}", f"{max(costs) * 1000:.2f}",
        f"{1 / middle:,.0f}", f"{exact} of {CARTS}",
    )  # fmt: skip


def _applied(quote: Quote) -> int:
    return sum(tried.applied for tried in quote.tried)


def _cost(cart: Basket, book: Book) -> float:
    before = process_time()
    price(cart, book)
    return process_time() - before


def _cart(random: Random, lines: int) -> Basket:
    """Lines of up to five sellers, in the categories of the shop."""
    items = [
        item(
            number,
            random.randint(199, 9_999),
            random.randint(1, 4),
            random.randint(1, 5),
            categories=("all", f"c{random.randrange(_CATEGORIES)}"),
        )
        for number in range(1, lines + 1)
    ]
    cart = basket(*items, shipping=490, codes=frozenset({"CODE-3", "CODE-7"}), customer=GERMAN, zones=(GERMANY,))
    return replace(cart, customer=replace(GERMAN, groups=frozenset({"club"})))


def _rules(random: Random, narrow: bool) -> Sequence[Rule]:
    return [_narrow(random, number) if narrow else _wide(random, number) for number in range(RULES)]


def _wide(random: Random, number: int) -> Rule:
    return rule(number, _reward(random), stacking=Stacking(f"g{number % 10}"))


def _narrow(random: Random, number: int) -> Rule:
    """Of twenty rules one is for the whole shop, seven are for categories, four for sellers, eight for single goods."""
    kind = number % 20
    scope = Scope()
    if 1 <= kind <= 7:
        scope = Scope(categories=tuple({f"c{random.randrange(_CATEGORIES)}" for _ in range(3)}))
    elif 8 <= kind <= 11:
        scope = Scope(sellers=(uid(1000 + random.randint(1, 25)),))
    elif kind >= 12:
        scope = Scope(variants=tuple({uid(random.randint(1, 500)) for _ in range(5)}))
    more: dict[str, Any] = {"scope": scope, "code": f"CODE-{number}" if number % 5 == 3 else ""}
    if number % 7 == 0:
        more["audience"] = Audience(groups=(random.choice(["club", "trade"]),), countries=("DE", "AT"))
    if number % 4 == 0:
        more["min_order"] = Money(random.choice([2_000, 10_000, 40_000]), "EUR")
    group = random.choice(["", "campaign", "campaign", "seller", "coupon"])
    exclusive = Exclusive.LINES if number % 50 == 6 else Exclusive.NO
    return rule(number, _reward(random), stacking=Stacking(group, random.randint(0, 1), exclusive), **more)


def _reward(random: Random) -> Reward:
    share = random.randint(2, 30) * 100
    rewards: Sequence[Reward] = (
        Percent(share),
        Percent(share),
        Percent(share, eur(1_000)),
        FixedAmount(eur(random.randint(1, 20) * 100)),
        FreeShipping(),
        BuyGet(2, 1),
        Tiers((Step(3, 500), Step(6, 1_000))),
    )
    return random.choice(rewards)
