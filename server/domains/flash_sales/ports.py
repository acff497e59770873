"""What flash sales need from the rest of the shop."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Money
from fastshop.contract.flash_sales import Claim
from fastshop.contract.orders import OrderLine, OrderShipping
from fastshop.contract.payments import Payment
from fastshop.contract.pricing import NoTax, Tax
from server.kernel.database import Transaction


class Offer(Protocol):
    """A variant as it can be put on sale."""

    @property
    def variant_id(self) -> UUID:
        """The variant."""
        ...

    @property
    def product_id(self) -> UUID:
        """Its product."""
        ...

    @property
    def seller_id(self) -> UUID:
        """Whose it is."""
        ...

    @property
    def title(self) -> str:
        """The product's title, with the options that tell the variant from its siblings."""
        ...

    @property
    def image_url(self) -> str:
        """Its first picture, empty if there is none."""
        ...

    @property
    def sku(self) -> str:
        """The seller's own number for it."""
        ...

    @property
    def options(self) -> dict[str, str]:
        """What tells it from its siblings."""
        ...

    @property
    def price(self) -> Money:
        """What it costs outside of sales."""
        ...

    @property
    def stock(self) -> int:
        """Units on hand that nobody has been promised."""
        ...

    @property
    def visible(self) -> bool:
        """Whether its product is for sale."""
        ...


class Stock(Protocol):
    """The seller's goods, out of which a sale takes its units."""

    async def offer(self, variant_id: UUID) -> Offer | None:
        """The variant as it is offered now."""
        ...

    async def take(self, transaction: Transaction, variant_id: UUID, quantity: int) -> bool:
        """Take units out of stock; False, and nothing taken, when there are not so many."""
        ...

    async def put_back(self, transaction: Transaction, variant_id: UUID, quantity: int) -> None:
        """Put units back into stock."""
        ...


class OrderDraft(Struct, frozen=True):
    """An order to be placed for a paid claim. Its price contains the taxes."""

    id: UUID
    customer_id: UUID
    payment_id: UUID
    lines: tuple[OrderLine, ...]
    placed_at: datetime
    shipping: tuple[OrderShipping, ...] = ()
    taxes_included: bool = True
    address: PostalAddress | None = None
    address_fixed: bool = False
    email: str = ""
    guest_key: UUID | None = None


class Orders(Protocol):
    """Where orders are kept."""

    async def place(self, transaction: Transaction, drafts: Sequence[OrderDraft]) -> None:
        """Write orders in the transaction that makes them due. The same id twice writes nothing twice."""
        ...


class AddressBook(Protocol):
    """Where customers have their addresses."""

    async def defaults(self, user_ids: Collection[UUID]) -> Mapping[UUID, PostalAddress]:
        """The default addresses of those who have one."""
        ...


class Taxes(Protocol):
    """Who knows what tax is in a price."""

    async def contained(
        self, variant_id: UUID, at: datetime, sales: Sequence[tuple[Claim, PostalAddress | None]]
    ) -> Sequence[tuple[tuple[Tax, ...], NoTax | None]]:
        """The taxes in what was paid for each of these claims on a variant, or why there are none."""
        ...


class SoldLine(Struct, frozen=True):
    """Units that one seller sold, as a line of the order. ``tax``, in minor units, is a part of ``total``.

    ``shop_discount`` is what the shop bears of the price.
    """

    seller_id: UUID
    product_id: UUID
    line_id: UUID | None
    total: Money
    tax: int = 0
    shop_discount: int = 0


class Sold(Struct, frozen=True):
    """An order that a payment paid for."""

    order_id: UUID
    payment_id: UUID
    lines: tuple[SoldLine, ...]
    at: datetime


class Ledger(Protocol):
    """Who keeps the books."""

    async def sold(self, transaction: Transaction, sales: Sequence[Sold]) -> None:
        """Divide what was paid for these orders, in the transaction that places them. Twice changes nothing."""
        ...


class Payments(Protocol):
    """Who charges. Nothing of it is called inside a transaction."""

    async def fingerprint(self, method: str, user_id: UUID | None) -> str:
        """What is the same for a card, however it is written, or saved.

        Refused while nobody knows: `GatewayUnavailable`; `MethodNotFound`, `MethodExpired` as when it is paid with.
        """
        ...

    async def reference_of(self, payment_id: UUID) -> str | None:
        """What a payment is for; None when there is no such payment."""
        ...

    async def start(
        self, payment_id: UUID, user_id: UUID, amount: Money, method: str, reference: str, *, keep: bool = False
    ) -> Payment:
        """Note that this is to be paid. ``reference`` is what for: a payment pays for one thing only (`IdReused`).

        A ``method`` that is an id is one that the payer has saved: `MethodNotFound`, `MethodExpired`. With ``keep`` it
        is saved when the money came.
        """
        ...

    async def charge(self, payment_id: UUID, method: str) -> Payment:
        """Have it charged, waiting a little for the outcome. Charged once, however often it is called."""
        ...

    async def settle(self, payment_id: UUID, *, give_up: bool) -> Payment:
        """Ask how it went. With ``give_up`` a payment without an outcome is ended, so that it can never succeed."""
        ...

    async def refuse(self, payment_id: UUID, user_id: UUID, amount: Money, reference: str) -> Payment:
        """Make sure that a payment which was never started never will be; if it was, nothing changes."""
        ...

    async def refund(self, payment_id: UUID) -> Payment:
        """Give the money of a payment that succeeded back, whole; once, however often it is called."""
        ...


class Attempts(Protocol):
    """Counts tries, so that nobody has endless ones."""

    async def spend(self, what: str, allowed: int, seconds: int) -> int:
        """Use up one of the tries ``allowed`` in ``seconds``; 0 when there was one, else seconds until the next."""
        ...

    async def give_back(self, what: str) -> None:
        """Count a spent try as never made."""
        ...
