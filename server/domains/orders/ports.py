"""What orders are given."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.orders import OrderLine, OrderShipping


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
    def email(self) -> str:
        """A guest's; empty for a customer."""
        ...

    @property
    def guest_key(self) -> UUID | None:
        """By which a guest's order is shown; a guest's has one."""
        ...
