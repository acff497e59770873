"""What sellers, customers and managers do with an order once it is placed. What it means decide the `moves`."""

from fastshop.contract.fulfilment import (
    AcceptOrder,
    CancelGuestOrder,
    CancelOrder,
    DeliverOrder,
    EditGuestOrder,
    EditOrder,
    NoteOnOrder,
    RejectOrder,
    SetOrderStatus,
    ShipOrder,
    ShowSellerOrder,
)
from fastshop.contract.orders import Order
from fastshop.contract.seller_orders import Side
from server.domains.orders import moves
from server.domains.orders.changing import Changing, Decide
from server.domains.orders.moves import Actor, actor_of, guest, seller_of
from server.domains.orders.rules import part_of
from server.domains.orders.service import Orders
from server.kernel import postal
from server.kernel.caller import Caller
from server.kernel.clock import Clock


class Fulfilling:
    """Orders on their way."""

    def __init__(self, orders: Orders, changing: Changing, clock: Clock) -> None:
        self._orders = orders
        self._changing = changing
        self._clock = clock

    async def show(self, command: ShowSellerOrder, caller: Caller) -> Order:
        """The caller's shop's part of an order."""
        order = await self._orders.get(command.order_id)
        seller_of(order, caller)
        assert caller.seller_id is not None
        return part_of(order, caller.seller_id)

    async def accept(self, command: AcceptOrder, caller: Caller) -> Order:
        """Take a part on."""
        return await self._changing.change(
            command,
            caller,
            command.change_id,
            command.order_id,
            lambda order: seller_of(order, caller),
            lambda order, actor: moves.accept(order, actor, command.version),
            command.note,
        )

    async def reject(self, command: RejectOrder, caller: Caller) -> Order:
        """Refuse a part."""
        return await self._changing.change(
            command,
            caller,
            command.change_id,
            command.order_id,
            lambda order: seller_of(order, caller),
            lambda order, actor: moves.reject(order, actor, command.version),
            command.note,
        )

    async def ship(self, command: ShipOrder, caller: Caller) -> Order:
        """Send a parcel."""
        return await self._changing.change(
            command,
            caller,
            command.shipment_id,
            command.order_id,
            lambda order: seller_of(order, caller),
            lambda order, actor: moves.ship(order, actor, command, self._clock.now()),
            command.note,
        )

    async def deliver(self, command: DeliverOrder, caller: Caller) -> Order:
        """Say that parcels have arrived."""
        return await self._changing.change(
            command,
            caller,
            command.change_id,
            command.order_id,
            lambda order: seller_of(order, caller),
            lambda order, actor: moves.deliver(order, actor, command, self._clock.now()),
            command.note,
        )

    async def cancel(self, command: CancelOrder, caller: Caller) -> Order:
        """Cancel units."""
        return await self._changing.change(
            command,
            caller,
            command.change_id,
            command.order_id,
            lambda order: actor_of(order, caller),
            lambda order, actor: moves.cancel(order, actor, command.version, command.lines),
            command.note,
        )

    async def cancel_guest(self, command: CancelGuestOrder, caller: Caller) -> Order:
        """Cancel units of a guest's order."""
        return await self._changing.change(
            command,
            caller,
            command.change_id,
            command.order_key,
            guest,
            lambda order, actor: moves.cancel(order, actor, command.version, command.lines),
            command.note,
            by_key=True,
        )

    async def edit(self, command: EditOrder, caller: Caller) -> Order:
        """Lower quantities, correct the address."""
        return await self._changing.change(
            command,
            caller,
            command.change_id,
            command.order_id,
            lambda order: actor_of(order, caller),
            await _editing(command),
            command.note,
        )

    async def edit_guest(self, command: EditGuestOrder, caller: Caller) -> Order:
        """Lower quantities, correct the address of a guest's order."""
        return await self._changing.change(
            command,
            caller,
            command.change_id,
            command.order_key,
            guest,
            await _editing(command),
            command.note,
            by_key=True,
        )

    async def set_status(self, command: SetOrderStatus, caller: Caller) -> Order:
        """Have happen to all parts what can."""
        return await self._changing.change(
            command,
            caller,
            command.change_id,
            command.order_id,
            lambda _order: Actor(Side.SHOP, caller.user_id),
            lambda order, _actor: moves.set_status(order, command.version, command.status, self._clock.now()),
            command.note,
        )

    async def note(self, command: NoteOnOrder, caller: Caller) -> Order:
        """Write a note."""
        return await self._changing.change(
            command,
            caller,
            command.change_id,
            command.order_id,
            lambda order: actor_of(order, caller),
            lambda order, actor: moves.note(order, actor, command.seller_id),
            command.note,
        )


async def _editing(command: EditOrder | EditGuestOrder) -> Decide:
    """What an edit decides. Its address is checked before."""
    address = None if command.address is None else await postal.checked(command.address)
    return lambda order, actor: moves.edit(order, actor, command.version, command.lines, address)
