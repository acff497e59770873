"""What papers need of others."""

from typing import Protocol
from uuid import UUID

from fastshop.contract.catalog import Seller
from fastshop.contract.orders import Order, ShowGuestOrder, ShowOrder
from fastshop.contract.payments import Receipt, ShowReceipt
from server.kernel.caller import Caller


class Orders(Protocol):
    """What was bought."""

    async def show(self, command: ShowOrder, caller: Caller) -> Order:
        """As much of an order as the caller may see. Refused when that is nothing: `OrderNotFound`."""
        ...

    async def show_guest(self, command: ShowGuestOrder, caller: Caller) -> Order:
        """A guest's order by its key. Refused when there is none: `OrderNotFound`."""
        ...

    async def get(self, order_id: UUID) -> Order:
        """An order, whole. Refused when there is none: `OrderNotFound`."""
        ...

    async def seller(self, seller_id: UUID) -> Seller:
        """Who sells."""
        ...


class Receipts(Protocol):
    """What was paid."""

    async def receipt(self, command: ShowReceipt, caller: Caller) -> Receipt:
        """A payment that the caller may see, with what went back of it. Refused otherwise: `PaymentNotFound`."""
        ...
