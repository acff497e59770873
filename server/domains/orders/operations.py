"""Who may ask what of orders."""

from fastshop.contract.accounts import Role
from fastshop.contract.catalog import NoShop
from fastshop.contract.orders import OrderNotFound
from server.domains.orders.service import Orders
from server.kernel.caller import ANYONE, SIGNED_IN, any_of
from server.kernel.operation import Operation


def operations(orders: Orders) -> tuple[Operation, ...]:
    """The operations of this domain."""
    return (
        Operation(orders.list_own, SIGNED_IN),
        Operation(orders.show, SIGNED_IN, (OrderNotFound,)),
        Operation(orders.show_guest, ANYONE, (OrderNotFound,)),
        Operation(orders.list_for_seller, any_of(Role.SELLER), (NoShop,)),
    )
