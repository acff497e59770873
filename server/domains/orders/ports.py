"""What orders are given."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from fastshop.contract.orders import OrderLine


class Draft(Protocol):
    """An order to be placed."""

    @property
    def id(self) -> UUID:
        """Its id, made by whoever asks for it."""
        ...

    @property
    def customer_id(self) -> UUID:
        """Who buys."""
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
