"""Coupons and campaigns: what the shop and its sellers promise, who used it, and what a cart would cost when."""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import (
    DELETE,
    GET,
    POST,
    PUT,
    Command,
    Conflict,
    Cursor,
    Done,
    Invalid,
    Limit,
    Line,
    Money,
    NotFound,
    Page,
    Quantity,
    Text,
    Time,
    TooMany,
)
from fastshop.contract.catalog import ImageUrl, Price
from fastshop.contract.pricing import Audience, Country, GroupName, Quote, Reward, Scope, Stacking

Code = Annotated[str, Meta(pattern="^[A-Z0-9][A-Z0-9_-]*$", min_length=3, max_length=40)]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$", max_length=3)]
# A code as somebody types it; what it cannot be is no coupon.
TypedCode = Annotated[str, Meta(min_length=1, max_length=40)]


class Terms(Struct, frozen=True, forbid_unknown_fields=True):
    """What a promotion gives, for which goods, to whom, and together with what. All amounts are in one currency.

    ``min_order`` is what the goods in scope must be worth before discounts.
    """

    reward: Reward
    scope: Scope = Scope()
    audience: Audience = Audience()
    stacking: Stacking = Stacking()
    min_order: Price | None = None


class Coupon(Struct, frozen=True):
    """A promotion with a code. An ``automatic`` one needs no entering; ``seller_id`` is whose it is, null for the shop.

    ``usage_count`` are the orders that have used it and were not cancelled.
    """

    id: UUID
    code: str
    name: str
    terms: Terms
    valid_from: Time | None
    valid_until: Time | None
    usage_limit: int | None
    per_customer_limit: int | None
    automatic: bool
    seller_id: UUID | None
    active: bool
    usage_count: int
    created_at: Time


class CouponUse(Struct, frozen=True):
    """An order that used a coupon. One that was cancelled has given the use back."""

    order_id: UUID
    user_id: UUID | None
    discount: Money
    used_at: Time
    given_back_at: Time | None


class CouponPerformance(Struct, frozen=True):
    """What came of a coupon: the uses that count, by how many customers, and what it took off in all, by currency."""

    coupon_id: UUID
    uses: int
    customers: int
    given_back: int
    discounts: tuple[Money, ...]
    first_use: Time | None
    last_use: Time | None


class GeneratedCodes(Struct, frozen=True):
    """Coupons that were made at once, each with its own code."""

    batch_id: UUID
    codes: tuple[str, ...]


class Campaign(Struct, frozen=True):
    """A promotion that applies by itself while it runs, with what a page shows of it."""

    id: UUID
    name: str
    description: str
    banner_url: str
    terms: Terms
    start_date: Time
    end_date: Time
    seller_id: UUID | None


class CreateCoupon(Command[Coupon], frozen=True, tag="coupons.create"):
    """Add a coupon: an admin one of the shop, a seller one for their own goods. Sent again it answers the same."""

    http: ClassVar = POST("/coupons")
    coupon_id: UUID
    code: Code
    name: Line
    terms: Terms
    valid_from: Time | None = None
    valid_until: Time | None = None
    usage_limit: Quantity | None = None
    per_customer_limit: Quantity | None = None
    automatic: bool = False


class EditCoupon(Command[Coupon], frozen=True, tag="coupons.edit"):
    """Replace what a coupon gives. Its code and its uses stay."""

    http: ClassVar = PUT("/coupons/{coupon_id}")
    coupon_id: UUID
    name: Line
    terms: Terms
    valid_from: Time | None = None
    valid_until: Time | None = None
    usage_limit: Quantity | None = None
    per_customer_limit: Quantity | None = None
    automatic: bool = False
    active: bool = True


class GenerateCoupons(Command[GeneratedCodes], frozen=True, tag="coupons.generate"):
    """Make many coupons that differ in their codes only; each may be used once. Sent again it answers the same."""

    http: ClassVar = POST("/coupons/generate")
    batch_id: UUID
    count: Annotated[int, Meta(ge=1, le=1000)]
    name: Line
    terms: Terms
    prefix: Annotated[str, Meta(pattern="^[A-Z0-9]*$", max_length=20)] = ""
    valid_from: Time | None = None
    valid_until: Time | None = None


class ListCoupons(Command[Page[Coupon]], frozen=True, tag="coupons.list"):
    """An admin's or manager's list of all coupons, a seller's of their own; the newest first."""

    http: ClassVar = GET("/coupons")
    cursor: Cursor = ""
    limit: Limit = 50


class ShowCoupon(Command[Coupon], frozen=True, tag="coupons.show"):
    """One coupon."""

    http: ClassVar = GET("/coupons/{coupon_id}")
    coupon_id: UUID


class DeactivateCoupon(Command[Coupon], frozen=True, tag="coupons.deactivate"):
    """Nobody can use the coupon from now on; orders that have used it keep what they got."""

    http: ClassVar = POST("/coupons/{coupon_id}/deactivate")
    coupon_id: UUID


class DeleteCoupon(Command[Done], frozen=True, tag="coupons.delete"):
    """Remove a coupon that no order has used."""

    http: ClassVar = DELETE("/coupons/{coupon_id}")
    coupon_id: UUID


class ListCouponUses(Command[Page[CouponUse]], frozen=True, tag="coupons.list_uses"):
    """The orders that used a coupon, the latest first."""

    http: ClassVar = GET("/coupons/{coupon_id}/usage")
    coupon_id: UUID
    cursor: Cursor = ""
    limit: Limit = 50


class ShowCouponPerformance(Command[CouponPerformance], frozen=True, tag="coupons.show_performance"):
    """What came of a coupon."""

    http: ClassVar = GET("/coupons/{coupon_id}/performance")
    coupon_id: UUID


class Wanted(Struct, frozen=True, forbid_unknown_fields=True):
    """So many units of a variant."""

    variant_id: UUID
    quantity: Quantity = 1


WantedLines = Annotated[tuple[Wanted, ...], Meta(min_length=1, max_length=100)]
Codes = Annotated[tuple[TypedCode, ...], Meta(max_length=10)]


class ValidateCoupon(Command[Quote], frozen=True, tag="coupons.validate"):
    """What a cart would cost with a code. Wrong, over and switched off are one answer: `CouponUnknown`."""

    http: ClassVar = POST("/coupons/validate")
    code: TypedCode
    lines: WantedLines
    currency: Currency
    country: Country | None = None


class FindBestCoupons(Command[Quote], frozen=True, tag="coupons.best"):
    """What a cart costs with all that applies by itself and with these codes: the best combination, and why."""

    http: ClassVar = POST("/coupons/best")
    lines: WantedLines
    currency: Currency
    codes: Codes = ()
    country: Country | None = None


class CreateCampaign(Command[Campaign], frozen=True, tag="campaigns.create"):
    """Add a campaign: an admin or manager one of the shop, a seller one for their own goods."""

    http: ClassVar = POST("/campaigns")
    campaign_id: UUID
    name: Line
    terms: Terms
    start_date: Time
    end_date: Time
    description: Text = ""
    banner_url: ImageUrl | None = None


class EditCampaign(Command[Campaign], frozen=True, tag="campaigns.edit"):
    """Replace a campaign."""

    http: ClassVar = PUT("/campaigns/{campaign_id}")
    campaign_id: UUID
    name: Line
    terms: Terms
    start_date: Time
    end_date: Time
    description: Text = ""
    banner_url: ImageUrl | None = None


class ListCampaigns(Command[Page[Campaign]], frozen=True, tag="campaigns.list"):
    """The campaigns that run now, those that end first at the top; none of a suspended seller."""

    http: ClassVar = GET("/campaigns")
    cursor: Cursor = ""
    limit: Limit = 50


class ListOwnCampaigns(Command[Page[Campaign]], frozen=True, tag="campaigns.list_own"):
    """A seller's campaigns, an admin's or manager's of all, also those to come and over; the latest to begin first."""

    http: ClassVar = GET("/seller/campaigns")
    cursor: Cursor = ""
    limit: Limit = 50


class ShowCampaign(Command[Campaign], frozen=True, tag="campaigns.show"):
    """One campaign that has begun; before that, only who may edit it sees it."""

    http: ClassVar = GET("/campaigns/{campaign_id}")
    campaign_id: UUID


class DeleteCampaign(Command[Done], frozen=True, tag="campaigns.delete"):
    """Remove a campaign."""

    http: ClassVar = DELETE("/campaigns/{campaign_id}")
    campaign_id: UUID


class SimulatePromotions(Command[Quote], frozen=True, tag="promotions.simulate"):
    """What a cart would cost at any moment, for anybody: with all that will hold then, and why.

    A seller sees of what has not begun only their own, and has no more tries with codes than anybody.
    """

    http: ClassVar = POST("/promotions/simulate")
    lines: WantedLines
    currency: Currency
    at: Time
    codes: Codes = ()
    groups: Annotated[tuple[GroupName, ...], Meta(max_length=50)] = ()
    country: Country | None = None
    newcomer: bool = False


@dataclass(eq=False)
class CouponNotFound(NotFound):
    """There is no such coupon, or it is not the caller's."""

    code: ClassVar[str] = "coupons.not_found"
    sentence: ClassVar[str] = "There is no such coupon."


@dataclass(eq=False)
class CouponUnknown(NotFound):
    """No coupon can be used under this code now: there is none, it is over, or it was switched off."""

    code: ClassVar[str] = "coupons.unknown"
    sentence: ClassVar[str] = "This code cannot be used."


@dataclass(eq=False)
class CouponCodeTaken(Conflict):
    """Another coupon has the code."""

    code: ClassVar[str] = "coupons.code_taken"
    sentence: ClassVar[str] = "The code “{coupon}” is taken."
    coupon: str
    field: str = "code"


@dataclass(eq=False)
class CouponInUse(Conflict):
    """Orders have used the coupon: it can be switched off, not removed."""

    code: ClassVar[str] = "coupons.in_use"
    sentence: ClassVar[str] = "The coupon has been used. Switch it off instead."


@dataclass(eq=False)
class CouponUsedUp(Conflict):
    """The last use has gone to somebody else; or ``by_you``, all that this customer has."""

    code: ClassVar[str] = "coupons.used_up"
    sentence: ClassVar[str] = "The coupon has been used as often as it may be."
    coupon_id: UUID
    by_you: bool


@dataclass(eq=False)
class TermsUnclear(Invalid):
    """The terms contradict themselves or reach further than who made them may."""

    code: ClassVar[str] = "promotions.unclear"
    sentence: ClassVar[str] = "{reason}"
    reason: str
    field: str = "terms"


@dataclass(eq=False)
class GroupUnknown(Invalid):
    """A promotion or price names a group of customers that there is not."""

    code: ClassVar[str] = "pricing.group_unknown"
    sentence: ClassVar[str] = "There is no customer group “{group}”."
    group: str


@dataclass(eq=False)
class TooManyCodes(TooMany):
    """Somebody tries codes. ``retry_after`` seconds later the next is welcome."""

    code: ClassVar[str] = "coupons.too_many_codes"
    sentence: ClassVar[str] = "Too many codes were tried. Try again in {retry_after} s."
    retry_after: int


@dataclass(eq=False)
class CampaignNotFound(NotFound):
    """There is no such campaign, or it is not the caller's to see."""

    code: ClassVar[str] = "campaigns.not_found"
    sentence: ClassVar[str] = "There is no such campaign."
