"""Ordering the same again."""

from collections import Counter
from uuid import UUID, uuid5

from fastshop.contract.carts import MOST_UNITS, Cart, CartEdit, EditCart, EditKind
from fastshop.contract.fulfilment import Reorder
from fastshop.contract.orders import OrderNotFound
from server.domains.orders.ports import Carts
from server.domains.orders.service import Orders
from server.kernel.caller import Caller
from server.kernel.clock import Clock


class Reordering:
    """Puts what was ordered into the cart."""

    def __init__(self, orders: Orders, carts: Carts, clock: Clock) -> None:
        self._orders = orders
        self._carts = carts
        self._clock = clock

    async def reorder(self, command: Reorder, caller: Caller) -> Cart:
        """Put all lines of an order of the caller's into their cart. Each edit has an id of the change's: once only."""
        order = await self._orders.get(command.order_id)
        if order.customer_id != caller.person:
            raise OrderNotFound
        wanted, now = Counter[UUID](), self._clock.now()
        for line in order.lines:
            wanted[line.variant_id] += line.quantity
        edits = tuple(
            CartEdit(
                uuid5(command.change_id, str(variant_id)), EditKind.ADD, variant_id, now, min(quantity, MOST_UNITS)
            )
            for variant_id, quantity in wanted.items()
        )
        return await self._carts.edit(EditCart(edits=edits), caller)
