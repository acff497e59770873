"""What orders are given."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Money
from fastshop.contract.carts import Cart, EditCart
from fastshop.contract.orders import OrderLine, OrderShipping
from fastshop.contract.pricing import NoTax, Tax
from server.kernel.caller import Caller
from server.kernel.database import Transaction
from server.kernel.money import LineRefund


class Draft(Protocol):
    """An order to be placed."""

    @property
    def id(self) -> UUID:
        """Its id, made by whoever asks for it."""
        ...

    @property
    def customer_id(self) -> UUID | None:
        """Who buys; None for a guest."""
        ...

    @property
    def payment_id(self) -> UUID:
        """The payment that paid for it."""
        ...

    @property
    def lines(self) -> Sequence[OrderLine]:
        """What is bought; one currency."""
        ...

    @property
    def placed_at(self) -> datetime:
        """When it became due."""
        ...

    @property
    def shipping(self) -> Sequence[OrderShipping]:
        """How it is sent, one for each seller; none where that is not said."""
        ...

    @property
    def taxes_included(self) -> bool:
        """Whether the unit prices contain the taxes."""
        ...

    @property
    def address(self) -> PostalAddress | None:
        """Where it goes, where that is said."""
        ...

    @property
    def address_fixed(self) -> bool:
        """Whether it can go nowhere else."""
        ...

    @property
    def email(self) -> str:
        """A guest's; empty for a customer."""
        ...

    @property
    def guest_key(self) -> UUID | None:
        """By which a guest's order is shown; a guest's has one."""
        ...


class Stock(Protocol):
    """Where units come from and go back to."""

    async def put_back(self, transaction: Transaction, variant_id: UUID, quantity: int) -> None:
        """Put units back."""
        ...


class Coupons(Protocol):
    """Whose uses are counted."""

    async def give_back(self, transaction: Transaction, order_id: UUID) -> None:
        """Give back what a cancelled order has used; again changes nothing."""
        ...


class Taxes(Protocol):
    """Who knows what tax is in a price that was agreed on as a whole."""

    async def contained(
        self, customer_id: UUID, address: PostalAddress, at: datetime, line: OrderLine
    ) -> tuple[tuple[Tax, ...], NoTax | None]:
        """The taxes in what was paid for a line, where it goes; or why there are none."""
        ...


class Books(Protocol):
    """Where it is kept whose the money is."""

    async def taxed(
        self,
        transaction: Transaction,
        order_id: UUID,
        payment_id: UUID,
        currency: str,
        taxes: Mapping[UUID, int],
        at: datetime,
    ) -> None:
        """It became known what of an order's lines is tax, in minor units. Again changes nothing."""
        ...


class Refunds(Protocol):
    """Who gives money back."""

    async def set_aside(
        self,
        transaction: Transaction,
        refund_id: UUID,
        payment_id: UUID,
        currency: str,
        lines: Sequence[LineRefund],
        reason: str,
        asked_by: UUID | None,
        seller_id: UUID,
    ) -> Money:
        """Note that money goes back for lines of one seller: so much as is left of the payment, which is answered."""
        ...

    async def move_on(self, refund_id: UUID) -> object:
        """Have the gateway asked for what was noted, after the commit; if nobody does, it is asked later."""
        ...


class Carts(Protocol):
    """Where goods are put to be bought."""

    async def edit(self, command: EditCart, caller: Caller) -> Cart:
        """Work edits in; what does not fit is left out and told."""
        ...


class People(Protocol):
    """Who has an account."""

    async def of(self, user_id: UUID) -> str:
        """Their e-mail address as it is now; empty where there is no such account."""
        ...


class Unordered(Protocol):
    """What was paid for and never ordered."""

    async def email(self, payment_id: UUID) -> str:
        """The e-mail address that a guest has given for it; empty where nobody has."""
        ...
