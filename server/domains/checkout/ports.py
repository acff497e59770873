"""What a checkout needs from the rest of the shop."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from fastshop.contract.addresses import Address, PostalAddress, ShowAddress
from fastshop.contract.base import Money
from fastshop.contract.carts import Cart, ClearCart, ShowCart
from fastshop.contract.checkout import ShippingOption
from fastshop.contract.orders import OrderLine, OrderShipping
from fastshop.contract.payments import Payment
from fastshop.contract.pricing import Quote
from server.kernel.caller import Caller
from server.kernel.database import Transaction


class Carts(Protocol):
    """Carts as they are now."""

    async def show(self, command: ShowCart, caller: Caller) -> Cart:
        """The caller's cart, or a guest's. Refused: `CartNeeded`, `CartNotFound`."""
        ...


class CartEditing(Protocol):
    """Carts as they are changed."""

    async def clear(self, command: ClearCart, caller: Caller) -> Cart:
        """Take everything out that had been seen; what came in later stays. Twice counts once."""
        ...

    async def take_out(self, units: Mapping[UUID, int], bought: UUID, person: UUID) -> None:
        """Take units that were bought out of a person's cart; what they have beyond them stays. Twice counts once."""
        ...


class AddressBook(Protocol):
    """People's addresses."""

    async def show(self, command: ShowAddress, caller: Caller) -> Address:
        """One of the caller's. Refused: `AddressNotFound`."""
        ...


class Emails(Protocol):
    """Who knows what an e-mail address is."""

    def __call__(self, email: str, /) -> str:
        """An address as it is kept. Refused: `EmailInvalid`."""
        ...


class Wish(Struct, frozen=True):
    """What is to be priced, for whom and where it goes. ``shipping`` is in minor units, by seller."""

    lines: tuple[tuple[UUID, int], ...]
    currency: str
    user_id: UUID | None = None
    country: str = ""
    region: str = ""
    codes: tuple[str, ...] = ()
    shipping: Mapping[UUID, int] = {}


class Prices(Protocol):
    """The one way to a price."""

    async def quote(self, wish: Wish) -> Quote:
        """What it costs now. Refused: `VariantNotFound`, `NoPrice`, `CartTooLarge`."""
        ...

    async def check(self, code: str, wish: Wish, caller: Caller) -> None:
        """Refuse a code that nobody gave out: `CouponUnknown`; and who tries too many: `TooManyCodes`."""
        ...

    async def redeem(self, transaction: Transaction, order_id: UUID, user_id: UUID | None, quote: Quote) -> None:
        """Use what the quote uses, all or nothing. Refused: `CouponUsedUp`, `AccountNeeded`."""
        ...

    async def give_back(self, transaction: Transaction, order_id: UUID) -> None:
        """Give back what was used for an order that will not be."""
        ...


class Short(Protocol):
    """A variant of which there are fewer units than were asked for."""

    @property
    def variant_id(self) -> UUID:
        """Which."""
        ...

    @property
    def left(self) -> int:
        """How many there are."""
        ...


class Stock(Protocol):
    """Units that nobody has been promised."""

    async def move_all(self, transaction: Transaction, deltas: Mapping[UUID, int]) -> Short | None:
        """Take units (below zero) and put units back, of many variants.

        Where there are fewer of one, that is answered, and the transaction must be given up.
        """
        ...

    async def gone(self, variant_ids: Collection[UUID]) -> UUID | None:
        """One of these that is not sold any more, if there is any."""
        ...


class ShippingOptions(Protocol):
    """Who knows how something can be sent."""

    async def options(
        self, address: PostalAddress, currency: str, sellers: Collection[UUID]
    ) -> tuple[ShippingOption, ...]:
        """The ways of sending goods of these sellers there, each with a part for each seller."""
        ...


class OrderDraft(Struct, frozen=True):
    """An order to be placed for a checkout that was paid."""

    id: UUID
    customer_id: UUID | None
    payment_id: UUID
    lines: tuple[OrderLine, ...]
    placed_at: datetime
    shipping: tuple[OrderShipping, ...]
    taxes_included: bool
    address: PostalAddress | None
    email: str
    guest_key: UUID | None
    address_fixed: bool = False


class Orders(Protocol):
    """Where orders are kept."""

    async def place(self, transaction: Transaction, drafts: Sequence[OrderDraft]) -> None:
        """Write orders in the transaction that makes them due. The same id twice writes nothing twice."""
        ...


class SoldPart(Struct, frozen=True):
    """A line of one seller, or their shipping (no product). ``tax``, in minor units, is a part of ``total``.

    ``shop_discount`` is what the shop itself took off and bears, without taxes.
    """

    seller_id: UUID
    product_id: UUID | None
    line_id: UUID | None
    total: Money
    tax: int
    shop_discount: int


class SoldOrder(Struct, frozen=True):
    """An order that a payment paid for."""

    order_id: UUID
    payment_id: UUID
    lines: tuple[SoldPart, ...]
    at: datetime


class Ledger(Protocol):
    """Who keeps the books."""

    async def sold(self, transaction: Transaction, sales: Sequence[SoldOrder]) -> None:
        """Divide what was paid for these orders, in the transaction that places them. Twice changes nothing."""
        ...


class Payments(Protocol):
    """Who charges. Only `start`, which asks nobody, is called inside a transaction."""

    async def start(
        self,
        payment_id: UUID,
        user_id: UUID | None,
        amount: Money,
        method: str,
        reference: str,
        *,
        keep: bool = False,
    ) -> Payment:
        """Note that this is to be paid. ``reference`` is what for: a payment pays for one thing only (`IdReused`).

        A ``method`` that is an id is one that the payer has saved: `MethodNotFound`, `MethodExpired`. With ``keep`` it
        is saved when the money came.
        """
        ...

    async def get(self, payment_id: UUID) -> Payment:
        """A payment that was started."""
        ...

    async def charge(self, payment_id: UUID, method: str) -> Payment:
        """Have it charged, waiting a little for the outcome. Charged once, however often it is called."""
        ...

    async def settle(self, payment_id: UUID, *, give_up: bool) -> Payment:
        """Ask how it went. With ``give_up`` a payment without an outcome is ended, so that it can never succeed."""
        ...

    async def refuse(self, payment_id: UUID, user_id: UUID | None, amount: Money, reference: str) -> Payment:
        """Make sure that a payment which was never started never will be; if it was, nothing changes."""
        ...

    async def refund(self, payment_id: UUID) -> Payment:
        """Give the money of a payment that succeeded back, whole; once, however often it is called."""
        ...


class PurchaseLimits(Protocol):
    """Who knows how much of a product one customer may buy."""

    async def check(
        self, wanted: Mapping[UUID, int], bought: Callable[[Collection[UUID]], Awaitable[Mapping[UUID, int]]]
    ) -> None:
        """Refuse so many units, by variant: `PurchaseLimitReached`. Asks only about products that have a limit.

        ``bought`` says how many the customer has bought before, by product.
        """
        ...


class Attempts(Protocol):
    """Counts tries, so that nobody has endless ones."""

    async def spend(self, what: str, allowed: int, seconds: int) -> int:
        """Use up one of the tries ``allowed`` in ``seconds``; 0 when there was one, else seconds until the next."""
        ...

    async def give_back(self, what: str) -> None:
        """Count a spent try as never made."""
        ...
