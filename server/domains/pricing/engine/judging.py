"""Which rules a cart meets, each by itself: what it would lower and how, or why not.

Nothing here depends on other rules: minimum orders and numbers of units look at the cart before discounts.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from fastshop.contract.base import Money
from fastshop.contract.pricing import (
    Audience,
    BuyGet,
    Exclusive,
    FixedAmount,
    FreeShipping,
    Percent,
    Tiers,
)
from server.domains.pricing.engine.cart import Cart, bits
from server.domains.pricing.engine.rounding import half_up, spread
from server.domains.pricing.engine.words import Rule

_WHOLE = 10_000


class Refused(NamedTuple):
    """A rule that the cart does not meet; ``in_scope`` are the lines that it is for."""

    rule: Rule
    in_scope: int
    code: str
    facts: dict[str, Any]


class Candidate(NamedTuple):
    """A rule that the cart meets. It lowers ``slots``; when exclusive, it keeps others away from ``claim``.

    ``cuts`` says how: given what is left on some of its slots, what it takes off each. The less is left, the less it
    takes off in all. ``rates`` is set where it never takes more off a slot than this share of what is left there, but
    for rounding. ``saves`` is what it takes off alone, ``in_scope`` the lines that it looked at.
    """

    rule: Rule
    slots: int
    in_scope: int
    claim: int
    cuts: Callable[[Sequence[int], Sequence[int]], Sequence[int]]
    rates: Mapping[int, float] | None
    saves: int


def judge(rule: Rule, cart: Cart) -> Candidate | Refused:
    """Whether the cart meets a rule."""
    lines = cart.matching(rule.scope)
    refusal = _refusal(rule, cart, lines)
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
            return _units_off(rule, cart, lines, reward)
        case reward:
            return _tier_off(rule, cart, lines, reward)


def units_in(cart: Cart, lines: int) -> int:
    """How many units there are on some lines."""
    return sum(cart.items[slot].quantity for slot in bits(lines))


def currency_of(rule: Rule) -> str:
    """The currency that a rule speaks of; empty when it speaks of none."""
    named = rule.min_order or getattr(rule.reward, "at_most", None) or getattr(rule.reward, "amount", None)
    return named.currency if named else ""


def _refusal(rule: Rule, cart: Cart, lines: int) -> tuple[str, dict[str, Any]] | None:
    basket, window = cart.basket, rule.window
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
    return _wrong_customer(rule.audience, cart) or _wrong_goods(rule, cart, lines)


def _wrong_customer(audience: Audience, cart: Cart) -> tuple[str, dict[str, Any]] | None:
    customer = cart.basket.customer
    if audience.groups and customer.groups.isdisjoint(audience.groups):
        return "other_group", {}
    if audience.countries and customer.country not in audience.countries:
        return "other_country", {"country": customer.country}
    if audience.newcomers and not customer.newcomer:
        return "newcomers_only", {}
    return None


def _wrong_goods(rule: Rule, cart: Cart, lines: int) -> tuple[str, dict[str, Any]] | None:
    currency = currency_of(rule)
    if currency and currency != cart.basket.currency:
        return "other_currency", {"currency": currency}
    if not lines:
        return "out_of_scope", {}
    if rule.min_order is not None:
        worth = _worth(cart, lines)
        if worth < rule.min_order.amount:
            missing = Money(rule.min_order.amount - worth, rule.min_order.currency)
            return "below_minimum", {"minimum": rule.min_order, "missing": missing}
    return None


def _share_off(
    rule: Rule, cart: Cart, lines: int, slots: int, share: int, at_most: Money | None
) -> Candidate | Refused:
    def most(whole: int) -> int:
        return half_up(whole * share, _WHOLE)

    slots = _worth_something(cart, slots)
    whole = most(_worth(cart, slots))
    if at_most is None or whole <= at_most.amount:
        rates = dict.fromkeys(bits(slots), share / _WHOLE)
        return _candidate(rule, cart, lines, slots, lambda _, left: spread(most(sum(left)), left), rates, whole)
    cap = at_most.amount
    return _candidate(rule, cart, lines, slots, lambda _, left: spread(min(most(sum(left)), cap), left), None, cap)


def _amount_off(rule: Rule, cart: Cart, lines: int, amount: int) -> Candidate | Refused:
    slots = _worth_something(cart, lines & cart.lowerable)
    saves = min(amount, _worth(cart, slots))
    return _candidate(rule, cart, lines, slots, lambda _, left: spread(min(amount, sum(left)), left), None, saves)


def _tier_off(rule: Rule, cart: Cart, lines: int, reward: Tiers) -> Candidate | Refused:
    units = units_in(cart, lines)
    reached = [step for step in reward.steps if step.quantity <= units]
    if not reached:
        first = min(step.quantity for step in reward.steps)
        return Refused(rule, lines, "too_few", {"missing_units": first - units})
    share = max(step.share for step in reached)
    return _share_off(rule, cart, lines, lines & cart.lowerable, share, None)


def _units_off(rule: Rule, cart: Cart, lines: int, reward: BuyGet) -> Candidate | Refused:
    cheaper = _cheaper_units(cart, lines, reward)
    if isinstance(cheaper, int):
        return Refused(rule, lines, "too_few", {"missing_units": cheaper})
    shares = {slot: (units * reward.share, cart.items[slot].quantity * _WHOLE) for slot, units in cheaper.items()}

    def cuts(slots: Sequence[int], left: Sequence[int]) -> Sequence[int]:
        return [half_up(amount * shares[slot][0], shares[slot][1]) for slot, amount in zip(slots, left, strict=True)]

    slots = _worth_something(cart, sum(1 << slot for slot in shares))
    named = bits(slots)
    rates = {slot: shares[slot][0] / shares[slot][1] for slot in named}
    saves = sum(cuts(named, [cart.amounts[slot] for slot in named]))
    return _candidate(rule, cart, lines, slots, cuts, rates, saves)


def _cheaper_units(cart: Cart, lines: int, reward: BuyGet) -> dict[int, int] | int:
    """How many units of which line become cheaper; or how many more units it takes until one does."""
    pack = reward.buy + reward.get
    open_lines = lines & cart.lowerable
    if reward.gets is not None:
        theirs = cart.matching(reward.gets) & cart.lowerable
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


def _worth_something(cart: Cart, slots: int) -> int:
    return sum(1 << slot for slot in bits(slots) if cart.amounts[slot])


def _candidate(
    rule: Rule,
    cart: Cart,
    lines: int,
    slots: int,
    cuts: Callable[[Sequence[int], Sequence[int]], Sequence[int]],
    rates: Mapping[int, float] | None,
    saves: int,
) -> Candidate | Refused:
    if not saves:
        return Refused(rule, lines, _why_nothing(rule, cart, lines), {})
    return Candidate(rule, slots, lines, _claim(rule, cart, slots), cuts, rates, saves)


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
