"""Prices that explain themselves: promotions as data, and the quote that comes of them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import Conflict, Invalid, Money, Quantity
from fastshop.contract.catalog import Price

BasisPoints = Annotated[int, Meta(ge=1, le=10_000, description="hundredths of a percent: 1250 is 12.5 %")]
GroupName = Annotated[str, Meta(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=50)]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$", max_length=2, description="ISO 3166-1, two letters")]
CategorySlug = Annotated[str, Meta(min_length=1, max_length=100)]


class Scope(Struct, frozen=True, forbid_unknown_fields=True):
    """The goods that a promotion is for: all of these at once; an empty one lets everything through.

    A category includes everything below it.
    """

    sellers: Annotated[tuple[UUID, ...], Meta(max_length=100)] = ()
    categories: Annotated[tuple[CategorySlug, ...], Meta(max_length=100)] = ()
    products: Annotated[tuple[UUID, ...], Meta(max_length=500)] = ()
    variants: Annotated[tuple[UUID, ...], Meta(max_length=500)] = ()


class Audience(Struct, frozen=True, forbid_unknown_fields=True):
    """The people that a promotion is for: all of these at once; an empty one lets everybody through.

    ``newcomers`` are customers without an order.
    """

    groups: Annotated[tuple[GroupName, ...], Meta(max_length=50)] = ()
    countries: Annotated[tuple[Country, ...], Meta(max_length=250)] = ()
    newcomers: bool = False


class Exclusive(StrEnum):
    """What a promotion keeps others away from."""

    NO = "no"
    LINES = "lines"  # the lines that it lowers
    ORDER = "order"  # the whole order; a seller's: everything of that seller


class Stacking(Struct, frozen=True, forbid_unknown_fields=True):
    """How promotions share a cart. Of one ``group`` at most one lowers a line; the higher ``priority`` comes first.

    What comes later takes its share of what is left.
    """

    group: Annotated[str, Meta(max_length=50)] = ""
    priority: Annotated[int, Meta(ge=-1000, le=1000)] = 0
    exclusive: Exclusive = Exclusive.NO


class Percent(Struct, frozen=True, forbid_unknown_fields=True, tag="percent"):
    """A share off, ``at_most`` so much."""

    share: BasisPoints
    at_most: Price | None = None


class FixedAmount(Struct, frozen=True, forbid_unknown_fields=True, tag="fixed"):
    """An amount off, spread over the lines by what they cost."""

    amount: Price


class FreeShipping(Struct, frozen=True, forbid_unknown_fields=True, tag="free_shipping"):
    """Nothing to pay for shipping, ``at_most`` so much off, for the sellers of the goods in scope."""

    at_most: Price | None = None


class BuyGet(Struct, frozen=True, forbid_unknown_fields=True, tag="buy_get"):
    """Of ``buy`` + ``get`` units, ``get`` are cheaper by ``share``.

    Those are the cheapest of the scope or, with ``same``, each line is counted by itself. With ``gets``,
    ``buy`` units of the scope make ``get`` units of those other goods cheaper.
    """

    buy: Quantity
    get: Quantity
    share: BasisPoints = 10_000
    same: bool = False
    gets: Scope | None = None


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """From so many units on, this share off."""

    quantity: Quantity
    share: BasisPoints


class Tiers(Struct, frozen=True, forbid_unknown_fields=True, tag="tiers"):
    """The more units of the scope, the larger the share off."""

    steps: Annotated[tuple[Step, ...], Meta(min_length=1, max_length=20)]


Reward = Percent | FixedAmount | FreeShipping | BuyGet | Tiers


class Tried(Struct, frozen=True):
    """What became of a promotion. ``code`` is stable (``applied`` when it was), ``sentence`` is for people."""

    rule_id: UUID
    name: str
    applied: bool
    code: str
    sentence: str
    facts: dict[str, Any]
    saved: Money | None = None


class Unlock(Struct, frozen=True):
    """What would make it cheaper: ``missing`` more in goods, ``missing_units`` more of them, or to sign in."""

    code: str
    sentence: str
    rule_id: UUID | None = None
    line_id: UUID | None = None
    missing: Money | None = None
    missing_units: int = 0


class Discount(Struct, frozen=True):
    """What a promotion took off. ``paid_by`` is the seller whose promotion it is; null for the shop's own."""

    rule_id: UUID
    amount: Money
    paid_by: UUID | None


class Tax(Struct, frozen=True):
    """A tax in an amount. ``rate`` is in millionths: 190000 is 19 %."""

    name: str
    rate: int
    amount: Money


class NoTax(Struct, frozen=True):
    """Why no tax is charged on something that is sold; an invoice prints the ``reason``.

    ``exemption_id`` is the customer's exemption; null where the seller charges no tax from anybody.
    """

    reason: str
    exemption_id: UUID | None = None


class PricedLine(Struct, frozen=True):
    """What a line costs. ``before`` is the unit price times the quantity, ``after`` is what the discounts leave.

    ``net`` and ``gross`` are that without and with taxes. ``price_code`` says where the unit price comes from.
    ``shop_discount`` is what the shop bears of the discounts, without taxes, in minor units: they are its own.
    ``untaxed`` says why there is no tax, where somebody is exempt.
    """

    line_id: UUID
    variant_id: UUID
    seller_id: UUID
    quantity: int
    list_price: Money
    unit_price: Money
    price_code: str
    before: Money
    discounts: tuple[Discount, ...]
    after: Money
    taxes: tuple[Tax, ...]
    net: Money
    gross: Money
    tried: tuple[Tried, ...]
    shop_discount: int = 0
    untaxed: NoTax | None = None


class PricedShipping(Struct, frozen=True):
    """What shipping from a seller costs; the fields are those of a line."""

    seller_id: UUID
    before: Money
    discounts: tuple[Discount, ...]
    after: Money
    taxes: tuple[Tax, ...]
    net: Money
    gross: Money
    shop_discount: int = 0
    untaxed: NoTax | None = None


class QuoteTotals(Struct, frozen=True):
    """Sums: goods and shipping before discounts, all discounts, all taxes, and what is to be paid."""

    goods: Money
    shipping: Money
    discount: Money
    net: Money
    tax: Money
    gross: Money


class SellerTotals(Struct, frozen=True):
    """What the goods of one seller and their shipping cost."""

    seller_id: UUID
    totals: QuoteTotals


class Quote(Struct, frozen=True):
    """What a cart costs at a moment, and why.

    ``best`` is false when there were too many combinations to look at all of them: then it is the best that was found.
    ``zone`` is the tax zone, empty for none; ``taxes_included`` says whether prices contain the taxes.
    """

    currency: str
    zone: str
    taxes_included: bool
    lines: tuple[PricedLine, ...]
    shipping: tuple[PricedShipping, ...]
    sellers: tuple[SellerTotals, ...]
    totals: QuoteTotals
    tried: tuple[Tried, ...]
    unlocks: tuple[Unlock, ...]
    best: bool


@dataclass(eq=False)
class NoPrice(Conflict):
    """A variant is not for sale in the currency that was asked for."""

    code: ClassVar[str] = "pricing.no_price"
    sentence: ClassVar[str] = "There is no price in {currency} for something in the cart."
    variant_id: UUID
    currency: str


@dataclass(eq=False)
class CartTooLarge(Invalid):
    """The sum is more than can be charged."""

    code: ClassVar[str] = "pricing.too_large"
    sentence: ClassVar[str] = "The cart is worth more than can be charged."
