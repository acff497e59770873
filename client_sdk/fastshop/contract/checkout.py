"""The checkout: from a cart to an order that is paid, in four steps: begin, address, shipping, complete.

While it lasts its units are reserved, and its price is worked out anew at each step; what is paid is what was shown.
Whoever knows the id of a guest's checkout has it, so its program makes it at random; a person's is theirs alone.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.accounts import Email
from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import (
    DELETE,
    GET,
    POST,
    PUT,
    Channel,
    ChannelKind,
    Command,
    Conflict,
    Done,
    Event,
    Invalid,
    Money,
    NotFound,
    Time,
)
from fastshop.contract.carts import GuestCart
from fastshop.contract.catalog import Price
from fastshop.contract.payments import KeepMethod, Payment, PaysWith
from fastshop.contract.pricing import Country, Quote
from fastshop.contract.promotions import Currency, TypedCode

ShippingCode = Annotated[str, Meta(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=50)]


class CheckoutStatus(StrEnum):
    """Where a checkout stands.

    ``PAYING``: a payment has no outcome yet. ``EXPIRED``: its units went back; money that came nevertheless for units
    that are gone goes back too. ``REPLACED``: another was begun from the same cart.
    """

    OPEN = "open"
    PAYING = "paying"
    COMPLETED = "completed"
    EXPIRED = "expired"
    REPLACED = "replaced"


class CheckoutLine(Struct, frozen=True):
    """Goods that are being bought; what they cost says the quote, whose ``line_id`` is the ``variant_id``."""

    variant_id: UUID
    product_id: UUID
    seller_id: UUID
    title: str
    image_url: str
    sku: str
    options: dict[str, str]
    quantity: int


class ShippingPart(Struct, frozen=True):
    """What a seller asks for sending their goods."""

    seller_id: UUID
    price: Money


class ShippingOption(Struct, frozen=True):
    """A way of sending everything. ``price`` is for all sellers together, before discounts and taxes are looked at.

    It arrives in ``days_least`` to ``days_most`` days.
    """

    code: str
    name: str
    price: Money
    days_least: int
    days_most: int
    parts: tuple[ShippingPart, ...]


class Checkout(Struct, frozen=True):
    """A checkout as its owner sees it. ``total`` is what is to be paid.

    ``options`` are the ways of sending it, ``shipping`` the one that was chosen. ``failure`` is why the last payment
    failed; ``refunded`` says that money which came too late goes back. A guest's order is shown by ``order_key``.
    """

    id: UUID
    cart_id: UUID
    status: CheckoutStatus
    lines: tuple[CheckoutLine, ...]
    codes: tuple[str, ...]
    email: str
    address: PostalAddress | None
    options: tuple[ShippingOption, ...]
    shipping: str
    quote: Quote
    total: Money
    expires_at: Time
    payment_id: UUID | None = None
    failure: str = ""
    refunded: bool = False
    order_id: UUID | None = None
    order_key: UUID | None = None


class CheckoutOutcome(Struct, frozen=True):
    """A checkout and its payment. While that ``needs_action`` the customer confirms it at its ``action_url``."""

    checkout: Checkout
    payment: Payment


class CartTotals(Struct, frozen=True):
    """What a cart costs with its codes, and why; ``quote`` is null for an empty one."""

    cart_id: UUID
    codes: tuple[str, ...]
    quote: Quote | None


class ShippingRate(Struct, frozen=True):
    """What a way of sending costs, from one seller; ``seller_id`` null: from all who have none of their own."""

    seller_id: UUID | None
    code: str
    name: str
    price: Money
    days_least: int
    days_most: int


class BeginCheckout(Command[Checkout], frozen=True, tag="checkout.begin"):
    """Begin a checkout of all that is in the cart, and reserve it. One that is open from the same cart is replaced.

    ``currency`` is what is to be paid in; none: that of the goods.
    """

    http: ClassVar = POST("/checkout")
    checkout_id: UUID
    cart_id: GuestCart = None
    currency: Currency | None = None


class ShowCheckout(Command[Checkout], frozen=True, tag="checkout.show"):
    """A checkout as it stands."""

    http: ClassVar = GET("/checkout/{checkout_id}")
    checkout_id: UUID


class SetCheckoutAddress(Command[Checkout], frozen=True, tag="checkout.set_address"):
    """Say where it goes: an address, or one of the caller's book. A guest also says the e-mail that the shop writes to.

    The address is copied: what is changed in the book later changes nothing here.
    """

    http: ClassVar = PUT("/checkout/{checkout_id}/address")
    checkout_id: UUID
    address: PostalAddress | None = None
    address_id: UUID | None = None
    email: Email | None = None


class SetCheckoutShipping(Command[Checkout], frozen=True, tag="checkout.set_shipping"):
    """Choose one of the checkout's ``options`` by its code."""

    http: ClassVar = PUT("/checkout/{checkout_id}/shipping")
    checkout_id: UUID
    option: ShippingCode


class CompleteCheckout(Command[CheckoutOutcome], frozen=True, tag="checkout.complete"):
    """Pay, and have it ordered as soon as the money came. ``total`` is the sum that the customer was shown.

    Sent again with the same ``payment_id`` it pays once. To pay with a gateway's own page elements call
    `payments.create_intent` for `checkout:<id>`.
    """

    http: ClassVar = POST("/checkout/{checkout_id}/complete")
    checkout_id: UUID
    payment_id: UUID
    payment_method: PaysWith
    total: Money
    keep_method: KeepMethod = False


class CancelCheckout(Command[Checkout], frozen=True, tag="checkout.cancel"):
    """Leave a checkout: its units go back at once. Not while it is being paid."""

    http: ClassVar = DELETE("/checkout/{checkout_id}")
    checkout_id: UUID


class ShowCartTotals(Command[CartTotals], frozen=True, tag="carts.totals"):
    """What the cart costs with its codes, promotions and taxes, and what would make it cheaper."""

    http: ClassVar = GET("/cart/totals")
    cart_id: GuestCart = None
    currency: Currency | None = None
    country: Country | None = None


class EnterCoupon(Command[CartTotals], frozen=True, tag="carts.enter_coupon"):
    """Enter a code for the cart and its checkout. Whether it lowers anything, and why not, says the quote."""

    http: ClassVar = POST("/cart/coupon")
    code: TypedCode
    cart_id: GuestCart = None


class RemoveCoupon(Command[CartTotals], frozen=True, tag="carts.remove_coupon"):
    """Take a code out again. One that was not entered is out already."""

    http: ClassVar = DELETE("/cart/coupon/{code}")
    code: TypedCode
    cart_id: GuestCart = None


class ListShippingRates(Command[tuple[ShippingRate, ...]], frozen=True, tag="shipping.list_rates"):
    """The flat rates of the caller's shop and those that hold for all."""

    http: ClassVar = GET("/shipping-rates")


class SetShippingRate(Command[ShippingRate], frozen=True, tag="shipping.set_rate"):
    """Set a flat rate: a seller's own, an admin's for all sellers who set none."""

    http: ClassVar = PUT("/shipping-rates/{code}")
    code: ShippingCode
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    price: Price
    days_least: Annotated[int, Meta(ge=0, le=365)]
    days_most: Annotated[int, Meta(ge=0, le=365)]


class RemoveShippingRate(Command[Done], frozen=True, tag="shipping.remove_rate"):
    """Remove a flat rate: a seller's own, an admin's for all."""

    http: ClassVar = DELETE("/shipping-rates/{code}/{currency}")
    code: ShippingCode
    currency: Currency


class CheckoutState(Event, frozen=True, tag="checkout.state"):
    """The checkout as it is now."""

    checkout: Checkout


CHECKOUT = Channel(
    "checkout:{checkout_id}",
    ChannelKind.STATE,
    "One checkout, live. A person's only they may watch; a guest's whoever knows its id.",
    CheckoutState,
    (CheckoutState,),
)


@dataclass(eq=False)
class CheckoutNotFound(NotFound):
    """There is no such checkout, or it is somebody else's."""

    code: ClassVar[str] = "checkout.not_found"
    sentence: ClassVar[str] = "There is no such checkout."


@dataclass(eq=False)
class CheckoutOver(Conflict):
    """The checkout is over: its time ran out, it was replaced or completed. ``state`` says which."""

    code: ClassVar[str] = "checkout.over"
    sentence: ClassVar[str] = "This checkout is {state}. Begin another."
    state: str


@dataclass(eq=False)
class CheckoutPaying(Conflict):
    """A payment of this checkout has no outcome yet. Until then nothing about it changes."""

    code: ClassVar[str] = "checkout.paying"
    sentence: ClassVar[str] = "A payment is under way. Wait for its outcome."
    temporary: ClassVar[bool] = True
    payment_id: UUID


@dataclass(eq=False)
class NotEnoughUnits(Conflict):
    """Fewer units are left than are in the cart: ``left`` of this variant."""

    code: ClassVar[str] = "checkout.not_enough"
    sentence: ClassVar[str] = "Of {goods} only {left} are left."
    variant_id: UUID
    goods: str
    left: int


@dataclass(eq=False)
class GoodsGone(Conflict):
    """Something in the cart is not sold any more. Take it out first."""

    code: ClassVar[str] = "checkout.goods_gone"
    sentence: ClassVar[str] = "Something in the cart is not sold any more. Take it out first."
    variant_id: UUID


@dataclass(eq=False)
class StepMissing(Conflict):
    """Something must be said before it can be paid: ``address``, ``shipping``."""

    code: ClassVar[str] = "checkout.step_missing"
    sentence: ClassVar[str] = "First choose: {step}."
    step: str


@dataclass(eq=False)
class EmailNeeded(Invalid):
    """A guest says an e-mail, to which the shop writes about the order."""

    code: ClassVar[str] = "checkout.email_needed"
    sentence: ClassVar[str] = "Say an e-mail address for the order, or sign in."
    field: str = "email"


@dataclass(eq=False)
class AddressMissing(Invalid):
    """Either an address is said or one of the book is named."""

    code: ClassVar[str] = "checkout.address_missing"
    sentence: ClassVar[str] = "Say an address, or which one of your book."
    field: str = "address"


@dataclass(eq=False)
class ShippingUnknown(NotFound):
    """There is no such way of sending this."""

    code: ClassVar[str] = "checkout.shipping_unknown"
    sentence: ClassVar[str] = "This cannot be sent in that way."
    field: str = "option"


@dataclass(eq=False)
class PriceChanged(Conflict):
    """What is to be paid is not what the customer was shown: it is ``total`` now. Nothing was charged."""

    code: ClassVar[str] = "checkout.price_changed"
    sentence: ClassVar[str] = "The price has changed. Look at the new total before you pay."
    total: Money


@dataclass(eq=False)
class AccountNeeded(Conflict):
    """A coupon that each customer may use so often only cannot be used by a guest."""

    code: ClassVar[str] = "checkout.account_needed"
    sentence: ClassVar[str] = "A coupon of this order is for people with an account: sign in, or take it out."


@dataclass(eq=False)
class DaysUnclear(Invalid):
    """The latest day is before the earliest."""

    code: ClassVar[str] = "shipping.days_unclear"
    sentence: ClassVar[str] = "It cannot arrive at the latest before it arrives at the earliest."
    field: str = "days_most"
