"""What may be watched of orders."""

from fastshop.contract.accounts import Role
from fastshop.contract.catalog import Seller
from fastshop.contract.orders import ORDER, SELLER, Order, OrderNotFound
from server.domains.orders.service import Orders
from server.kernel.caller import Caller
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
        # A guest's order has no customer: nobody without an account watches it, the key is for `ShowGuestOrder`.
        own = customer_id is not None and caller.user_id == customer_id
        if not own and not caller.is_any(Role.ADMIN, Role.MANAGER):
            raise ChannelNotFound

    async def seller(key: str) -> Seller:
        try:
            return await orders.seller(key_id(key))
        except OrderNotFound:
            raise ChannelNotFound from None

    async def permit_seller(key: str, caller: Caller) -> None:
        if caller.seller_id is None or str(caller.seller_id) != key:
            raise ChannelNotFound

    return (Watch(ORDER, permit_order, order), Watch(SELLER, permit_seller, seller))
