"""What may be watched of orders."""

from fastshop.contract.accounts import Role
from fastshop.contract.catalog import Seller
from fastshop.contract.orders import GUEST_ORDER, ORDER, SELLER, Order, OrderNotFound, ShowGuestOrder
from server.domains.orders.service import Orders
from server.kernel.caller import GUEST, Caller
from server.kernel.channel import ChannelNotFound, Watch, key_id


def watches(orders: Orders) -> tuple[Watch, ...]:
    """The channels of this domain."""

    async def order(key: str) -> Order:
        try:
            return await orders.get(key_id(key))
        except OrderNotFound:
            raise ChannelNotFound from None

    async def permit_order(key: str, caller: Caller) -> None:
        customer_id = (await order(key)).customer_id
        # A guest's order has no customer: whoever has its key watches it by that.
        own = customer_id is not None and caller.user_id == customer_id
        if not own and not caller.is_any(Role.ADMIN, Role.MANAGER):
            raise ChannelNotFound

    async def guest_order(key: str) -> Order:
        try:
            return await orders.show_guest(ShowGuestOrder(order_key=key_id(key)), GUEST)
        except OrderNotFound:
            raise ChannelNotFound from None

    async def permit_guest_order(key: str, caller: Caller) -> None:  # noqa: ARG001 - the key says it all
        await guest_order(key)

    async def seller(key: str) -> Seller:
        try:
            return await orders.seller(key_id(key))
        except OrderNotFound:
            raise ChannelNotFound from None

    async def permit_seller(key: str, caller: Caller) -> None:
        if caller.seller_id is None or str(caller.seller_id) != key:
            raise ChannelNotFound

    return (
        Watch(ORDER, permit_order, order),
        Watch(GUEST_ORDER, permit_guest_order, guest_order),
        Watch(SELLER, permit_seller, seller),
    )
