"""When the terms of a promotion are clear, and what they are for the engine."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from fastshop.contract.base import Money
from fastshop.contract.prices import PricePoint
from fastshop.contract.pricing import BuyGet, FixedAmount, FreeShipping, Percent, Tiers
from fastshop.contract.promotions import Campaign, Coupon, Terms, TermsUnclear
from server.domains.pricing.engine.words import Rule, Window

# ISO 4217 currencies with three decimals, which NUMERIC(15,2) cannot hold.
_TOO_FINE = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_LOOK_BACK = timedelta(days=30)


def clear_terms(terms: Terms, starts: datetime | None, ends: datetime | None, seller_id: UUID | None) -> Terms:
    """The terms as they are kept: a seller's are for their own goods only. Refused: `TermsUnclear`."""
    check_amounts(_amounts(terms), starts, ends)
    if isinstance(terms.reward, Tiers):
        steps = [step.quantity for step in terms.reward.steps]
        if sorted(set(steps)) != steps:
            raise TermsUnclear("The steps must go up.")
    return terms if seller_id is None else _narrowed(terms, seller_id)


def check_amounts(amounts: Iterable[Money], starts: datetime | None, ends: datetime | None) -> None:
    """Refuse a window that is none and amounts that cannot be kept or do not go together: `TermsUnclear`."""
    check_window(starts, ends)
    currencies = {money.currency for money in amounts}
    if len(currencies) > 1:
        raise TermsUnclear("All amounts of a promotion are in one currency.")
    if currencies & _TOO_FINE:
        raise TermsUnclear("Amounts in currencies with three decimals cannot be kept.")


def check_window(starts: datetime | None, ends: datetime | None, field: str = "terms") -> None:
    """Refuse a window that is none: `TermsUnclear`."""
    if starts is not None and ends is not None and ends <= starts:
        raise TermsUnclear("It ends before it begins.", field)


def kind_and_value(terms: Terms) -> tuple[str, int | Money | None, Money | None]:
    """What the columns of a coupon say: its type, its value (basis points or an amount), its largest discount."""
    match terms.reward:
        case Percent(share=share, at_most=cap):
            return "percentage", share, cap
        case FixedAmount(amount=amount):
            return "fixed", amount, None
        case FreeShipping(at_most=cap):
            return "free_shipping", None, cap
        case BuyGet(share=share):
            return "buy_x_get_y", share, None
        case _:
            return "tiers", None, None


def rule_of(promotion: Coupon | Campaign) -> Rule:
    """A promotion as the engine takes it."""
    terms = promotion.terms
    if isinstance(promotion, Coupon):
        window = Window(promotion.valid_from, promotion.valid_until)
    else:
        window = Window(promotion.start_date, promotion.end_date)
    return Rule(
        id=promotion.id,
        name=promotion.name,
        reward=terms.reward,
        code=promotion.code if isinstance(promotion, Coupon) else "",
        automatic=isinstance(promotion, Campaign) or promotion.automatic,
        counts_customers=isinstance(promotion, Coupon) and promotion.per_customer_limit is not None,
        scope=terms.scope,
        audience=terms.audience,
        window=window,
        min_order=terms.min_order,
        stacking=terms.stacking,
        seller_id=promotion.seller_id,
    )


def lowest_before(points: list[PricePoint], now: datetime) -> Money:
    """The lowest price of the 30 days before the present one came to hold, where that was a reduction; else of now.

    The points are the latest first, at least one.
    """
    present = points[0]
    reduced = len(points) > 1 and present.price.amount < points[1].price.amount
    until = present.since if reduced else now
    past = points[1:] if reduced else points
    within = [point.price for point in past if point.since > until - _LOOK_BACK]
    before = next((point.price for point in past if point.since <= until - _LOOK_BACK), None)
    return min([*within, before] if before else within, key=lambda price: price.amount)


def _narrowed(terms: Terms, seller_id: UUID) -> Terms:
    reward, scope = terms.reward, replace(terms.scope, sellers=(seller_id,))
    if isinstance(reward, BuyGet) and reward.gets is not None:
        reward = replace(reward, gets=replace(reward.gets, sellers=(seller_id,)))
    return replace(terms, reward=reward, scope=scope)


def _amounts(terms: Terms) -> Iterable[Money]:
    reward = terms.reward
    named = (terms.min_order, getattr(reward, "at_most", None), getattr(reward, "amount", None))
    return [money for money in named if money is not None]
