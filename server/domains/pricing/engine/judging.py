"""Which rules a cart meets, each by itself: what it would lower and how, or why not.

Nothing here depends on other rules: minimum orders and numbers of units look at the cart before discounts.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from fastshop.contract.base import Money
from fastshop.contract.pricing import (
    BuyGet,
    Exclusive,
    FixedAmount,
    FreeShipping,
    Percent,
    Tiers,
)
from server.domains.pricing.engine.book import Entry, Keys
from server.domains.pricing.engine.cart import Cart, bits
from server.domains.pricing.engine.rounding import half_up, spread
from server.domains.pricing.engine.words import Rule

_WHOLE = 10_000


class Refused(Struct, frozen=True, gc=False):
    """A rule that the cart does not meet; ``in_scope`` are the lines that it is for."""

    rule: Rule
    in_scope: int
    code: str
    facts: dict[str, Any]


# What is taken off a slot: this share of what is left (numerator, denominator), at most so much. There are many, and a
# tuple is quick.
Cut = tuple[int, int, int]


class Candidate(Struct, frozen=True, gc=False):
    """A rule that the cart meets. It lowers the slots in ``cuts``; when exclusive, it keeps others away from ``claim``.

    ``saves`` is what it takes off when it is alone, ``in_scope`` are the lines that it is for.
    """

    rule: Rule
    group: str
    slots: int
    in_scope: int
    claim: int
    cuts: Mapping[int, Cut]
    saves: int

    def cut(self, slot: int, left: int) -> int:
        """What it takes off a slot of which so much is left: never more than that, and of less it leaves less."""
        numerator, denominator, at_most = self.cuts[slot]
        return min((2 * left * numerator + denominator) // (2 * denominator), at_most)


def judge(entry: Entry, cart: Cart) -> Candidate | Refused:
    """Whether the cart meets a rule."""
    rule, lines = entry.rule, cart.matching(entry.keys)
    if not lines:  # first, for of most rules that is all there is to say
        return Refused(rule, lines, "out_of_scope", {})
    refusal = _refusal(entry, cart, lines)
    if refusal is not None:
        return Refused(rule, lines, *refusal)
    match rule.reward:
        case Percent(share=share, at_most=cap):
            return _share_off(rule, cart, lines, lines & cart.lowerable, share, cap)
        case FixedAmount(amount=amount):
            return _amount_off(rule, cart, lines, amount.amount)
        case FreeShipping(at_most=cap):
            return _share_off(rule, cart, lines, cart.shipping_of(lines), _WHOLE, cap)
        case BuyGet() as reward:
            return _units_off(entry, cart, lines, reward)
        case reward:
            return _tier_off(rule, cart, lines, reward)


def units_in(cart: Cart, lines: int) -> int:
    """How many units there are on some lines."""
    return sum(cart.items[slot].quantity for slot in bits(lines))


def _refusal(entry: Entry, cart: Cart, lines: int) -> tuple[str, dict[str, Any]] | None:
    rule, basket, window = entry.rule, cart.basket, entry.rule.window
    if window.starts is not None and basket.at < window.starts:
        return "not_begun", {"starts": window.starts}
    if window.ends is not None and window.ends <= basket.at:
        return "over", {"ends": window.ends}
    if rule.code and not rule.automatic and rule.code not in basket.codes:
        return "code_needed", {}
    # Most carts have none, and the hash of an id is slow.
    used = basket.used.get(rule.id) if basket.used else None
    if used is not None:
        return ("used_up_by_you" if used.by_you else "used_up"), {}
    return _wrong_customer(rule, cart) or _wrong_goods(entry, cart, lines)


def _wrong_customer(rule: Rule, cart: Cart) -> tuple[str, dict[str, Any]] | None:
    audience, customer = rule.audience, cart.basket.customer
    if rule.counts_customers and customer.guest:
        return "account_needed", {}
    if audience.groups and customer.groups.isdisjoint(audience.groups):
        return "other_group", {}
    if audience.countries and customer.country not in audience.countries:
        return "other_country", {"country": customer.country}
    if audience.newcomers and not customer.newcomer:
        return "newcomers_only", {}
    return None


def _wrong_goods(entry: Entry, cart: Cart, lines: int) -> tuple[str, dict[str, Any]] | None:
    rule = entry.rule
    if entry.currency and entry.currency != cart.basket.currency:
        return "other_currency", {"currency": entry.currency}
    if rule.min_order is not None:
        worth = _worth(cart, lines)
        if worth < rule.min_order.amount:
            missing = Money(rule.min_order.amount - worth, rule.min_order.currency)
            return "below_minimum", {"minimum": rule.min_order, "missing": missing}
    return None


def _share_off(
    rule: Rule, cart: Cart, lines: int, slots: int, share: int, at_most: Money | None
) -> Candidate | Refused:
    named = bits(slots)
    limits = [cart.amounts[slot] for slot in named]
    if at_most is not None:
        limits = [half_up(amount * share, _WHOLE) for amount in limits]
        limits = spread(min(at_most.amount, sum(limits)), limits)
    cuts = {slot: (share, _WHOLE, limit) for slot, limit in zip(named, limits, strict=True)}
    return _candidate(rule, cart, lines, slots, cuts)


def _amount_off(rule: Rule, cart: Cart, lines: int, amount: int) -> Candidate | Refused:
    slots = lines & cart.lowerable
    named = bits(slots)
    worth = [cart.amounts[slot] for slot in named]
    shares = spread(min(amount, sum(worth)), worth)
    cuts = {slot: (1, 1, share) for slot, share in zip(named, shares, strict=True)}
    return _candidate(rule, cart, lines, slots, cuts)


def _tier_off(rule: Rule, cart: Cart, lines: int, reward: Tiers) -> Candidate | Refused:
    units = units_in(cart, lines)
    reached = [step for step in reward.steps if step.quantity <= units]
    if not reached:
        first = min(step.quantity for step in reward.steps)
        return Refused(rule, lines, "too_few", {"missing_units": first - units})
    share = max(step.share for step in reached)
    return _share_off(rule, cart, lines, lines & cart.lowerable, share, None)


def _units_off(entry: Entry, cart: Cart, lines: int, reward: BuyGet) -> Candidate | Refused:
    rule, cheaper = entry.rule, _cheaper_units(cart, lines, entry.gets, reward)
    if isinstance(cheaper, int):
        return Refused(rule, lines, "too_few", {"missing_units": cheaper})
    cuts = {
        slot: (units * reward.share, cart.items[slot].quantity * _WHOLE, cart.amounts[slot])
        for slot, units in cheaper.items()
    }
    return _candidate(rule, cart, lines, sum(1 << slot for slot in cuts), cuts)


def _cheaper_units(cart: Cart, lines: int, gets: Keys, reward: BuyGet) -> dict[int, int] | int:
    """How many units of which line become cheaper; or how many more units it takes until one does."""
    pack = reward.buy + reward.get
    open_lines = lines & cart.lowerable
    if reward.gets is not None:
        theirs = cart.matching(gets) & cart.lowerable
        bought = units_in(cart, lines & ~theirs)
        sets = bought // reward.buy
        if not sets:
            return reward.buy - bought
        return _cheapest(cart, theirs, sets * reward.get) or reward.get
    if reward.same:
        by_line = {slot: cart.items[slot].quantity for slot in bits(open_lines)}
        cheaper = {slot: count // pack * reward.get for slot, count in by_line.items() if count >= pack}
        return cheaper or pack - max(by_line.values(), default=0)
    units = units_in(cart, open_lines)
    return _cheapest(cart, open_lines, units // pack * reward.get) if units >= pack else pack - units


def _cheapest(cart: Cart, lines: int, count: int) -> dict[int, int]:
    chosen: dict[int, int] = {}
    for slot in sorted(bits(lines), key=lambda slot: cart.units[slot].amount):
        taken = min(count, cart.items[slot].quantity)
        if taken:
            chosen[slot] = taken
        count -= taken
    return chosen


def _worth(cart: Cart, slots: int) -> int:
    return sum(cart.amounts[slot] for slot in bits(slots))


def _candidate(rule: Rule, cart: Cart, lines: int, slots: int, cuts: Mapping[int, Cut]) -> Candidate | Refused:
    saves, amounts = 0, cart.amounts
    for slot, (numerator, denominator, at_most) in cuts.items():
        saves += min((2 * amounts[slot] * numerator + denominator) // (2 * denominator), at_most)
    if not saves:
        return Refused(rule, lines, _why_nothing(rule, cart, lines), {})
    return Candidate(rule, rule.stacking.group, slots, lines, _claim(rule, cart, slots), cuts, saves)


def _claim(rule: Rule, cart: Cart, slots: int) -> int:
    match rule.stacking.exclusive:
        case Exclusive.NO:
            return 0
        case Exclusive.LINES:
            return slots
        case _:
            everything = (1 << len(cart.amounts)) - 1
            return everything if rule.seller_id is None else cart.everything_of(slots)


def _why_nothing(rule: Rule, cart: Cart, lines: int) -> str:
    if isinstance(rule.reward, FreeShipping):
        return "no_shipping"
    return "nothing_left" if lines & cart.lowerable else "flash_price"
