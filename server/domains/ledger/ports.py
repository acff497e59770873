"""What the ledger is given."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from fastshop.contract.base import Money
from server.kernel.caller import Caller
from server.kernel.database import Transaction


class Owners(Protocol):
    """Who knows the people that shops belong to."""

    async def prove(self, caller: Caller, password: str) -> None:
        """Nothing, if this is the caller's password. Refused: `WrongPassword`; tries count as those of signing in."""
        ...

    async def warn_of_payouts(self, transaction: Transaction, user_id: UUID) -> None:
        """Write to somebody that what they earn is paid out to another account now."""
        ...


class SaleLine(Protocol):
    """A part of a sale that one seller sold."""

    @property
    def seller_id(self) -> UUID:
        """Who sold it."""
        ...

    @property
    def product_id(self) -> UUID | None:
        """What; its category may have a commission of its own. None is shipping."""
        ...

    @property
    def line_id(self) -> UUID | None:
        """The order's line. None is shipping."""
        ...

    @property
    def total(self) -> Money:
        """What the buyer paid for it, tax included."""
        ...

    @property
    def tax(self) -> int:
        """What of it is tax, in minor units."""
        ...

    @property
    def shop_discount(self) -> int:
        """What the shop itself took off, which it bears: without taxes, in minor units."""
        ...


class Sale(Protocol):
    """An order that was paid."""

    @property
    def order_id(self) -> UUID:
        """The order."""
        ...

    @property
    def payment_id(self) -> UUID:
        """The payment that paid for it."""
        ...

    @property
    def lines(self) -> Sequence[SaleLine]:
        """What was sold, in one currency."""
        ...

    @property
    def at(self) -> datetime:
        """When."""
        ...
